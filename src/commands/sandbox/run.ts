import { sandboxJson } from "../../terminal/json/sandbox.js";
import { sandboxText } from "../../terminal/sandbox-view.js";
import type { World } from "../../world.js";
import { type Console, openConsole } from "../shared/console.js";
import { ensureSandbox } from "../shared/ensure-sandbox.js";
import type { GlobalOptions } from "../shared/global-options.js";
import type { SandboxAction } from "../shared/invocation.js";
import { setScenario } from "./scenario.js";
import type { SandboxStatus } from "../shared/sandbox-control.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";

interface SandboxOrder {
  readonly action: SandboxAction;
  /** For `start`. */
  readonly scenarioPath?: string | undefined;
  readonly empty?: boolean | undefined;
}

/** Starts or stops the sandbox, or only looks; shows how it is then. */
export async function runSandbox(world: World, globals: GlobalOptions, order: SandboxOrder): Promise<void> {
  const console = await openConsole(world, globals);
  try {
    const status = await withTimeLimit(world, globals.timeoutMs, `sandbox ${order.action}`, (signal) =>
      act(world, console, order, globals.region, signal),
    );
    console.progress.stop();
    await writeResult(world.stdout, globals.output, {
      text: () => sandboxText(status),
      data: () => sandboxJson(status),
      names: () => (status.running ? [status.endpoint] : []),
    });
  } finally {
    console.progress.stop();
  }
}

async function act(
  world: World,
  { progress }: Console,
  { action, scenarioPath, empty = false }: SandboxOrder,
  region: string | undefined,
  signal: AbortSignal,
): Promise<SandboxStatus> {
  switch (action) {
    case "start": {
      // A mistake in it starts nothing.
      const read = scenarioPath === undefined ? undefined : await world.sandbox.readScenario(scenarioPath);
      const scenario = empty ? { ...read, account: { ...read?.account, empty } } : read;
      progress.waitFor("starting the sandbox");
      const { sandbox, started } = await ensureSandbox(world, region, signal);
      progress.note(started ? "sandbox: started; 'reflow-ec2 sandbox stop' ends it" : "sandbox: runs already");
      if (scenario !== undefined) {
        await setScenario(world, scenario, signal);
        if (scenarioPath !== undefined) progress.note(`scenario: ${scenarioPath} is in force`);
        if (empty) progress.note("account: empty; 'reflow-ec2 setup' makes it ready");
      }
      return sandbox;
    }
    case "stop": {
      progress.waitFor("stopping the sandbox");
      const stopped = await world.sandbox.stop(signal);
      progress.note(stopped ? "sandbox: stopped; its state is removed" : "sandbox: none was running");
      return world.sandbox.status();
    }
    case "status":
      return world.sandbox.status();
  }
}
