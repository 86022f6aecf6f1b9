import { sharedController } from "./abort.js";
import type { Clock } from "./clock.js";

/** How many may go at once, and how many a second after that. */
export interface BucketSize {
  readonly burst: number;
  readonly perSecond: number;
}

/** However often it is slowed, this share of the pace is left. */
const SLOWEST = 1 / 8;
/** After so long without a complaint the pace doubles, until it is whole again. */
const RECOVERY_MS = 5_000;

interface Waiter {
  readonly go: () => void;
}

/** A token bucket: who takes a token may go, in the order in which they came, at a pace that can be lowered for a while. */
export class TokenBucket {
  private tokens: number;
  private filledMs: number;
  /** The share of the pace that holds now. */
  private share = 1;
  private slowedMs = -Infinity;
  private readonly waiters: Waiter[] = [];
  private pump: AbortController | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly size: BucketSize,
  ) {
    this.tokens = size.burst;
    this.filledMs = clock.monotonicMs();
  }

  /** Waits for a token. @throws the signal's reason; the token is left to others then. */
  take(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.waiters.splice(this.waiters.indexOf(waiter), 1);
        // Nobody is left to wait for: no timer stays behind.
        if (this.waiters.length === 0) this.pump?.abort();
        reject(signal.reason as Error);
      };
      const waiter: Waiter = {
        go: () => {
          signal.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.waiters.push(waiter);
      this.serve();
    });
  }

  /**
   * Somebody was told that they came too fast: the bucket is empty, and fills half as fast, until there have been no such
   * complaints for a while. Complaints about what went before the last slow-down count as the same one.
   * @param sentMs when the one who was told had gone, by the clock's monotonic time
   */
  slowDown(sentMs: number): void {
    this.fill();
    if (sentMs <= this.slowedMs) return;
    this.slowedMs = this.filledMs;
    this.share = Math.max(this.share / 2, SLOWEST);
    this.tokens = Math.min(this.tokens, 0);
  }

  private serve(): void {
    this.fill();
    while (this.waiters.length > 0 && this.tokens >= 1) {
      this.tokens -= 1;
      this.waiters.shift()?.go();
    }
    if (this.waiters.length === 0 || this.pump !== undefined) return;
    const pump = sharedController();
    this.pump = pump;
    const tokenMs = Math.ceil(((1 - this.tokens) / (this.size.perSecond * this.share)) * 1_000);
    const fasterMs = this.share < 1 ? this.slowedMs + RECOVERY_MS - this.filledMs : Infinity;
    void this.clock
      .sleep(Math.min(tokenMs, fasterMs), pump.signal)
      .catch(() => undefined)
      .then(() => {
        this.pump = undefined;
        this.serve();
      });
  }

  /** Adds what has come since the last look, at the pace of each stretch of it. */
  private fill(): void {
    const nowMs = this.clock.monotonicMs();
    while (this.filledMs < nowMs) {
      const fasterMs = this.share < 1 ? this.slowedMs + RECOVERY_MS : Infinity;
      const untilMs = Math.min(nowMs, fasterMs);
      const added = ((untilMs - this.filledMs) / 1_000) * this.size.perSecond * this.share;
      this.tokens = Math.min(this.size.burst, this.tokens + added);
      this.filledMs = untilMs;
      if (untilMs === fasterMs) {
        this.share = Math.min(1, this.share * 2);
        this.slowedMs = fasterMs;
      }
    }
  }
}
