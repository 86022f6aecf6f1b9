import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { ARCHITECTURES, type RawInstances, SORT_KEYS, parseInstancesFlags } from "./options.js";

/** Adds `instances` to the program. */
export function addInstancesCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "instances", "show the instance types: prices, usable memory, what is verified", [
    "reflow-ec2 instances 'c6a.*' 'm?a.large'",
    "reflow-ec2 instances --cpu 8 --mem 32GiB --sort price-per-gib",
    "reflow-ec2 instances --fits --cpu 8 --mem 32GiB   # explains the choice",
    "reflow-ec2 instances --unverified -o name",
    "reflow-ec2 instances -o json | jq '.types[] | select(.launchable).type'",
  ])
    .argument("[glob...]", "types to show; * stands for any letters, ? for one (default: all)")
    .addOption(new Option("--sort <key>", "by what").choices(SORT_KEYS).default("price", "price"))
    .option("--cpu <n>", "at least so many vCPUs")
    .option("--mem <size>", "at least so much usable memory, e.g. 32GiB")
    .option("--disk <size>", "at least so much usable disk on the data volumes, e.g. 100GiB")
    .option("--max-price <usd>", "at most this true price an hour")
    .addOption(new Option("--arch <architecture>", "only types of this one").choices(ARCHITECTURES))
    .option("--verified", "only types that came up in a probe in the region")
    .option("--unverified", "only types that did not, or were never probed")
    .option("--fits", "take --cpu, --mem and --disk for a need, and tell for each type whether it fits")
    .action((globs: readonly string[], raw: RawInstances, command: Command) => {
      const globals = parseGlobalOptions(command);
      return dispatch({ command: "instances", globals, options: parseInstancesFlags(globs, raw) });
    });
}
