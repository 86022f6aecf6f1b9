import type { Clock } from "../../src/lib/clock.js";

/** A clock on which every sleep is over at once, and has taken its time all the same. */
export class EagerClock implements Clock {
  private elapsedMs = 0;

  nowMs(): number {
    return Date.UTC(2026, 0, 1) + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.elapsedMs += Math.max(0, ms);
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}
