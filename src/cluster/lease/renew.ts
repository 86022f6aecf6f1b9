import { errorText } from "../../errors.js";
import type { Clock } from "../../lib/clock.js";
import { leaseFailure } from "../../pool/leases.js";
import type { ReflowletClient } from "../../pool/reflowlet-client.js";
import { CALL_LIMIT_MS, LEASE_MS, SECOND_LOOK_MS } from "./figures.js";

/** What one keepalive came to. */
export type Renewal =
  | { readonly kind: "granted"; readonly grantedMs: number }
  /** The alloc is gone for good. */
  | { readonly kind: "lost"; readonly why: string }
  /** Nothing is known about the lease. */
  | { readonly kind: "trouble"; readonly problem: string };

/**
 * Asks once for a lease of two minutes. A reflowlet that knows no such alloc is asked a second time before it is
 * believed. A peer that is not trusted is trouble: it is somebody else, such as a hotel's login page, and says nothing
 * about the alloc.
 * @throws the signal's reason, and nothing else.
 */
export async function renewLease(
  clock: Clock,
  client: ReflowletClient,
  id: string,
  signal: AbortSignal,
): Promise<Renewal> {
  signal.throwIfAborted();
  try {
    return { kind: "granted", grantedMs: await client.keepalive(id, LEASE_MS, { signal, timeoutMs: CALL_LIMIT_MS }) };
  } catch (error) {
    signal.throwIfAborted();
    const failure = leaseFailure(error);
    if (failure === "lost") return { kind: "lost", why: errorText(error) };
    return failure === "unknown"
      ? lookAgain(clock, client, id, signal, errorText(error))
      : { kind: "trouble", problem: errorText(error) };
  }
}

async function lookAgain(
  clock: Clock,
  client: ReflowletClient,
  id: string,
  signal: AbortSignal,
  first: string,
): Promise<Renewal> {
  await clock.sleep(SECOND_LOOK_MS, signal);
  try {
    const { zombie } = await client.inspect(id, { signal, timeoutMs: CALL_LIMIT_MS });
    return zombie ? { kind: "lost", why: first } : { kind: "trouble", problem: first };
  } catch (error) {
    signal.throwIfAborted();
    if (leaseFailure(error) !== "trouble") return { kind: "lost", why: first };
    return { kind: "trouble", problem: errorText(error) };
  }
}
