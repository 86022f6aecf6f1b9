import type { Command } from "commander";
import { parseAllocUris } from "../shared/alloc-uris.js";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";

/** Adds `free` to the program. */
export function addFreeCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "free", "free allocs, with whatever runs in them", [
    "reflow-ec2 free 203.0.113.7:9000/4640204a5fd6ce42",
  ])
    .argument("[uris...]", "allocs, as allocate prints them")
    .action((uris: readonly string[], _raw: object, command: Command) =>
      dispatch({ command: "free", globals: parseGlobalOptions(command), options: { uris: parseAllocUris(uris) } }),
    );
}
