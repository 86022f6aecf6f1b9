import { sharedController } from "./abort.js";
import type { Clock } from "./clock.js";

/** Why a timer ends early. Without one each would make an exception with its stack, which nobody sees. */
const SETTLED = "settled";

/**
 * Runs `work` with a signal that aborts when `signal` does, or with `onTimeout()` as its reason once `ms` have passed.
 * The timer and the listener are gone when the work settles.
 * @throws what `work` throws; on time-out normally the error that `onTimeout` made, as the work passes it on.
 */
export async function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  onTimeout: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const controller = sharedController();
  const onAbort = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = new AbortController();
  const timeout = clock.sleep(ms, timer.signal).then(
    () => controller.abort(onTimeout()),
    () => undefined,
  );
  try {
    return await work(controller.signal);
  } finally {
    timer.abort(SETTLED);
    signal?.removeEventListener("abort", onAbort);
    await timeout;
  }
}
