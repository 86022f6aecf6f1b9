import type { Clock } from "../../lib/clock.js";

/** Between two looks a few seconds pass, and never more than a keepalive and its second look may take. */
const LONGEST_BETWEEN_LOOKS_MS = 30_000;

/** Readings of two clocks are never of the same instant, and NTP shifts the wall clock a little. */
const CLOCKS_APART_MS = 5_000;

/**
 * Notices that the process was stopped, or the machine asleep. While a machine sleeps, Linux stops the clock of timers
 * and durations, and only the wall clock tells; while a process is stopped, both go on. A wall clock that was set ahead
 * looks the same as sleep, and is answered the same, which costs one keepalive; one that was set back is no sign of
 * anything.
 */
export class Standstill {
  private monotonicMs: number;
  private wallMs: number;

  constructor(private readonly clock: Clock) {
    this.monotonicMs = clock.monotonicMs();
    this.wallMs = clock.nowMs();
  }

  /** How long everything stood still since the last look, at most, in milliseconds; 0 when it did not. */
  look(): number {
    const passedMs = this.clock.monotonicMs() - this.monotonicMs;
    const wallPassedMs = this.clock.nowMs() - this.wallMs;
    this.monotonicMs += passedMs;
    this.wallMs += wallPassedMs;
    const stopped = passedMs > LONGEST_BETWEEN_LOOKS_MS;
    const slept = wallPassedMs - passedMs > CLOCKS_APART_MS;
    return stopped || slept ? Math.max(passedMs, wallPassedMs) : 0;
  }
}
