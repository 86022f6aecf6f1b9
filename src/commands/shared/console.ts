import { type Colors, colorLevel, loadColors } from "../../terminal/colors.js";
import { DEFAULT_COLUMNS, type TextOutput } from "../../terminal/output.js";
import { Progress, mayMove } from "../../terminal/progress.js";
import type { World } from "../../world.js";
import type { GlobalOptions } from "./global-options.js";

/** How one command line talks to its user. */
export interface Console {
  readonly progress: Progress;
  /** Colors of standard output. */
  readonly stdoutColors: Colors;
  /** Colors of standard error. */
  readonly stderrColors: Colors;
  /** Width of standard output; undefined for a pipe. */
  readonly stdoutColumns: number | undefined;
  /** Width of standard error; undefined for a pipe. */
  readonly stderrColumns: number | undefined;
}

/** How much is told by the configuration's `logger: level`, where no flag says otherwise. */
export const LEVELS = { off: "quiet", error: "quiet", info: "normal", debug: "detailed" } as const;

/** Opens the console: colors, width and movement as flags, environment and terminals allow. */
export async function openConsole(world: World, globals: GlobalOptions): Promise<Console> {
  const { env, stdout, stderr } = world;
  const stderrLevel = globals.color ? colorLevel(env, stderr.isTTY) : 0;
  const stderrColors = await loadColors(stderrLevel);
  const moves = !globals.quiet && mayMove(env, stderr);
  return {
    progress: new Progress({
      output: stderr,
      clock: world.clock,
      colors: stderrColors,
      level: globals.quiet ? "quiet" : globals.verbosity > 0 ? "detailed" : "normal",
      startSpinner: moves ? await world.loadSpinner(stderrLevel) : undefined,
    }),
    stdoutColors: await loadColors(globals.color ? colorLevel(env, stdout.isTTY) : 0),
    stderrColors,
    stdoutColumns: widthOf(stdout),
    stderrColumns: widthOf(stderr),
  };
}

function widthOf(output: TextOutput): number | undefined {
  if (!output.isTTY) return undefined;
  // Some terminals, such as those of CI systems, say 0.
  return output.columns === undefined || output.columns === 0 ? DEFAULT_COLUMNS : output.columns;
}
