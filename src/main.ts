import { ReflowEc2Error } from "./errors.js";
import type { Invocation } from "./commands/shared/invocation.js";
import { isHelpOrVersion } from "./commands/shared/subcommand.js";
import { createProgram } from "./program.js";
import { ClosedPipeError } from "./terminal/closed-pipe.js";
import { DEFAULT_COLUMNS } from "./terminal/output.js";
import type { World } from "./world.js";

/** Runs one command line to its exit code. The only place that catches everything; never throws. */
export async function main(world: World): Promise<number> {
  const look: ErrorLook = { verbosity: 0, color: !world.argv.includes("--no-color") };
  const code = await attempt(world, look, () => run(world, look));
  const flushed = await attempt(world, look, () => world.flush());
  // Who reads no further has seen enough: `list | head` has not failed.
  if (world.signal.reason instanceof ClosedPipeError) return 0;
  return code === 0 ? flushed : code;
}

/** How errors are written: guessed until the command line is understood, then what it says. */
interface ErrorLook {
  verbosity: number;
  color: boolean;
}

async function run(world: World, look: ErrorLook): Promise<void> {
  const output = {
    write: (text: string) => world.stdout.write(text),
    columns: world.stdout.columns ?? DEFAULT_COLUMNS,
  };
  const program = createProgram(output, async (invocation) => {
    look.verbosity = invocation.globals.verbosity;
    look.color = invocation.globals.color;
    await carryOut(world, invocation);
  });
  try {
    await program.parseAsync(world.argv, { from: "user" });
  } catch (error) {
    if (!isHelpOrVersion(error)) throw error;
  }
}

async function carryOut(world: World, invocation: Invocation): Promise<void> {
  switch (invocation.command) {
    case "allocate":
      return (await import("./commands/allocate/run.js")).runAllocate(world, invocation.globals, invocation.options);
    case "list":
      return (await import("./commands/list/run.js")).runList(world, invocation.globals);
    case "render":
      return (await import("./commands/render/run.js")).runRender(world, invocation.globals, invocation.options);
    case "terminate":
      return (await import("./commands/terminate/run.js")).runTerminate(world, invocation.globals, invocation.options);
    case "sandbox":
      return (await import("./commands/sandbox/run.js")).runSandbox(world, invocation.globals, invocation.action);
  }
}

/** Does the work; tells on standard error what went wrong with it. Gives the exit code. */
async function attempt(world: World, look: ErrorLook, work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (thrown) {
    // What an aborted wait throws may be the platform's own error; the signal's reason says more.
    const aborted = world.signal.aborted && !(thrown instanceof ReflowEc2Error);
    const error: unknown = aborted ? world.signal.reason : thrown;
    if (error instanceof ClosedPipeError) return 0;
    const { formatError } = await import("./terminal/error-text.js");
    const { colorLevel, loadColors } = await import("./terminal/colors.js");
    const colors = await loadColors(look.color ? colorLevel(world.env, world.stderr.isTTY) : 0);
    world.stderr.write(formatError(error, look.verbosity, colors));
    return error instanceof ReflowEc2Error ? error.exitCode : 1;
  }
}
