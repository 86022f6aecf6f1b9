import { TrustError, errorText } from "../errors.js";
import { sharedSignal } from "../lib/abort.js";
import { askOffers } from "../pool/mux.js";
import { ReflowletClient, type Offer } from "../pool/reflowlet-client.js";
import type { PoolAddress } from "../pool/transport.js";
import { emit, type ClusterContext } from "./context.js";
import type { Member } from "./members.js";
import { addressOf } from "./membership.js";
import type { Instance } from "./ports.js";

/** A member whose reflowlet can be asked. */
export interface Reachable {
  readonly instance: Instance;
  readonly address: PoolAddress;
}

/** An offer, and whose it is. */
export interface MemberOffer {
  readonly member: Reachable;
  readonly offer: Offer;
}

/** What asking the members came to. */
export interface Gathered {
  readonly offers: readonly MemberOffer[];
  /** Members that are not of our authority, or refused us. */
  readonly untrusted: readonly TrustError[];
}

/** Limit of one listing of offers, as Reflow's. */
const ASK_MS = 10_000;

/**
 * Once one offer serves, the others have this long to be better: members answer within milliseconds of each other, and
 * one that does not must not delay an alloc that is already to be had.
 */
const GRACE_MS = 250;

/**
 * Asks all usable members at once for their offers. Broken ones are told as events and passed over.
 * @param enough whether what was found so far serves everybody
 */
export async function gatherOffers(
  context: ClusterContext,
  members: readonly Member[],
  enough: (found: readonly MemberOffer[]) => boolean,
  signal: AbortSignal,
): Promise<Gathered> {
  const reachable = members.flatMap((member) => reachableOf(context, member));
  const offers: MemberOffer[] = [];
  const untrusted: TrustError[] = [];
  const grace = new AbortController();
  const either = sharedSignal(signal, grace.signal);
  let timer: Promise<void> | undefined;
  try {
    const clientOf = ({ address }: Reachable): ReflowletClient => new ReflowletClient(context.transport, address);
    const answers = askOffers(reachable, clientOf, { clock: context.clock, signal: either, timeoutMs: ASK_MS });
    for await (const { member, outcome } of answers) {
      if (outcome.kind === "failed") {
        if (outcome.error instanceof TrustError) untrusted.push(ofInstance(member, outcome.error));
        emit(context, { kind: "member-unusable", instanceId: member.instance.id, problem: errorText(outcome.error) });
        continue;
      }
      offers.push(...outcome.offers.map((offer) => ({ member, offer })));
      if (timer === undefined && enough(offers)) timer = afterGrace(context, grace, signal);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!grace.signal.aborted) throw error;
  } finally {
    grace.abort();
    await timer;
  }
  emit(context, { kind: "members-found", count: members.length, asked: reachable.length });
  return { offers, untrusted };
}

function reachableOf(context: ClusterContext, { instance, standing }: Member): Reachable[] {
  if (standing.health !== "ready") return [];
  const address = addressOf(instance, context.settings.address);
  return address === undefined ? [] : [{ instance, address }];
}

function afterGrace(context: ClusterContext, grace: AbortController, signal: AbortSignal): Promise<void> {
  const either = sharedSignal(signal, grace.signal);
  return context.clock.sleep(GRACE_MS, either).then(
    () => grace.abort(),
    () => undefined,
  );
}

function ofInstance({ instance }: Reachable, error: TrustError): TrustError {
  return new TrustError(error.problem, `${instance.id} (${instance.type}): ${error.message}`, {
    hint: `use the authority that it was launched under, or end it with \`reflow-ec2 terminate --force ${instance.id}\``,
    cause: error,
  });
}
