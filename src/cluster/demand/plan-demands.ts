import { allowedTypes } from "../../catalog/allowed-types.js";
import type { ClusterCore } from "../core.js";
import type { Placement } from "../launch/placements.js";
import { storageOf } from "../plan-launch.js";
import type { FleetPlan, Need, PendingCapacity, PlanLimits, RejectedOffering, UnservedNeed } from "../planner/model.js";
import { buildOfferings, type Offerings } from "../planner/offerings.js";
import { planFleet } from "../planner/plan.js";
import type { Market } from "../ports.js";
import type { AllocateRequest } from "../settings.js";
import { orderZones } from "../spot/order-zones.js";

/** What may serve a request beside what its resources say. */
export type Constraints = Pick<AllocateRequest, "instanceType" | "zone" | "market" | "maxUsd">;

/** What is planned for: needs that are under the same constraints. */
export interface DemandPlanRequest {
  readonly needs: readonly Need[];
  readonly constraints: Constraints;
  readonly limits: PlanLimits;
  readonly pending: readonly PendingCapacity[];
  /** Where the constraints let instances be launched. */
  readonly placements: readonly Placement[];
}

/** A fleet, and the offerings that were not considered. */
export interface DemandPlan extends FleetPlan {
  readonly rejected: readonly RejectedOffering[];
}

/** Each pass asks for the zones of the types that the pass before chose; few need a second one. */
const PASSES = 5;

/**
 * Decides what to launch for needs; where spot instances are wanted and may be stood in for, on-demand ones for those
 * needs that EC2 refuses spot for. EC2 is asked for spot prices, and in which zones the types are sold that would be
 * launched.
 * @throws what EC2 says; the signal's reason
 */
export async function planDemands(
  core: ClusterCore,
  request: DemandPlanRequest,
  signal: AbortSignal,
): Promise<DemandPlan> {
  const { settings } = core;
  const market = request.constraints.market ?? settings.market;
  const plan = await planFor(core, request, market, signal);
  const mayStandIn = market === "spot" && settings.spot.fallback && request.constraints.market === undefined;
  if (!mayStandIn || !plan.unserved.some(isRefused)) return plan;
  const refused = new Set(plan.unserved.filter(isRefused).map(({ id }) => id));
  const rest = {
    ...request,
    needs: request.needs.filter(({ id }) => refused.has(id)),
    limits: limitsAfter(request.limits, plan),
    pending: [],
  };
  return joined(plan, await planFor(core, rest, "on-demand", signal));
}

async function planFor(
  core: ClusterCore,
  request: DemandPlanRequest,
  market: Market,
  signal: AbortSignal,
): Promise<DemandPlan> {
  let places: readonly string[] = request.placements.flatMap(({ zone }) => zone ?? []);
  if (market === "spot") await core.spotMarket.pricesOf(typesFor(core, request, market, places), signal);
  for (let pass = 1; ; pass += 1) {
    const plan = planOnce(core, request, market, places);
    const types = [...new Set(plan.launches.map(({ offering }) => offering.instanceType))];
    const unknown = places.length === 0 ? [] : types.filter((type) => !core.soldIn.has(type));
    if (pass === PASSES || types.length === 0) return plan;
    const advised = market === "spot" && pass === 1 ? await orderByScore(core, places, plan, signal) : places;
    if (unknown.length === 0 && advised === places) return plan;
    if (unknown.length > 0) {
      for (const [type, zones] of await core.ec2.zonesSelling(unknown, signal)) core.soldIn.set(type, new Set(zones));
    }
    places = advised;
  }
}

/** Zones in which EC2 expects such launches to succeed come first; price decides before that, where it differs. */
async function orderByScore(
  core: ClusterCore,
  places: readonly string[],
  { launches }: FleetPlan,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (places.length < 2) return places;
  const instanceTypes = [...new Set(launches.map(({ offering }) => offering.instanceType))];
  const count = launches.reduce((sum, launch) => sum + launch.count, 0);
  const scores = await core.spotMarket.scoresOf({ instanceTypes, count }, signal);
  const ordered = orderZones(
    places.map((zone) => ({ zone })),
    { scores },
  ).map(({ zone }) => zone);
  return ordered.every((zone, at) => zone === places[at]) ? places : ordered;
}

function planOnce(core: ClusterCore, request: DemandPlanRequest, market: Market, zones: readonly string[]): DemandPlan {
  const { settings } = core;
  const { needs, limits, pending } = request;
  const { offerings, rejected } = offeringsFor(core, request, market, zones);
  const plan = planFleet({
    needs,
    offerings,
    rejected,
    pending,
    limits,
    // An alloc is on one instance, so what widens it must be there, too; Reflow of 2020 planned so.
    generation: 2020,
    ebsThroughputWeight: settings.ebsThroughputWeight,
  });
  return { ...plan, rejected };
}

/** The types whose spot prices matter for the needs. */
function typesFor(
  core: ClusterCore,
  request: DemandPlanRequest,
  market: Market,
  zones: readonly string[],
): readonly string[] {
  const { offerings } = offeringsFor(core, request, market, zones.slice(0, 1));
  return [...new Set(offerings.map(({ instanceType }) => instanceType))];
}

function offeringsFor(
  core: ClusterCore,
  { needs, constraints }: DemandPlanRequest,
  market: Market,
  zones: readonly string[],
): Offerings {
  const { settings, catalog } = core;
  const { allowed } = allowedTypes(catalog, settings.instanceTypes);
  return buildOfferings({
    catalog,
    needs: needs.map(({ requirements }) => requirements.min),
    allowed: constraints.instanceType === undefined ? allowed : new Set([constraints.instanceType]),
    architectures: settings.architectures,
    markets: [market],
    zones,
    zonesOf: (type) => core.soldIn.get(type),
    storageOf: (type) => storageOf(settings, type),
    maxUsd: constraints.maxUsd,
    spotUsdOf: (type, zone) => core.spotMarket.knownUsd(type, zone),
    refusals: core.refusals.refusals,
    smaller: core.refusals.smaller,
    // Of the clock by which refusals are remembered.
    nowMs: core.clock.monotonicMs(),
  });
}

/** Needs that on-demand instances may serve: EC2 refuses spot for them, or sells nothing as spot that fits. */
function isRefused({ kind }: UnservedNeed): boolean {
  return kind === "refused" || kind === "never-fits";
}

function limitsAfter(limits: PlanLimits, { launches, hourlyUsd }: FleetPlan): PlanLimits {
  const count = launches.reduce((sum, launch) => sum + launch.count, 0);
  return {
    instances: limits.instances - count,
    pendingLaunches: limits.pendingLaunches - count,
    hourlyUsd: limits.hourlyUsd - hourlyUsd,
  };
}

function joined(spot: DemandPlan, onDemand: DemandPlan): DemandPlan {
  return {
    launches: [...spot.launches, ...onDemand.launches],
    servedByPending: spot.servedByPending,
    unserved: [...spot.unserved.filter((need) => !isRefused(need)), ...onDemand.unserved],
    hourlyUsd: spot.hourlyUsd + onDemand.hourlyUsd,
    boundUsd: spot.boundUsd + onDemand.boundUsd,
    rejected: [...spot.rejected, ...onDemand.rejected],
  };
}
