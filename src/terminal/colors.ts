/** Marks text with what it means; the identity where there is no color. */
export type Mark = (text: string) => string;

/** The looks that our texts have. */
export interface Colors {
  readonly good: Mark;
  readonly warning: Mark;
  readonly bad: Mark;
  readonly strong: Mark;
  readonly faint: Mark;
}

/** 0 no color, 1 the sixteen of every terminal, 2 256, 3 true color. */
export type ColorLevel = 0 | 1 | 2 | 3;

const plain: Mark = (text) => text;

/** Text as it is. */
export const NO_COLORS: Colors = { good: plain, warning: plain, bad: plain, strong: plain, faint: plain };

/**
 * The colors that a stream gets: none with `NO_COLOR` (https://no-color.org), else what `FORCE_COLOR` says, else the
 * sixteen on a terminal that is not dumb. We use no more than those.
 */
export function colorLevel(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): ColorLevel {
  if (isSet(env.NO_COLOR)) return 0;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return FORCED_LEVELS[forced.toLowerCase()] ?? 1;
  return isTTY && env.TERM !== "dumb" ? 1 : 0;
}

const FORCED_LEVELS: Readonly<Record<string, ColorLevel>> = { "0": 0, false: 0, "1": 1, "2": 2, "3": 3 };

/** The marks of a level; chalk is loaded only where there are colors. */
export async function loadColors(level: ColorLevel): Promise<Colors> {
  if (level === 0) return NO_COLORS;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level });
  return { good: chalk.green, warning: chalk.yellow, bad: chalk.red, strong: chalk.bold, faint: chalk.dim };
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}
