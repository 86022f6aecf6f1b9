import type { Command } from "commander";
import { parseGlobalOptions } from "../shared/global-options.js";
import type { Dispatch } from "../shared/invocation.js";
import { addSubcommand } from "../shared/subcommand.js";
import { parseScenarioOrder } from "./options.js";

/** Adds `sandbox start|stop|status|scenario` to the program. */
export function addSandboxCommand(program: Command, dispatch: Dispatch): void {
  const sandbox = addSubcommand(program, "sandbox", "EC2 on this machine, for rehearsal, demos and tests", [
    "reflow-ec2 sandbox start",
    "reflow-ec2 allocate --sandbox --cpu 1",
    "export AWS_ENDPOINT_URL=$(reflow-ec2 sandbox status -o name)",
    "reflow-ec2 sandbox stop",
  ]);
  addSubcommand(sandbox, "start", "start the sandbox in the background, unless it runs", [])
    .option("--scenario <file>", "how it behaves, as 'sandbox scenario' sets it")
    .option("--empty", "with an account in which nothing of Reflow's is there yet, for 'setup'")
    .action((raw: { readonly scenario?: string; readonly empty?: boolean }, command: Command) =>
      dispatch({
        command: "sandbox",
        action: "start",
        scenarioPath: raw.scenario,
        empty: raw.empty,
        globals: parseGlobalOptions(command),
      }),
    );
  const actions = [
    ["stop", "end the sandbox and remove all that it kept"],
    ["status", "tell whether it runs, and how an AWS client reaches it"],
  ] as const;
  for (const [action, description] of actions) {
    addSubcommand(sandbox, action, description, []).action((_raw: object, command: Command) =>
      dispatch({ command: "sandbox", action, globals: parseGlobalOptions(command) }),
    );
  }
  addSubcommand(sandbox, "scenario", "set how the sandbox behaves: refusals, faults, times", [
    "reflow-ec2 sandbox scenario chaos.yaml",
    "reflow-ec2 sandbox scenario show -o json",
    "reflow-ec2 sandbox scenario reset",
  ])
    .argument("<file|show|reset>", "a scenario file to set; or show what is in force, or return to the default")
    .action((word: string, _raw: object, command: Command) =>
      dispatch({ command: "sandbox scenario", task: parseScenarioOrder(word), globals: parseGlobalOptions(command) }),
    );
}
