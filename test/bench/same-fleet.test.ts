import { describe, expect, it } from "@jest/globals";
import { launchesByType, offeringOf, planOf } from "../../bench/planner/measure.js";
import { regionCatalogue } from "../../bench/planner/regions.js";
import { clusterWorld } from "../support/cluster-world.js";

const GIB = 2 ** 30;

/** Two plans over a whole region, on a machine that does other things, too. */
const SLOW_MS = 30_000;

describe("a dry run for many allocs", () => {
  it.each([
    [200, 4, 16],
    [7, 3, 5],
  ])(
    "plans for %d times %d vCPUs and %d GiB the fleet that the benchmark measures",
    async (count, cpu, memGiB) => {
      const unlimited = { maxInstances: 10_000, maxPendingInstances: 10_000, maxHourlyUsd: 1e6 };
      const world = await clusterWorld({ ...unlimited, instanceTypes: [] });
      const request = { requirements: { min: { cpu, mem: memGiB * GIB }, width: 0 } };
      const plan = await world.clock.runUntil(world.cluster.planAllocate(Array(count).fill(request)));
      const ours: Record<string, number> = {};
      for (const launch of plan.launches) ours[launch.instanceType] = (ours[launch.instanceType] ?? 0) + launch.count;

      const rows = (await regionCatalogue("us-west-2")).map(offeringOf);
      const requirementRows = Array.from({ length: count }, () => [cpu, memGiB * GIB, 0, 0] as const);
      const measured = planOf({ workload: "same", n: count, requirementRows }, rows);
      expect({ launches: ours, hourlyUsd: plan.hourlyUsd }).toEqual({
        launches: launchesByType(measured),
        hourlyUsd: expect.closeTo(measured.hourlyUsd, 6),
      });
    },
    SLOW_MS,
  );
});
