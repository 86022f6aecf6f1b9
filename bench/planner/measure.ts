// One workload on one catalogue: our fleet, Reflow's, and the lower bound.
import { creditsUsdPerHour } from "../../src/catalog/cpu-credits.js";
import { volumeUsdPerHour } from "../../src/catalog/volume-price.js";
import type { FleetPlan, PlannerOffering, PlanRequest } from "../../src/cluster/planner/model.js";
import { planFleet } from "../../src/cluster/planner/plan.js";
import type { BoundSolver } from "./lower-bound.js";
import { prepareCatalogue, reflowLaunches, type CatalogueRow } from "./reflow-packing.js";
import { needsOf, type WorkloadRow } from "./workloads.js";

/** What is printed of a workload. */
export interface Measurement {
  readonly workload: string;
  readonly n: number;
  readonly launches: Readonly<Record<string, number>>;
  readonly usdPerHour: number;
  readonly boundUsdPerHour: number;
  readonly reflowUsdPerHour: number;
  readonly ms: number;
}

/** What every instance has beside itself. */
const VOLUMES = [
  { type: "gp3", sizeGiB: 200 },
  { type: "gp3", sizeGiB: 300 },
] as const;

/** A row of a catalogue as an offering, with its true price. */
export function offeringOf({ type, resources, usdPerHour, ebsMBps }: CatalogueRow): PlannerOffering {
  const volumesUsd = VOLUMES.reduce((usd, volume) => usd + volumeUsdPerHour(volume, 1), 0);
  const vcpu = resources["cpu"] ?? 0;
  const creditsUsd = creditsUsdPerHour({ type, vcpu, burstable: /^t\d/.test(type) });
  const totalUsd = usdPerHour + volumesUsd + creditsUsd;
  return {
    instanceType: type,
    market: "on-demand",
    price: { instanceUsd: usdPerHour, volumesUsd, creditsUsd, totalUsd, basis: "on-demand" },
    resources,
    ebsThroughputMBps: ebsMBps,
  };
}

function requestOf(workload: WorkloadRow, offerings: readonly PlannerOffering[]): PlanRequest {
  const needs = needsOf(workload).map((requirements, at) => ({ id: String(at), requirements }));
  return { needs, offerings, generation: 2023, ebsThroughputWeight: 0 };
}

/** The plan for a workload; the needs are named by their position. */
export function planOf(workload: WorkloadRow, offerings: readonly PlannerOffering[]): FleetPlan {
  return planFleet(requestOf(workload, offerings));
}

/** Instances by type. */
export function launchesByType({ launches }: Pick<FleetPlan, "launches">): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { offering, count } of launches) {
    counts[offering.instanceType] = (counts[offering.instanceType] ?? 0) + count;
  }
  return counts;
}

/** Makes a function that measures workloads on a catalogue. Needs that no type holds count for nobody. */
export function measurer(
  catalogue: readonly CatalogueRow[],
  solveBound: BoundSolver,
): (workload: WorkloadRow) => Measurement {
  const offerings = catalogue.map(offeringOf);
  const usdOf = new Map(offerings.map(({ instanceType, price }) => [instanceType, price.totalUsd]));
  const prepared = prepareCatalogue(catalogue);
  const boundOfferings = offerings.map(({ resources, price }) => ({
    amounts: ["cpu", "mem", "disk"].map((key) => resources[key] ?? 0),
    usd: price.totalUsd,
  }));
  return (workload) => {
    const request = requestOf(workload, offerings);
    const startMs = performance.now();
    const plan = planFleet(request);
    const ms = performance.now() - startMs;
    const hopeless = new Set(plan.unserved.map(({ id }) => Number(id)));
    const served = workload.requirementRows.filter((_, at) => !hopeless.has(at));
    const copies = served.flatMap(([cpu, mem, disk, width]) =>
      Array.from({ length: Math.max(width, 1) }, () => [cpu, mem, disk]),
    );
    const reflow = reflowLaunches(prepared, needsOf(workload));
    return {
      workload: workload.workload,
      n: workload.n,
      launches: launchesByType(plan),
      usdPerHour: plan.hourlyUsd,
      boundUsdPerHour: copies.length === 0 ? 0 : solveBound(copies, boundOfferings),
      reflowUsdPerHour: Object.entries(reflow).reduce((usd, [type, count]) => usd + usdOf.get(type)! * count, 0),
      ms,
    };
  };
}
