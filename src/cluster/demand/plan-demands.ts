import { allowedTypes } from "../../catalog/allowed-types.js";
import type { ClusterCore } from "../core.js";
import type { Placement } from "../launch/placements.js";
import type { FleetPlan, Need, PendingCapacity, PlanLimits, RejectedOffering } from "../planner/model.js";
import { buildOfferings } from "../planner/offerings.js";
import { planFleet } from "../planner/plan.js";
import type { Market } from "../ports.js";
import type { AllocateRequest } from "../settings.js";

/** What may serve a request beside what its resources say. */
export type Constraints = Pick<AllocateRequest, "instanceType" | "zone" | "market" | "maxUsd">;

/** What is planned for: needs that are under the same constraints. */
export interface DemandPlanRequest {
  readonly needs: readonly Need[];
  readonly constraints: Constraints;
  readonly limits: PlanLimits;
  readonly pending: readonly PendingCapacity[];
  readonly placements: readonly Placement[];
}

/** A fleet, and the offerings that were not considered. */
export interface DemandPlan extends FleetPlan {
  readonly rejected: readonly RejectedOffering[];
}

/** Each pass asks for the zones of the types that the pass before chose; few need a second one. */
const PASSES = 5;

/**
 * Decides what to launch for needs. EC2 is asked only in which zones the types are sold that would be launched, once a
 * process.
 * @throws what EC2 says; the signal's reason
 */
export async function planDemands(
  core: ClusterCore,
  request: DemandPlanRequest,
  signal: AbortSignal,
): Promise<DemandPlan> {
  for (let pass = 1; ; pass += 1) {
    const plan = planOnce(core, request);
    const types = [...new Set(plan.launches.map(({ offering }) => offering.instanceType))];
    const unknown = types.filter((type) => !core.soldIn.has(type));
    if (unknown.length === 0 || pass === PASSES || !knowsZones(request)) return plan;
    for (const [type, zones] of await core.ec2.zonesSelling(unknown, signal)) core.soldIn.set(type, new Set(zones));
  }
}

function planOnce(core: ClusterCore, request: DemandPlanRequest): DemandPlan {
  const { settings, catalog } = core;
  const { needs, constraints, limits, pending } = request;
  const { allowed } = allowedTypes(catalog, settings.instanceTypes);
  const { offerings, rejected } = buildOfferings({
    catalog,
    needs: needs.map(({ requirements }) => requirements.min),
    allowed: constraints.instanceType === undefined ? allowed : new Set([constraints.instanceType]),
    architectures: settings.architectures,
    markets: marketsOf(core, constraints),
    zones: zonesOf(request),
    zonesOf: (type) => core.soldIn.get(type),
    storageOf: (type) => {
      const volumes = settings.launch.volumesFor(type);
      return { volumes, dataGiB: volumes.slice(1).reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) };
    },
    maxUsd: constraints.maxUsd,
    refusals: core.refusals.refusals,
    smaller: core.refusals.smaller,
    nowMs: core.clock.nowMs(),
  });
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

function marketsOf({ settings }: ClusterCore, { market }: Constraints): readonly Market[] {
  return [market ?? settings.market];
}

function zonesOf({ placements, constraints }: DemandPlanRequest): readonly string[] {
  const zones = placements.flatMap(({ zone }) => (zone === undefined ? [] : [zone]));
  return constraints.zone === undefined ? zones : zones.filter((zone) => zone === constraints.zone);
}

function knowsZones({ placements }: DemandPlanRequest): boolean {
  return placements.some(({ zone }) => zone !== undefined);
}
