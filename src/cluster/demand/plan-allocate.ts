import type { ClusterCore } from "../core.js";
import { limitsLeft, usageOf, type Usage } from "../limits.js";
import { findInstances, nameOrphans, orphansIn, type Member } from "../members.js";
import { gatherOffers, type MemberOffer, type Reachable } from "../offers.js";
import type { AllocatePlan, FleetLaunch, PlannedReuse } from "../results.js";
import type { AllocateRequest } from "../settings.js";
import { priceMembers } from "../spot/member-prices.js";
import { assignOffers } from "./assign.js";
import { Demand } from "./demand.js";
import { nowhereError, placementsIn } from "./placements-in.js";
import { planDemands, type DemandPlan } from "./plan-demands.js";
import { launchProblem, uploadSurroundings } from "./round.js";
import { instanceView } from "./serve.js";
import { unservedError } from "./unserved.js";

/**
 * What `allocate` would do now for all the requests together: nothing is accepted, launched or ended.
 * @param requests under the same constraints
 * @throws what allocate would throw when it could serve none of them
 */
export async function planAllocate(
  core: ClusterCore,
  requests: readonly AllocateRequest[],
  signal: AbortSignal,
): Promise<AllocatePlan> {
  const likely = requests.map((request) => core.likelyLaunch.of(request.requirements.min, request));
  const { members, probes } = await findInstances(core, "alive", signal);
  nameOrphans(core, [...members, ...probes]);
  const demands = requests.map(
    (request, at) => new Demand(String(at), request, signal, likely[at]?.instanceType ?? ""),
  );
  const gathered = await gatherOffers(core, members, (found) => assign(core, demands, found).every(Boolean), signal);
  const choices = assign(core, demands, gathered.offers);
  const reuse = reuseOf(core, gathered.offers, choices);
  const open = demands.filter((_demand, at) => choices[at] === undefined);
  const [first] = open;
  if (first === undefined) return { ...NOTHING, reuse, ...datesOf(core) };
  const [untrusted] = gathered.untrusted;
  const problem = untrusted ?? launchProblem(core);
  if (problem !== undefined) throw problem;
  const staying = afterSweep(core, members);
  await priceMembers(core, staying, signal);
  const { zone } = first.request;
  const everywhere = await core.preparation.placements(signal);
  const placements = placementsIn(zone, everywhere);
  if (zone !== undefined && placements.length === 0) throw nowhereError(zone, everywhere);
  const plan = await planDemands(
    core,
    {
      needs: open.map(({ id, request }) => ({ id, requirements: request.requirements })),
      constraints: first.request,
      limits: limitsLeft(core, usageOf(core, staying, [])),
      pending: [],
      placements,
    },
    signal,
  );
  const planned = plan.launches.flatMap(({ offering, count }) =>
    new Array<number>(count).fill(offering.price.totalUsd),
  );
  const usage = usageOf(core, staying, planned);
  throwIfHopeless(core, plan, first.request, usage);
  await core.upload?.check(uploadSurroundings(core));
  return {
    reuse,
    launches: plan.launches.map(toFleetLaunch),
    unserved: plan.unserved.map((unserved) => ({
      alloc: Number(unserved.id),
      kind: unserved.kind,
      reason: unservedError(core, first.request, unserved, usage).message,
    })),
    rejected: plan.rejected,
    hourlyUsd: plan.hourlyUsd,
    boundUsd: plan.boundUsd,
    ...datesOf(core),
  };
}

function datesOf({ catalog: { asOf } }: ClusterCore): Pick<AllocatePlan, "dataAsOf" | "measuredAsOf"> {
  return { dataAsOf: asOf.prices, measuredAsOf: asOf.measured };
}

const NOTHING: Omit<AllocatePlan, "dataAsOf"> = {
  reuse: [],
  launches: [],
  unserved: [],
  rejected: [],
  hourlyUsd: 0,
  boundUsd: 0,
};

function assign(
  core: ClusterCore,
  demands: readonly Demand[],
  offers: readonly MemberOffer[],
): ReturnType<typeof assignOffers<Reachable>> {
  const askers = demands.map((demand) => ({
    requirements: demand.request.requirements,
    accepts: ({ instance }: Reachable) => demand.accepts(instance),
  }));
  return assignOffers(askers, offers, core.settings.generation);
}

function reuseOf(
  core: ClusterCore,
  offers: readonly MemberOffer[],
  choices: ReturnType<typeof assign>,
): readonly PlannedReuse[] {
  return offers.flatMap(({ member, offer }) => {
    const allocs = choices.filter((choice) => choice?.member === member && choice.offer.id === offer.id).length;
    if (allocs === 0) return [];
    return [{ instance: instanceView(core, member.instance), available: offer.available, allocs }];
  });
}

/** A launch would end orphans first. */
function afterSweep({ settings }: ClusterCore, members: readonly Member[]): readonly Member[] {
  if (!settings.sweep) return members;
  const orphans = orphansIn(members);
  return members.filter((member) => !orphans.includes(member));
}

function throwIfHopeless(core: ClusterCore, plan: DemandPlan, request: AllocateRequest, usage: Usage): void {
  const [unserved] = plan.unserved;
  if (plan.launches.length > 0 || unserved === undefined) return;
  throw unservedError(core, request, unserved, usage);
}

function toFleetLaunch({ offering, count, instances, reason }: DemandPlan["launches"][number]): FleetLaunch {
  const { instanceType, zone, market, price, resources } = offering;
  const allocs = instances.reduce((sum, needs) => sum + needs.length, 0);
  return { instanceType, zone, market, count, allocs, price, resources, reason };
}
