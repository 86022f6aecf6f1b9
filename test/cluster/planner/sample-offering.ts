import type { PlannerOffering, PlanRequest } from "../../../src/cluster/planner/model.js";
import type { Resources } from "../../../src/pool/resources.js";

export const GIB = 2 ** 30;

/** An on-demand offering of `m.small`, 2 vCPUs and 8 GiB for 0.10 USD, with the zone left to EC2. */
export function sampleOffering(changes: Partial<PlannerOffering> = {}, totalUsd = 0.1): PlannerOffering {
  return {
    instanceType: "m.small",
    market: "on-demand",
    price: { instanceUsd: totalUsd, volumesUsd: 0, creditsUsd: 0, totalUsd, basis: "on-demand" },
    resources: { cpu: 2, mem: 8 * GIB },
    ebsThroughputMBps: 100,
    ...changes,
  };
}

/** A family in four sizes at 0.05 USD a vCPU, each with 4 GiB a vCPU: `m.2`, `m.4`, `m.8` and `m.16`. */
export const FAMILY: readonly PlannerOffering[] = [2, 4, 8, 16].map((cpu) =>
  sampleOffering({ instanceType: `m.${cpu}`, resources: { cpu, mem: 4 * cpu * GIB } }, 0.05 * cpu),
);

/** A request of Reflow's 2023 for needs of width 0, named `a`, `b`, `c` and so on. */
export function requestFor(
  minima: readonly Resources[],
  offerings: readonly PlannerOffering[],
  changes: Partial<PlanRequest> = {},
): PlanRequest {
  return {
    needs: minima.map((min, at) => ({ id: String.fromCharCode(97 + at), requirements: { min, width: 0 } })),
    offerings,
    generation: 2023,
    ebsThroughputWeight: 0,
    ...changes,
  };
}
