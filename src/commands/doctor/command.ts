import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { parseDoctorFlags, type RawDoctor } from "./options.js";

/** Adds `doctor` to the program. */
export function addDoctorCommand(program: Command, dispatch: Dispatch): void {
  addSubcommand(program, "doctor", "say what would fail, before it does; changes nothing", [
    "reflow-ec2 doctor",
    "reflow-ec2 doctor -o wide",
    "reflow-ec2 doctor -o json | jq '.checks[] | select(.status == \"failure\")'",
    "reflow-ec2 doctor --policy > policy.json",
  ])
    .option("--policy", "print the least IAM policy that the configuration needs, as JSON, and check nothing")
    .option("--setup", "with --policy: what 'setup' needs instead")
    .action((raw: RawDoctor, command: Command) => {
      const globals = parseGlobalOptions(command);
      return dispatch({ command: "doctor", globals, options: parseDoctorFlags(raw, globals.output) });
    });
}
