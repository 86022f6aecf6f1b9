import { exitCodeAround, failureOf, namesCommand, ownExitCode } from "./commands/shared/exit-code.js";
import type { Invocation } from "./commands/shared/invocation.js";
import { isHelpOrVersion } from "./commands/shared/subcommand.js";
import { createProgram } from "./program.js";
import { ClosedPipeError } from "./terminal/closed-pipe.js";
import { DEFAULT_COLUMNS } from "./terminal/output.js";
import type { World } from "./world.js";

/** Runs one command line to its exit code. The only place that catches everything; never throws. */
export async function main(world: World): Promise<number> {
  const runsCommand = namesCommand(world.argv);
  const look: ErrorLook = {
    verbosity: 0,
    color: !world.argv.includes("--no-color"),
    exitCodeOf: runsCommand ? exitCodeAround : ownExitCode,
  };
  const code = await attempt(world, look, () => run(world, look));
  // Standard output was the command's alone.
  if (runsCommand) return code;
  const flushed = await attempt(world, look, async () => {
    // What has failed has been told: one error is enough.
    await (code === 0 ? world.flush() : world.flush().catch(() => undefined));
    return code;
  });
  // Who reads no further has seen enough: `list | head` has not failed. What has failed stays so: a gate of `probe | head`.
  return code === 0 && world.signal.reason instanceof ClosedPipeError ? 0 : flushed;
}

/** How errors are told: guessed until the command line is understood, then what it says. */
interface ErrorLook {
  verbosity: number;
  color: boolean;
  readonly exitCodeOf: (error: unknown) => number;
}

/** Gives the exit code of what did not fail. */
async function run(world: World, look: ErrorLook): Promise<number> {
  let code = 0;
  const output = {
    write: (text: string) => world.stdout.write(text),
    columns: world.stdout.columns ?? DEFAULT_COLUMNS,
  };
  const program = createProgram(output, async (invocation) => {
    look.verbosity = invocation.globals.verbosity;
    look.color = invocation.globals.color;
    code = (await carryOut(world, invocation)) ?? 0;
  });
  try {
    await program.parseAsync(world.argv, { from: "user" });
  } catch (error) {
    if (!isHelpOrVersion(error)) throw error;
  }
  return code;
}

/** Gives an exit code where that is not the program's own. */
async function carryOut(world: World, invocation: Invocation): Promise<number | void> {
  switch (invocation.command) {
    case "allocate":
      return (await import("./commands/allocate/run.js")).runAllocate(world, invocation.globals, invocation.options);
    case "doctor":
      return (await import("./commands/doctor/run.js")).runDoctor(world, invocation.globals, invocation.options);
    case "config":
      return (await import("./commands/config/run.js")).runConfig(world, invocation.globals, invocation.task);
    case "free":
      return (await import("./commands/free/run.js")).runFree(world, invocation.globals, invocation.options);
    case "instances":
      return (await import("./commands/instances/run.js")).runInstances(world, invocation.globals, invocation.options);
    case "keepalive":
      return (await import("./commands/keepalive/run.js")).runKeepalive(world, invocation.globals, invocation.options);
    case "list":
      return (await import("./commands/list/run.js")).runList(world, invocation.globals, invocation.options);
    case "probe":
      return (await import("./commands/probe/run.js")).runProbe(world, invocation.globals, invocation.options);
    case "render":
      return (await import("./commands/render/run.js")).runRender(world, invocation.globals, invocation.options);
    case "setup":
      return (await import("./commands/setup/run.js")).runSetup(world, invocation.globals, invocation.options);
    case "terminate":
      return (await import("./commands/terminate/run.js")).runTerminate(world, invocation.globals, invocation.options);
    case "sandbox":
      return (await import("./commands/sandbox/run.js")).runSandbox(world, invocation.globals, invocation);
    case "sandbox scenario":
      return (await import("./commands/sandbox/scenario.js")).runScenario(world, invocation.globals, invocation.task);
  }
}

/** Does the work; tells on standard error what went wrong with it. Gives the exit code. */
async function attempt(world: World, look: ErrorLook, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (thrown) {
    const error = failureOf(world.signal, thrown);
    if (error instanceof ClosedPipeError) return 0;
    const { formatError } = await import("./terminal/error-text.js");
    const { colorLevel, loadColors } = await import("./terminal/colors.js");
    const colors = await loadColors(look.color ? colorLevel(world.env, world.stderr.isTTY) : 0);
    world.stderr.write(formatError(error, look.verbosity, colors));
    return look.exitCodeOf(error);
  }
}
