import { sharedController } from "../lib/abort.js";
import type { Clock } from "../lib/clock.js";
import type { CallOptions, Offer, ReflowletClient } from "./reflowlet-client.js";

/** What came of asking one member. */
export type AskOutcome<T> =
  { readonly kind: "answered"; readonly value: T } | { readonly kind: "failed"; readonly error: unknown };

/** What came of asking one member for its offers. */
export type OffersOutcome =
  { readonly kind: "offers"; readonly offers: readonly Offer[] } | { readonly kind: "failed"; readonly error: unknown };

/** How members are asked. */
export interface AskOptions extends CallOptions {
  readonly clock: Clock;
  /** Questions started together; default 256. */
  readonly concurrency?: number | undefined;
}

/**
 * Handshakes that one process does at a time without getting in its own way; it also keeps a cluster of 1,000 from
 * being asked in one burst.
 */
const CONCURRENCY = 256;

/** A question that takes longer makes way for the next: members that do not answer must not hold up those that do. */
const PATIENCE_MS = 250;

/**
 * Asks all members at once and yields what comes of each as it arrives; one that is slow or broken delays no other.
 * `ask` gets the signal and time-out for its calls and must end when they say so. Leaving the loop early aborts the
 * questions under way.
 * @throws the signal's reason when it aborts.
 */
export async function* askMembers<M, T>(
  members: readonly M[],
  ask: (member: M, options: CallOptions) => Promise<T>,
  options: AskOptions,
): AsyncGenerator<{ readonly member: M; readonly outcome: AskOutcome<T> }, void, undefined> {
  const { clock, signal, timeoutMs, concurrency = CONCURRENCY } = options;
  signal?.throwIfAborted();
  const arrived: { member: M; outcome: AskOutcome<T> }[] = [];
  let wake = (): void => undefined;
  const stop = sharedController();
  const onAbort = (): void => {
    stop.abort(signal?.reason);
    wake();
  };
  signal?.addEventListener("abort", onAbort, { once: true });

  const askOne = async (member: M): Promise<void> => {
    const outcome = await outcomeOf(() => ask(member, { signal: stop.signal, timeoutMs }));
    arrived.push({ member, outcome });
    wake();
  };
  const queue = members.values();
  const askInTurn = async (): Promise<void> => {
    for (const member of queue) {
      if (stop.signal.aborted) return;
      await firstOf(askOne(member), clock, PATIENCE_MS);
    }
  };
  for (let lane = 0; lane < Math.max(1, concurrency); lane += 1) void askInTurn();

  try {
    for (let left = members.length; left > 0; left -= 1) {
      if (arrived.length === 0 && !stop.signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      signal?.throwIfAborted();
      const next = arrived.shift();
      if (next !== undefined) yield next;
    }
  } finally {
    signal?.removeEventListener("abort", onAbort);
    stop.abort(new DOMException("no longer needed", "AbortError"));
  }
}

/** As askMembers, for what each member has free. */
export async function* askOffers<M>(
  members: readonly M[],
  clientOf: (member: M) => Pick<ReflowletClient, "offers">,
  options: AskOptions,
): AsyncGenerator<{ readonly member: M; readonly outcome: OffersOutcome }, void, undefined> {
  const ask = (member: M, limits: CallOptions): Promise<readonly Offer[]> => clientOf(member).offers(limits);
  for await (const { member, outcome } of askMembers(members, ask, options)) {
    yield { member, outcome: outcome.kind === "failed" ? outcome : { kind: "offers", offers: outcome.value } };
  }
}

async function outcomeOf<T>(work: () => Promise<T>): Promise<AskOutcome<T>> {
  try {
    return { kind: "answered", value: await work() };
  } catch (error) {
    return { kind: "failed", error };
  }
}

/** Resolves when `work` is done or `ms` have passed, and leaves no timer behind. */
async function firstOf(work: Promise<void>, clock: Clock, ms: number): Promise<void> {
  const timer = new AbortController();
  const patience = clock.sleep(ms, timer.signal).catch(() => undefined);
  await Promise.race([work, patience]);
  timer.abort();
}
