import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { type RawRender, parseRenderFlags } from "./options.js";

/** Adds `render` to the program. */
export function addRenderCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "render", "show the user-data that an instance would get, with its secrets masked", [
    "reflow-ec2 render",
    "reflow-ec2 render --check --type m6a.4xlarge",
    "reflow-ec2 render --raw | base64 -d | gunzip",
    "reflow-ec2 render -o json | jq .left",
  ])
    .option("--type <type>", "for this instance type (default: what a need of 1 cpu would launch)")
    .option("--check", "check structure, units, modes and size instead, and list what is in it")
    .option("--raw", "write the base64 user-data as EC2 would get it, secrets included")
    .action((raw: RawRender, command: Command) => {
      const globals = parseGlobalOptions(command);
      return dispatch({ command: "render", globals, options: parseRenderFlags(raw, globals.output) });
    });
}
