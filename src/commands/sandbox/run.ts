import { sandboxJson } from "../../terminal/json/sandbox.js";
import { sandboxText } from "../../terminal/sandbox-view.js";
import type { World } from "../../world.js";
import { type Console, openConsole } from "../shared/console.js";
import { ensureSandbox } from "../shared/ensure-sandbox.js";
import type { GlobalOptions } from "../shared/global-options.js";
import type { SandboxAction } from "../shared/invocation.js";
import type { SandboxStatus } from "../shared/sandbox-control.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";

/** Starts or stops the sandbox, or only looks; shows how it is then. */
export async function runSandbox(world: World, globals: GlobalOptions, action: SandboxAction): Promise<void> {
  const console = await openConsole(world, globals);
  try {
    const status = await withTimeLimit(world, globals.timeoutMs, `sandbox ${action}`, (signal) =>
      act(world, console, action, globals.region, signal),
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
  action: SandboxAction,
  region: string | undefined,
  signal: AbortSignal,
): Promise<SandboxStatus> {
  switch (action) {
    case "start": {
      progress.waitFor("starting the sandbox");
      const { sandbox, started } = await ensureSandbox(world, region, signal);
      progress.note(started ? "sandbox: started; 'reflow-ec2 sandbox stop' ends it" : "sandbox: runs already");
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
