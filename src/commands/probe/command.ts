import { type Command, Option } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { collect } from "../shared/values.js";
import { parseProbeFlags, type RawProbe } from "./options.js";

/** Adds `probe` to the program. */
export function addProbeCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "probe", "launch instances of types, time how they come up, and end them", [
    "reflow-ec2 probe c6a.large m6a.xlarge",
    "reflow-ec2 probe --match 'c6a.*' --samples 3 --concurrency 20",
    "reflow-ec2 probe --unverified --max 10 --budget 5 --save",
    "reflow-ec2 probe c6a.large --yes --fail-over 120s --junit probe.xml",
    "reflow-ec2 probe --all --dry-run   # what would be probed, for how much",
  ])
    .argument("[types...]", "instance types, e.g. c6a.large")
    .option("--all", "all types that the configuration allows")
    .option("--unverified", "types that were never tried in the region")
    .option("--retry", "as --unverified, and those that were tried and did not come up")
    .option("--match <glob>", "allowed types whose names match, e.g. 'c6a.*'; repeatable", collect)
    .option("--max <n>", "so many types at most, by name")
    .addOption(new Option("--samples <n>", "instances of each type").default("1", "1"))
    .addOption(new Option("--concurrency <n>", "instances at a time").default("10", "10"))
    .addOption(
      new Option("--market <market>", "fallback: spot first, then on-demand (default: the configuration's)").choices([
        "spot",
        "on-demand",
        "fallback",
      ]),
    )
    .option("--zone <zone>", "this availability zone only")
    .option("--budget <usd>", "begin nothing that could make the whole cost more")
    .option("--dry-run", "show what would be probed and what it may cost, and do nothing")
    .option("-y, --yes", "do not ask")
    .option("--save", "keep what is measured: it decides usable memory and which types are verified")
    .option("--junit <file>", "write a report for CI systems")
    .option("--markdown <file>", "write a report in Markdown; $GITHUB_STEP_SUMMARY gets it, too")
    .option("--html <file>", "write a report as one web page")
    .option("--csv <file>", "write a line for each sample")
    .option("--fail-over <duration>", "gate: no type may take longer until its offer, e.g. 120s")
    .option("--baseline <file>", "gate: compare with the JSON of a former probe")
    .option("--max-regression <percent>", "what a type may be slower than in the baseline (default: 20%)")
    .option("--min-mem-ratio <share>", "gate: least share of the advertised memory that is offered, e.g. 0.9")
    .action((types: readonly string[], raw: RawProbe, command: Command) =>
      dispatch({ command: "probe", globals: parseGlobalOptions(command), options: parseProbeFlags(types, raw) }),
    );
}
