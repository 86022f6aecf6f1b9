import type { Clock } from "../../../lib/clock.js";
import { parseAuthority, type Authority } from "../../../tls/authority.js";
import { createAuthority } from "../../../tls/create-authority.js";
import type { KeyPair } from "../../../tls/key-pair.js";
import type { MachineFaults } from "../faults.js";
import { untilAborted } from "../system/process.js";
import type { HttpHandler } from "./http-reply.js";

/** An authority that nobody else knows. It is made of the machine's own key, as making another takes long. */
export async function foreignAuthority(keyPair: KeyPair, nowMs: number): Promise<Authority> {
  return parseAuthority(await createAuthority({ nowMs, keyPair }), "another authority");
}

/** A handler that takes requests and answers none, until its process ends. */
export function hangingHandler(signal: AbortSignal): HttpHandler {
  return () => untilAborted(signal);
}

/**
 * A handler that answers nothing for a while, counted from now: requests of that time wait for its end and get no reply
 * then either, as those that a network lost.
 */
export function withSilence(
  handler: HttpHandler,
  silence: MachineFaults["silence"],
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): HttpHandler {
  if (silence === undefined) return handler;
  const fromMs = clock.monotonicMs() + silence.afterMs;
  const untilMs = fromMs + silence.forMs;
  return async (call) => {
    const nowMs = clock.monotonicMs();
    if (nowMs < fromMs || nowMs >= untilMs) return handler(call);
    if (untilMs === Infinity) return untilAborted(signal);
    await clock.sleep(untilMs - nowMs, signal);
    throw new DOMException("the reply was lost", "AbortError");
  };
}
