import { systemClock, type Clock } from "../../../src/lib/clock.js";

/** Between two sleepers: what the first one does may start others, some turns of the event loop later. */
const TURNS = 5;

/**
 * The machine's clock, until a test lets it leap: whoever sleeps meanwhile wakes at the usual time and in the usual order,
 * without anybody having waited for it.
 */
export class LeapingClock implements Clock {
  private leaptMs = 0;
  private readonly sleepers = new Set<Sleeper>();

  nowMs(): number {
    return systemClock.nowMs() + this.leaptMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.leaptMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (!(ms > 0)) return;
    const sleeper = new Sleeper(this.monotonicMs() + ms, signal);
    this.sleepers.add(sleeper);
    sleeper.waitFrom(this.monotonicMs());
    await sleeper.slept.finally(() => this.sleepers.delete(sleeper));
  }

  /** Lets so much time pass at once. */
  async leap(ms: number): Promise<void> {
    const untilMs = this.monotonicMs() + ms;
    for (let next = this.nextUntil(untilMs); next !== undefined; next = this.nextUntil(untilMs)) {
      this.goTo(next.wakeAtMs);
      this.sleepers.delete(next);
      next.wake();
      for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
    this.goTo(untilMs);
    for (const sleeper of this.sleepers) sleeper.waitFrom(untilMs);
  }

  private goTo(atMs: number): void {
    this.leaptMs += Math.max(0, atMs - this.monotonicMs());
  }

  private nextUntil(untilMs: number): Sleeper | undefined {
    const [next] = [...this.sleepers].sort((a, b) => a.wakeAtMs - b.wakeAtMs);
    return next !== undefined && next.wakeAtMs <= untilMs ? next : undefined;
  }
}

/** One wait, by a timer that is set anew when the clock has leapt. */
class Sleeper {
  readonly slept: Promise<void>;
  wake: () => void = () => undefined;
  private timer = new AbortController();

  constructor(
    readonly wakeAtMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.slept = new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        this.timer.abort();
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = (): void => {
        settle();
        reject(signal?.reason as Error);
      };
      this.wake = () => {
        settle();
        resolve();
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  waitFrom(nowMs: number): void {
    this.timer.abort();
    this.timer = new AbortController();
    systemClock.sleep(this.wakeAtMs - nowMs, this.timer.signal).then(
      () => this.wake(),
      () => undefined,
    );
  }
}
