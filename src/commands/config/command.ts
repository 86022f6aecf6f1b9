import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { type ConfigTask, parseSet, type RawSet } from "./options.js";

/** Adds `config [show]|validate|schema|set` to the program. */
export function addConfigCommand(program: Command, dispatch: Dispatch): void {
  const config = addSubcommand(program, "config", "show, check and change the configuration", [
    "reflow-ec2 config",
    "reflow-ec2 config ec2cluster.spot reflow-ec2",
    "reflow-ec2 config validate *.yaml",
    "reflow-ec2 config set reflow-ec2.maxinstances 20",
    "reflow-ec2 config set ec2cluster.subnets '[subnet-1, subnet-2]'",
  ]);
  const run = (task: ConfigTask, command: Command): Promise<void> =>
    dispatch({ command: "config", task, globals: parseGlobalOptions(command) });
  addSubcommand(
    config,
    "show",
    "show every value that is in force, and where it comes from (the default)",
    ["reflow-ec2 config show", "reflow-ec2 config show ec2cluster -o wide", "reflow-ec2 config -o json | jq .facts"],
    { isDefault: true },
  )
    .argument("[keys...]", "only these keys, and what is below them")
    .action((keys: string[], _raw: object, command: Command) => run({ kind: "show", keys }, command));
  addSubcommand(config, "validate", "check files: all mistakes of all, each with its line", [
    "reflow-ec2 config validate",
    "reflow-ec2 config validate team.yaml nightly.yaml",
    "make-config | reflow-ec2 config validate -",
  ])
    .argument("[files...]", "the files to check, - for standard input (default: the configuration in force)")
    .action((files: string[], _raw: object, command: Command) => run({ kind: "validate", files }, command));
  addSubcommand(config, "schema", "write the JSON Schema of the configuration, for editors", [
    "reflow-ec2 config schema > reflow-config.schema.json",
  ]).action((_raw: object, command: Command) => run({ kind: "schema" }, command));
  addSubcommand(config, "set", "change one value in the file, and nothing else of it", [
    "reflow-ec2 config set ec2cluster.spot true",
    "reflow-ec2 config set reflow reflowversion,version=0123456789ab",
    "reflow-ec2 config set 'ec2cluster.subnets[0]' subnet-1",
    "reflow-ec2 config set instances.tls - < reflow.pem   # not seen in ps",
    "reflow-ec2 config set ec2cluster.ami --unset",
  ])
    .argument("<key>", "dotted, such as reflow-ec2.sweep; an item of a list as KEY[0]")
    .argument("[value]", "text, or YAML such as '[a, b]' where the key takes more; - reads it from standard input")
    .option("--unset", "take the key, or the item, away")
    .action((key: string, value: string | undefined, raw: RawSet, command: Command) =>
      run(parseSet(key, value, raw), command),
    );
}
