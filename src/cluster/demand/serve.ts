import type { OfferChoice } from "../../pool/choose-offer.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import { priceOf } from "../limits.js";
import type { Reachable } from "../offers.js";
import type { Instance } from "../ports.js";
import type { AllocInstance } from "../results.js";
import { takeOffer } from "../take.js";
import type { Demand, Served } from "./demand.js";

/** What came of taking an offer; `problem` is empty when somebody else was first. */
export type ServeOutcome =
  { readonly kind: "served"; readonly served: Served } | { readonly kind: "none"; readonly problem: string };

/**
 * Takes an offer for a demand.
 * @throws the demand's signal's reason; an alloc that was taken meanwhile is given back.
 */
export async function serveDemand(
  context: ClusterCore,
  demand: Demand,
  choice: OfferChoice<Reachable>,
  reused: boolean,
): Promise<ServeOutcome> {
  const startMs = context.clock.monotonicMs();
  const labels = demand.request.labels ?? {};
  const outcome = await takeOffer(context, [choice], labels, demand.signal).finally(() => {
    const seconds = (context.clock.monotonicMs() - startMs) / 1_000;
    demand.progress.timings["accept"] = (demand.progress.timings["accept"] ?? 0) + seconds;
  });
  if (outcome.kind === "none") return outcome;
  const { member, alloc } = outcome.taken;
  emit(context, { kind: "offer-accepted", instanceId: member.instance.id, allocUri: alloc.uri, reused });
  return { kind: "served", served: { alloc, instance: instanceView(context, member.instance), reused } };
}

/** An instance as results show it. */
export function instanceView(context: ClusterCore, instance: Instance): AllocInstance {
  const { id, type, zone, market, publicDnsName } = instance;
  return { id, type, zone, market, publicDnsName, hourlyUsd: priceOf(context, instance)?.totalUsd };
}
