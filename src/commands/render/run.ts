import { ConfigError } from "../../errors.js";
import { counted } from "../../lib/counted.js";
import { formatProblem } from "../../terminal/error-text.js";
import { renderJson } from "../../terminal/json/render.js";
import { checkText, userDataText } from "../../terminal/render-view.js";
import type { RenderedUserData, UserDataRenderer } from "../../userdata/rendering.js";
import type { World } from "../../world.js";
import { type Console, LEVELS, openConsole } from "../shared/console.js";
import type { GlobalOptions } from "../shared/global-options.js";
import { resolveTarget } from "../shared/sandbox-target.js";
import { withTimeLimit } from "../shared/time-limit.js";
import { writeResult } from "../shared/write-result.js";
import type { RenderFlags } from "./options.js";

/** Shows the user-data of a launch: masked, checked, or as it would be sent. */
export async function runRender(world: World, globals: GlobalOptions, flags: RenderFlags): Promise<void> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  try {
    await withTimeLimit(world, globals.timeoutMs, "render", async (signal) => {
      const target = await resolveTarget(world, globals, progress, signal);
      const renderer = await world.openRenderer(target, { signal, onEvent: progress.onEvent });
      if (!globals.quiet && globals.verbosity === 0) progress.setLevel(LEVELS[renderer.config.logLevel]);
      for (const warning of renderer.config.warnings) progress.warn(warning);
      if (flags.show === "raw") await writeRaw(world, console, renderer, flags, signal);
      else await show(world, globals, console, await renderer.render({ instanceType: flags.type, signal }), flags);
    });
  } finally {
    progress.stop();
  }
}

async function writeRaw(
  world: World,
  { progress }: Console,
  renderer: UserDataRenderer,
  { type }: RenderFlags,
  signal: AbortSignal,
): Promise<void> {
  progress.waitFor("asking AWS for what the configuration needs");
  const raw = await renderer.raw({ instanceType: type, signal });
  progress.stop();
  // Nothing is added to the bytes, except where they would run into the prompt.
  world.stdout.write(world.stdout.isTTY ? `${raw}\n` : raw);
}

async function show(
  world: World,
  globals: GlobalOptions,
  { progress, stdoutColors: colors, stdoutColumns: columns }: Console,
  rendered: RenderedUserData,
  flags: RenderFlags,
): Promise<void> {
  const { instanceType, report } = rendered;
  const checks = flags.show === "check";
  await writeResult(world.stdout, globals.output, {
    text: () => (checks ? checkText(rendered, { colors, columns }) : userDataText(rendered, { colors, columns })),
    data: () => renderJson(rendered),
    names: () => [instanceType],
  });
  if (!checks) return;
  for (const problem of rendered.launchProblems) progress.warn(`no launch as it is: ${formatProblem(problem)}`);
  if (report.problems.length > 0) {
    const count = counted(report.problems.length, "problem");
    throw new ConfigError(`the user-data for ${instanceType} has ${count}`, report.problems, {
      hint: "What is not of your own `ec2cluster: cloudconfig` is a bug of reflow-ec2: please report it.",
    });
  }
}
