import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";

/** Adds `list` to the program. */
export function addListCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "list", "show the members of the cluster, what they have free, and what they cost", [
    "reflow-ec2 list",
    "reflow-ec2 list -o wide",
    "reflow-ec2 list -o json | jq '.instances[].available'",
    "reflow-ec2 list --orphans",
  ])
    .option("--orphans", "only instances that never became usable in their time")
    .action(({ orphans = false }: { readonly orphans?: boolean }, command: Command) =>
      dispatch({ command: "list", globals: parseGlobalOptions(command), options: { orphans } }),
    );
}
