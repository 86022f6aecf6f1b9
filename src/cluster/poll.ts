import { CapacityError, EndpointError } from "../errors.js";
import type { Clock } from "../lib/clock.js";

/** How often something is looked at: the first wait, how it grows, and where it stops growing. */
export interface Pace {
  readonly firstMs: number;
  readonly factor: number;
  readonly longestMs: number;
}

/** EC2's state of a pending instance: an instance runs after 5 to 20 s, and Describe calls are shared by the account. */
export const EC2_PACE: Pace = { firstMs: 500, factor: 1.5, longestMs: 5_000 };

/** A machine that is about to answer: cheap to ask, and each wait is added to what the user waits. */
export const MACHINE_PACE: Pace = { firstMs: 250, factor: 1.25, longestMs: 1_000 };

/**
 * Calls `look` until it gives a value, waiting in between by `pace`. Ends only by a value, by an error of `look`, or
 * by `signal`.
 */
export async function pollUntil<T>(
  clock: Clock,
  pace: Pace,
  signal: AbortSignal,
  look: (attempt: number) => Promise<T | undefined>,
): Promise<T> {
  for (
    let attempt = 1, waitMs = pace.firstMs;
    ;
    attempt += 1, waitMs = Math.min(waitMs * pace.factor, pace.longestMs)
  ) {
    signal.throwIfAborted();
    const value = await look(attempt);
    if (value !== undefined) return value;
    await clock.sleep(waitMs, signal);
  }
}

/** Whether a question to EC2 may well be answered a little later: throttled, EC2 in trouble, a broken connection. */
export function mayPass(error: unknown): boolean {
  return error instanceof CapacityError || error instanceof EndpointError;
}
