import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";

/** Adds `sandbox start|stop|status` to the program. */
export function addSandboxCommand(program: Command, dispatch: Dispatch): void {
  const sandbox = addSubcommand(program, "sandbox", "EC2 on this machine, for rehearsal, demos and tests", [
    "reflow-ec2 sandbox start",
    "reflow-ec2 allocate --sandbox --cpu 1",
    "export AWS_ENDPOINT_URL=$(reflow-ec2 sandbox status -o name)",
    "reflow-ec2 sandbox stop",
  ]);
  const actions = [
    ["start", "start the sandbox in the background, unless it runs"],
    ["stop", "end the sandbox and remove all that it kept"],
    ["status", "tell whether it runs, and how an AWS client reaches it"],
  ] as const;
  for (const [action, description] of actions) {
    addSubcommand(sandbox, action, description, []).action((_raw: object, command: Command) =>
      dispatch({ command: "sandbox", action, globals: parseGlobalOptions(command) }),
    );
  }
}
