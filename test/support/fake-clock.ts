import type { Clock } from "../../src/lib/clock.js";

interface Sleeper {
  readonly wakeAtMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. Both of its readings start at 2026-01-01T00:00:00Z and at 0. */
export class FakeClock implements Clock {
  private elapsedMs = 0;
  private wallStepMs = 0;
  private readonly sleepers = new Set<Sleeper>();

  constructor(private readonly startMs = Date.UTC(2026, 0, 1)) {}

  nowMs(): number {
    return this.startMs + this.wallStepMs + this.elapsedMs;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  /** How long until the next sleeper wakes; undefined when nobody sleeps. */
  get untilNextMs(): number | undefined {
    const next = this.next();
    return next === undefined ? undefined : next.wakeAtMs - this.elapsedMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      if (!(ms > 0)) return resolve();
      const onAbort = (): void => {
        this.sleepers.delete(sleeper);
        reject(signal?.reason as Error);
      };
      const sleeper: Sleeper = {
        wakeAtMs: this.elapsedMs + ms,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Sets the wall clock; durations do not notice. So does a machine that wakes from sleep find it. */
  stepWall(ms: number): void {
    this.wallStepMs += ms;
  }

  /** Lets time pass while the process is stopped: who should have woken wakes late, when time goes on. */
  stall(ms: number): void {
    this.elapsedMs += ms;
  }

  /** Moves time on by `ms`, waking sleepers in their order and letting what they wake run in between. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.elapsedMs + ms;
    await settle();
    for (let next = this.next(); next !== undefined && next.wakeAtMs <= untilMs; next = this.next()) {
      this.elapsedMs = Math.max(this.elapsedMs, next.wakeAtMs);
      this.sleepers.delete(next);
      next.wake();
      await settle();
    }
    this.elapsedMs = untilMs;
  }

  /** Moves time on from sleeper to sleeper until `work` settles, and gives its outcome. */
  async runUntil<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const done = work.finally(() => {
      settled = true;
    });
    done.catch(() => undefined);
    for (let idle = 0; !settled && idle < 1_000;) {
      await settle();
      const next = this.next();
      if (next === undefined) {
        idle += 1;
        continue;
      }
      idle = 0;
      if (!settled) await this.advance(next.wakeAtMs - this.elapsedMs);
    }
    return done;
  }

  private next(): Sleeper | undefined {
    let earliest: Sleeper | undefined;
    for (const sleeper of this.sleepers) {
      if (earliest === undefined || sleeper.wakeAtMs < earliest.wakeAtMs) earliest = sleeper;
    }
    return earliest;
  }
}

/** Lets everything run that is ready to: promises, and one turn of the event loop. */
async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
