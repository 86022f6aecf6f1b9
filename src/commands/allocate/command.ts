import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { collect } from "../shared/values.js";
import type { Words } from "./afterwards.js";
import { type RawAllocate, parseAllocateFlags } from "./options.js";

/** Adds `allocate` to the program. */
export function addAllocateCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "allocate", "reserve resources: on a member that has them free, else on a new instance", [
    "reflow-ec2 allocate --cpu 8 --mem 32GiB",
    "reflow-ec2 allocate --cpu 2 --label project=genomes -o json",
    "reflow-ec2 allocate --cpu 64 --mem 256GiB --disk 1TiB --explain",
    "reflow-ec2 allocate --cpu 4 --mem 16GiB --count 50 --spot",
    "reflow-ec2 allocate --cpu 8 -- ./run.sh --fast   # frees it when run.sh ends",
    "reflow-ec2 allocate --sandbox --cpu 1",
  ])
    .addOption(new Option("--cpu <n>", "vCPUs, fractions allowed").default("1", "1"))
    .option("--mem <size>", "memory, e.g. 500MiB, 32GiB")
    .option("--disk <size>", "disk space, e.g. 100GiB, 1TiB")
    .option("--feature <name>", "CPU feature that each vCPU must have, e.g. intel_avx512; repeatable", collect)
    .option("--width <n>", "up to so many more of the same in the alloc, where they are to be had")
    .option("--count <n>", "so many allocs, planned together as the cheapest fleet")
    .option("--type <type>", "this instance type only, e.g. c6a.2xlarge")
    .option("--zone <zone>", "this availability zone only")
    .option("--spot", "spot instances only")
    .option("--on-demand", "on-demand instances only")
    .option("--max-price <usd>", "launch no instance whose true price an hour is above this")
    .option(
      "--label <key=value>",
      "label of the alloc; those of instances are in the configuration; repeatable",
      collect,
    )
    .option("--dry-run", "show what would be done, and do nothing")
    .option("--explain", "as --dry-run, and tell of every offering that is not considered, and why")
    .option("--hold", "keep the lease alive until interrupted, then free the alloc")
    .option("--grace <duration>", "time that CMD has to end before it is killed (default: 10s)")
    .option("--status-file <file>", "with --hold or CMD: write there as JSON how it ended")
    .argument("[command...]", "CMD and its arguments, after --; run with REFLOW_ALLOC_URI and others set")
    .usage("[options] [-- CMD ARGS]")
    .action((words: readonly string[], raw: RawAllocate, command: Command) =>
      dispatch({
        command: "allocate",
        globals: parseGlobalOptions(command),
        options: parseAllocateFlags(raw, splitWords(words, command)),
      }),
    );
}

/** What stands before and after `--`; commander gives both in one list. */
function splitWords(words: readonly string[], command: Command): Words {
  const root = command.parent as Command & { readonly rawArgs: readonly string[] };
  const at = root.rawArgs.indexOf("--");
  if (at < 0) return { before: words, after: undefined };
  const count = words.length - (root.rawArgs.length - at - 1);
  return { before: words.slice(0, count), after: words.slice(count) };
}
