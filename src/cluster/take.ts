import { errorText } from "../errors.js";
import { acceptFirst } from "../pool/accept.js";
import type { OfferChoice } from "../pool/choose-offer.js";
import { ReflowletClient, type Alloc } from "../pool/reflowlet-client.js";
import { formatUri } from "../pool/uri.js";
import { emit, type ClusterContext } from "./context.js";
import { inspectAllocs } from "./inspect-allocs.js";
import { FIRST_LEASE_MS } from "./lease/figures.js";
import type { Reachable } from "./offers.js";
import type { AllocView } from "./results.js";

/** An alloc that was taken, and where. */
export interface Taken {
  readonly member: Reachable;
  readonly alloc: AllocView;
}

/** What came of the choices: an alloc, or none and what went wrong last, which is nothing when others were first. */
export type TakeOutcome =
  { readonly kind: "taken"; readonly taken: Taken } | { readonly kind: "none"; readonly problem: string };

/** Limit of one accept. It is not cut short by the caller: an accept whose answer is lost leaves a lease behind. */
const ACCEPT_MS = 10_000;

/**
 * Takes the first of the choices that is still there.
 * @throws the signal's reason; an alloc that was taken meanwhile is given back.
 */
export async function takeOffer(
  context: ClusterContext,
  choices: readonly OfferChoice<Reachable>[],
  labels: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<TakeOutcome> {
  const { user } = context.settings;
  let problem = "";
  for (const choice of choices) {
    signal.throwIfAborted();
    const client = new ReflowletClient(context.transport, choice.member.address);
    const outcome = await acceptFirst([choice], {
      clientOf: () => client,
      owner: `${user} <${user}>`,
      labels,
      timeoutMs: ACCEPT_MS,
    });
    for (const { kind, error } of outcome.passedOver) {
      tellPassedOver(context, choice.member.instance.id, kind, error);
      if (kind === "failed") problem = errorText(error);
    }
    if (outcome.kind === "none") continue;
    const taken = { member: choice.member, alloc: await viewOf(context, client, outcome.alloc) };
    if (signal.aborted) {
      await giveBack(context, taken);
      signal.throwIfAborted();
    }
    return { kind: "taken", taken };
  }
  return { kind: "none", problem };
}

/** Frees an alloc that nobody will use. Never throws: its lease runs out in any case. */
export async function giveBack(context: ClusterContext, { member, alloc }: Taken): Promise<void> {
  try {
    await new ReflowletClient(context.transport, member.address).free(alloc.id, { timeoutMs: ACCEPT_MS });
  } catch (error) {
    emit(context, { kind: "warning", message: `${alloc.uri} could not be given back: ${errorText(error)}` });
  }
}

/** Whether others hold live leases on the member; a member that does not say is taken to be free of them. */
export async function isLeased(context: ClusterContext, member: Reachable): Promise<boolean> {
  const client = new ReflowletClient(context.transport, member.address);
  try {
    const allocs = await inspectAllocs(client, { timeoutMs: ACCEPT_MS });
    const nowMs = context.clock.nowMs();
    return allocs.some(({ expiresMs = 0 }) => expiresMs > nowMs);
  } catch {
    return false;
  }
}

async function viewOf(context: ClusterContext, client: ReflowletClient, alloc: Alloc): Promise<AllocView> {
  // Should the reflowlet's own word on it not be had.
  const firstLeaseMs = FIRST_LEASE_MS[context.settings.generation];
  const inspected = await client.inspect(alloc.id, { timeoutMs: ACCEPT_MS }).catch(() => undefined);
  return {
    uri: formatUri({ address: client.address, id: alloc.id }),
    id: alloc.id,
    resources: alloc.resources,
    expiresMs: inspected?.expiresMs ?? context.clock.nowMs() + firstLeaseMs,
  };
}

function tellPassedOver(context: ClusterContext, instanceId: string, kind: "gone" | "failed", error: unknown): void {
  if (kind === "gone") emit(context, { kind: "offer-gone", instanceId });
  else emit(context, { kind: "member-unusable", instanceId, problem: errorText(error) });
}
