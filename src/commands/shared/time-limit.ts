import { ReflowEc2Error, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { limitText } from "../../lib/time-text.js";
import type { World } from "../../world.js";

/**
 * Runs `work` with a signal that aborts with the world's, and after `limitMs` where there is such a limit.
 * @param spentMs what earlier parts of the command have used of the limit
 * @throws TimedOutError, naming `what`, when the limit has passed.
 */
export async function withTimeLimit<T>(
  world: World,
  limitMs: number | undefined,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  spentMs = 0,
): Promise<T> {
  if (limitMs === undefined) return work(world.signal);
  const timedOut = (): Error =>
    new TimedOutError(`${what} did not end within ${limitText(limitMs)}`, {
      hint: "Give it more time with --timeout.",
    });
  return withDeadline(world.clock, limitMs - spentMs, world.signal, timedOut, async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      // An aborted wait may throw the platform's own error instead of the reason.
      throw signal.aborted && !(error instanceof ReflowEc2Error) ? signal.reason : error;
    }
  });
}
