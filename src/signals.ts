import { constants } from "node:os";
import { InterruptedError } from "./errors.js";
import type { Clock } from "./lib/clock.js";

/** What is used of the process to hear signals. */
export interface SignalSource {
  on(event: NodeJS.Signals, listener: () => void): unknown;
  off(event: NodeJS.Signals, listener: () => void): unknown;
}

/** The signals that ask a command to end. */
const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that asks to end; Ctrl-\ (SIGQUIT) is heard only where a program of the user's runs. */
export type EndingSignal = (typeof ENDING_SIGNALS)[number] | "SIGQUIT";

/**
 * A closing terminal sends SIGHUP twice, `timeout` and npm send what they got to the whole group and again by name: what
 * comes so soon after a first signal says nothing new.
 */
export const ECHO_MS = 1_000;

/** Hands signals on. @returns what ends that. */
export type DivertSignals = (hear: (name: EndingSignal) => void) => () => void;

/**
 * The first signal calls `onFirst`, so that the command cleans up and ends by itself; any further one that is no echo of it
 * calls `onRepeat`, which is to leave at once. While signals are diverted, by the function that this gives, neither is called.
 */
export function watchSignals(
  source: SignalSource,
  clock: Pick<Clock, "monotonicMs">,
  onFirst: (error: InterruptedError) => void,
  onRepeat: (error: InterruptedError) => void,
): DivertSignals {
  let firstAtMs: number | undefined;
  let diverted: ((name: EndingSignal) => void) | undefined;
  for (const name of ENDING_SIGNALS) {
    source.on(name, () => {
      if (diverted !== undefined) return diverted(name);
      const error = interruptedBy(name);
      const nowMs = clock.monotonicMs();
      if (firstAtMs === undefined) {
        firstAtMs = nowMs;
        onFirst(error);
      } else if (nowMs - firstAtMs >= ECHO_MS) onRepeat(error);
    });
  }
  return (hear) => {
    const onQuit = (): void => hear("SIGQUIT");
    diverted = hear;
    source.on("SIGQUIT", onQuit);
    return () => {
      diverted = undefined;
      source.off("SIGQUIT", onQuit);
    };
  };
}

/** The error of a command that a signal has ended. */
export function interruptedBy(name: EndingSignal): InterruptedError {
  return new InterruptedError(name, constants.signals[name]);
}
