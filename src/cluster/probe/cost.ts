/** EC2 bills Linux by the second, and at least a minute. */
const LEAST_BILLED_S = 60;

/** An instance that nobody waits for any more is told to end within so long, in the worst case. */
const ENDING_S = 120;

/** A boot that nobody has timed takes about so long until a reflowlet offers. */
const USUAL_BOOT_S = 120;

/**
 * What an instance costs that has run from one time to another by the monotonic clock, in USD. It is billed from
 * `running` until it is told to end; one that never ran costs nothing.
 */
export function costUsd(hourlyUsd: number, runningMs: number | undefined, endMs: number): number {
  if (runningMs === undefined) return 0;
  return (hourlyUsd * Math.max(LEAST_BILLED_S, (endMs - runningMs) / 1_000)) / 3_600;
}

/** What a sample will cost as a rule, in USD. @param bootSeconds what a former probe measured */
export function usualUsd(hourlyUsd: number, bootSeconds: number | undefined): number {
  return (hourlyUsd * Math.max(LEAST_BILLED_S, bootSeconds ?? USUAL_BOOT_S)) / 3_600;
}

/** What a sample costs if it takes all of its time, in USD. */
export function mostUsd(hourlyUsd: number, timeoutMs: number): number {
  return (hourlyUsd * Math.max(LEAST_BILLED_S, timeoutMs / 1_000 + ENDING_S)) / 3_600;
}
