import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { type RawTerminate, parseTerminateFlags } from "./options.js";

/** Adds `terminate` to the program. */
export function addTerminateCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "terminate", "end members of the cluster and wait until they are gone", [
    "reflow-ec2 terminate i-0123456789abcdef0",
    "reflow-ec2 terminate --all --yes",
    "reflow-ec2 terminate --orphans",
    "reflow-ec2 terminate --all --force   # live leases too",
  ])
    .argument("[ids...]", "instances to end")
    .option("--all", "all members of the cluster")
    .option("--orphans", "instances that never became usable in their time")
    .option("-y, --yes", "do not ask")
    .option("--force", "end instances with live leases too")
    .action((ids: readonly string[], raw: RawTerminate, command: Command) =>
      dispatch({ command: "terminate", globals: parseGlobalOptions(command), options: parseTerminateFlags(ids, raw) }),
    );
}
