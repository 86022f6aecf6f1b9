import { unitValue, type UnitFile } from "../../../cloudconfig/systemd-unit.js";
import type { Clock } from "../../../lib/clock.js";
import type { JobResult, UnitControl } from "../system/machine-world.js";
import type { Log } from "./mount-unit.js";
import { parseTimeSpan } from "./time-span.js";

/** What a timer needs to run. */
export interface TimerContext {
  readonly name: string;
  readonly file: UnitFile;
  readonly clock: Clock;
  /** When the machine was switched on, by the clock that never jumps. */
  readonly bootMs: number;
  readonly units: UnitControl;
  /** Aborts when the timer is stopped or the machine goes off. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Keeps an eye on the timer while it runs. */
  background(task: Promise<void>): void;
}

/** Starts a timer; at its time it starts its unit, again and again when it says so. */
export function startTimer(context: TimerContext): JobResult {
  const { name, file, clock, units, signal, log } = context;
  const span = (key: string): number | undefined => {
    const text = unitValue(file, "Timer", key);
    return text === undefined ? undefined : parseTimeSpan(text);
  };
  const sinceBoot = span("OnBootSec") ?? span("OnStartupSec");
  const sinceStart = span("OnActiveSec");
  const waits = [
    ...(sinceBoot === undefined ? [] : [context.bootMs + sinceBoot - clock.monotonicMs()]),
    ...(sinceStart === undefined ? [] : [sinceStart]),
  ];
  if (waits.length === 0) {
    log(`${name}: Timer unit lacks value setting. Refusing.`);
    return "bad-setting";
  }
  const unit = unitValue(file, "Timer", "Unit") ?? name.replace(/\.timer$/, ".service");
  if (!units.isKnown(unit)) {
    log(`${name}: Refusing to start, unit ${unit} to trigger not loaded.`);
    return "bad-setting";
  }
  const againMs = span("OnUnitActiveSec");
  const tick = async (): Promise<void> => {
    await clock.sleep(Math.min(...waits), signal);
    for (;;) {
      await units.start(unit);
      if (againMs === undefined) return;
      await clock.sleep(Math.max(againMs, 1), signal);
    }
  };
  context.background(tick());
  return "done";
}
