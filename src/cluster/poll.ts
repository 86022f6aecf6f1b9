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

/** For what is being measured. */
export const PROBE_PACE: Pace = { firstMs: 500, factor: 1, longestMs: 500 };

/**
 * By when what EC2 tells of something that is measured has been seen, in milliseconds: the looks that many share are up to
 * a second apart, and those of few half a second and the time that EC2 takes to answer.
 */
export const PROBE_SEEN_WITHIN_MS = 1_000;

/** All machines that a process waits for are asked so often a second, at most. */
const ASKED_PER_SECOND = 600;

/**
 * A machine that is about to answer: cheap to ask, and each wait is added to what the user waits. Hundreds are asked less
 * often each, the last ones of them as often as a single one.
 */
export class MachinePace implements Pace {
  readonly firstMs = 250;
  readonly factor = 1.25;
  private waitedFor = 0;

  get longestMs(): number {
    return Math.min(1_000, Math.max(this.firstMs, (1_000 * this.waitedFor) / ASKED_PER_SECOND));
  }

  /** Counts a machine in while `work` waits for it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.waitedFor += 1;
    try {
      return await work();
    } finally {
      this.waitedFor -= 1;
    }
  }
}

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
