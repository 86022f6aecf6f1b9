import { errorText, TrustError } from "../../errors.js";
import type { Clock } from "../../lib/clock.js";
import { leaseFailure } from "../../pool/leases.js";
import type { ReflowletClient } from "../../pool/reflowlet-client.js";
import { EXPIRE_LIMIT_MS, FREE_LIMIT_MS, FREE_RETRY_MS } from "./figures.js";
import type { LeaseRelease } from "./outcome.js";

/** What giving an alloc back came to; `problem` says why it is not freed, and is empty when it is. */
export interface Released {
  readonly release: LeaseRelease;
  readonly problem: string;
}

/**
 * Gives an alloc back: frees it, or where that does not work within ten seconds, ends its lease by a keepalive of zero.
 * Takes 15 seconds at most. No signal cuts it short, as a lease that nobody uses keeps others waiting. Never throws: a
 * lease runs out in any case.
 */
export async function releaseLease(clock: Clock, client: ReflowletClient, id: string): Promise<Released> {
  const untilMs = clock.monotonicMs() + FREE_LIMIT_MS;
  let problem = "";
  for (let leftMs = FREE_LIMIT_MS; leftMs > 0; leftMs = untilMs - clock.monotonicMs()) {
    try {
      await client.free(id, { timeoutMs: leftMs });
      return { release: "freed", problem: "" };
    } catch (error) {
      if (leaseFailure(error) !== "trouble") return gone(problem, error);
      problem = errorText(error);
      if (error instanceof TrustError) return { release: "left", problem };
    }
    await clock.sleep(Math.min(FREE_RETRY_MS, untilMs - clock.monotonicMs()));
  }
  try {
    await client.keepalive(id, 0, { timeoutMs: EXPIRE_LIMIT_MS });
    return { release: "expired", problem };
  } catch (error) {
    return leaseFailure(error) === "trouble" ? { release: "left", problem } : gone(problem, error);
  }
}

/** What is gone after a try that came to nothing was freed by that try, whose answer was lost. */
function gone(earlierProblem: string, error: unknown): Released {
  if (earlierProblem !== "") return { release: "freed", problem: "" };
  return { release: "gone", problem: errorText(error) };
}
