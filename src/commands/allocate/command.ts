import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { type RawAllocate, parseAllocateFlags } from "./options.js";

/** Adds `allocate` to the program. */
export function addAllocateCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "allocate", "reserve resources: on a member that has them free, else on a new instance", [
    "reflow-ec2 allocate --cpu 8 --mem 32GiB",
    "reflow-ec2 allocate --cpu 2 --label project=genomes -o json",
    "reflow-ec2 allocate --cpu 64 --mem 256GiB --disk 1TiB --dry-run",
    "reflow-ec2 allocate --sandbox --cpu 1",
  ])
    .addOption(new Option("--cpu <n>", "vCPUs, fractions allowed").default("1", "1"))
    .option("--mem <size>", "memory, e.g. 500MiB, 32GiB")
    .option("--disk <size>", "disk space, e.g. 100GiB, 1TiB")
    .option("--type <type>", "launch this instance type only, e.g. c6a.2xlarge")
    .option("--label <key=value>", "label of the alloc and tag of a new instance; repeatable", collect)
    .option("--dry-run", "show what would be done, and do nothing")
    .action((raw: RawAllocate, command: Command) =>
      dispatch({ command: "allocate", globals: parseGlobalOptions(command), options: parseAllocateFlags(raw) }),
    );
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
