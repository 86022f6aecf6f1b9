import { setMaxListeners } from "node:events";

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
