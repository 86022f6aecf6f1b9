import { UsageError } from "../../errors.js";
import { scenarioJson } from "../../terminal/json/scenario.js";
import { scenarioText } from "../../terminal/scenario-view.js";
import type { World } from "../../world.js";
import { type Console, openConsole } from "../shared/console.js";
import { ensureSandbox } from "../shared/ensure-sandbox.js";
import type { GlobalOptions } from "../shared/global-options.js";
import type { ScenarioOrder } from "../shared/invocation.js";
import type { Scenario, ScenarioState } from "../shared/sandbox-control.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";

/** Sets or resets the sandbox's scenario, or only looks; shows what is in force then. */
export async function runScenario(world: World, globals: GlobalOptions, order: ScenarioOrder): Promise<void> {
  const console = await openConsole(world, globals);
  try {
    const state = await withTimeLimit(world, globals.timeoutMs, "sandbox scenario", (signal) =>
      act(world, console, order, globals.region, signal),
    );
    console.progress.stop();
    await writeResult(world.stdout, globals.output, {
      text: () => scenarioText(state),
      data: () => scenarioJson(state),
      names: () => [],
    });
  } finally {
    console.progress.stop();
  }
}

async function act(
  world: World,
  { progress }: Console,
  order: ScenarioOrder,
  region: string | undefined,
  signal: AbortSignal,
): Promise<ScenarioState> {
  if (order.kind !== "set") {
    const state = await world.sandbox.scenario(order, signal);
    if (state === undefined) throw noSandbox();
    if (order.kind === "reset") progress.note("scenario: the default is in force");
    return state;
  }
  // A mistake in it starts nothing.
  const scenario = await world.sandbox.readScenario(order.path);
  progress.waitFor("looking for the sandbox, or starting it");
  const { started } = await ensureSandbox(world, region, signal);
  if (started) progress.note("sandbox: started; 'reflow-ec2 sandbox stop' ends it");
  const state = await setScenario(world, scenario, signal);
  progress.note(`scenario: ${order.path} is in force`);
  return state;
}

/**
 * Sets a scenario in the sandbox that runs.
 * @throws UsageError when none runs any more; EndpointError when it does not answer.
 */
export async function setScenario(world: World, scenario: Scenario, signal: AbortSignal): Promise<ScenarioState> {
  const state = await world.sandbox.scenario({ kind: "set", scenario }, signal);
  if (state === undefined) throw noSandbox();
  return state;
}

function noSandbox(): UsageError {
  return new UsageError("no sandbox runs, so no scenario is in force", {
    hint: "'reflow-ec2 sandbox scenario FILE' starts one with a scenario, 'sandbox start' one without.",
  });
}
