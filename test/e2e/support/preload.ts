/**
 * The environment of a command line whose durations pass so many times as fast.
 * @param longestMs waits and limits beyond it take as long as ever
 */
export function fastClock(factor: number, longestMs = 3_000): Readonly<Record<string, string>> {
  return {
    NODE_OPTIONS: preload("fast-clock.mjs"),
    FAST_CLOCK: String(factor),
    FAST_CLOCK_LONGEST_MS: String(longestMs),
  };
}

/** The environment of a command line whose wall clock is set at SIGUSR2. */
export function steppedClock(stepMs: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: preload("stepped-clock.mjs"), CLOCK_STEP_MS: String(stepMs) };
}

/** The environment of a command line whose wall clock is ahead of the machine's. */
export function clockAhead(ms: number): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: preload("stepped-clock.mjs"), CLOCK_AHEAD_MS: String(ms) };
}

function preload(file: string): string {
  return `--import=${new URL(file, import.meta.url).href}`;
}
