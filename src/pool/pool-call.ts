import { UsageError } from "../errors.js";
import { printable } from "./printable.js";
import type { PoolRequest } from "./transport.js";

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Limit for the whole exchange. */
  readonly timeoutMs?: number | undefined;
}

/** The limit that Reflow's drivers set for a question to a reflowlet or bootstrap; only an install takes longer. */
export const CALL_TIMEOUT_MS = 10_000;

/** The part of a request that says how long and until when. */
export function limits(options: CallOptions, timeoutMs = CALL_TIMEOUT_MS): Pick<PoolRequest, "signal" | "timeoutMs"> {
  return { signal: options.signal, timeoutMs: options.timeoutMs ?? timeoutMs };
}

/**
 * An id as one element of a path.
 * @throws UsageError when it cannot be one: the server would look elsewhere.
 */
export function pathElement(id: string): string {
  if (/^\.{0,2}$|\/|\p{Surrogate}/u.test(id)) {
    throw new UsageError(`"${printable(id, 60)}" is not the id of an offer or alloc`, {
      hint: "Ids are what `list -o json` prints after the last slash of a URI, e.g. 4640204a5fd6ce42.",
    });
  }
  return encodeURIComponent(id);
}
