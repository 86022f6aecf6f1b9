import { setMaxListeners } from "node:events";
import { deferred } from "./deferred.js";

/**
 * Node warns of a leak when more than ten wait on one signal; here a thousand members may be asked at once on one, and
 * each listener goes when its question is answered.
 */
const ANY_NUMBER = 0;

/** A controller whose signal any number of waits may listen to. */
export function sharedController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(ANY_NUMBER, controller.signal);
  return controller;
}

/** A signal that aborts with the first of `signals`, and that any number of waits may listen to. */
export function sharedSignal(...signals: readonly AbortSignal[]): AbortSignal {
  const signal = AbortSignal.any([...signals]);
  setMaxListeners(ANY_NUMBER, signal);
  return signal;
}

/**
 * `work`, or the signal's reason when that comes first; the work goes on then, for others who wait for it.
 * @throws what `work` throws, or the signal's reason
 */
export async function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = deferred<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** Runs `work` with a signal that aborts once all of `signals` have, with the last one's reason. */
export async function untilAllAbort<T>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = sharedController();
  const check = (): void => {
    if (signals.every(({ aborted }) => aborted)) controller.abort(signals.at(-1)?.reason);
  };
  for (const signal of signals) signal.addEventListener("abort", check, { once: true });
  try {
    check();
    return await work(controller.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener("abort", check);
  }
}
