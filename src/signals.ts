import { constants } from "node:os";
import { InterruptedError } from "./errors.js";

/** What is used of the process to hear signals. */
export interface SignalSource {
  on(event: NodeJS.Signals, listener: () => void): unknown;
}

/** The signals that ask a command to end. */
const ENDING_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * The first signal calls `onFirst`, so that the command cleans up and ends by itself; any further one calls `onRepeat`,
 * which is to leave at once.
 */
export function watchSignals(
  source: SignalSource,
  onFirst: (error: InterruptedError) => void,
  onRepeat: (error: InterruptedError) => void,
): void {
  let interrupted = false;
  for (const name of ENDING_SIGNALS) {
    source.on(name, () => {
      const error = new InterruptedError(name, constants.signals[name]);
      if (interrupted) return onRepeat(error);
      interrupted = true;
      onFirst(error);
    });
  }
}
