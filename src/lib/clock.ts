/** Time as the program knows it: handed in everywhere, so that tests step it. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. May jump when the machine's clock is set. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never jumps backwards. Use for durations and deadlines. */
  monotonicMs(): number;
  /**
   * Resolves after `ms` milliseconds (at once when not positive).
   * @throws the signal's reason when `signal` is or becomes aborted; no timer or listener stays behind.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Node's longest timer; longer waits are made of several. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  async sleep(ms, signal) {
    signal?.throwIfAborted();
    for (let leftMs = ms; leftMs > 0; leftMs -= LONGEST_TIMER_MS) {
      await sleepOnce(Math.min(leftMs, LONGEST_TIMER_MS), signal);
    }
  },
};

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
