import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { PlannerOffering, PlanRequest } from "../../../src/cluster/planner/model.js";
import { planFleet } from "../../../src/cluster/planner/plan.js";
import { problemsOf } from "./check-plan.js";
import { GIB, sampleOffering } from "./sample-offering.js";

const resources = (most: number, fractions: readonly number[] = []): fc.Arbitrary<Record<string, number>> =>
  fc.record(
    {
      cpu: fc.oneof(fc.integer({ min: 0, max: most }), fc.constantFrom(0, ...fractions)),
      mem: fc.integer({ min: 0, max: 4 * most }).map((gib) => gib * GIB),
      disk: fc.integer({ min: 0, max: 100 }).map((gib) => gib * GIB),
      intel_avx: fc.integer({ min: 0, max: 4 }),
    },
    { requiredKeys: [] },
  );

const needed = resources(16, [0.1, 0.25, 1 / 3, 1.5]);

const offering: fc.Arbitrary<PlannerOffering> = fc
  .record({
    instanceType: fc.constantFrom("a", "b", "c", "d"),
    zone: fc.constantFrom(undefined, "z1", "z2"),
    market: fc.constantFrom("spot" as const, "on-demand" as const),
    usd: fc.integer({ min: 1, max: 2000 }).map((milli) => milli / 1000),
    resources: resources(32),
    ebsThroughputMBps: fc.constantFrom(0, 100, 1000),
    interruption: fc.constantFrom(undefined, 0 as const, 2 as const, 4 as const),
  })
  .map(({ usd, ...rest }) => ({ ...sampleOffering({}, usd), ...rest }));

const limit = fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 4 }));

const request: fc.Arbitrary<PlanRequest> = fc.record({
  needs: fc
    .array(fc.record({ min: needed, width: fc.integer({ min: 0, max: 3 }) }), { maxLength: 10 })
    .map((all) => all.map((requirements, at) => ({ id: String(at), requirements }))),
  offerings: fc.array(offering, { maxLength: 8 }),
  pending: fc
    .array(resources(8, [0.3]), { maxLength: 3 })
    .map((all) => all.map((free, at) => ({ id: `i-${at}`, free }))),
  limits: fc.record({ instances: limit, pendingLaunches: limit, hourlyUsd: limit }),
  generation: fc.constant(2023 as const),
  ebsThroughputWeight: fc.constantFrom(0, 0.1, 10),
});

// The searches of larger plans are covered by the recorded workloads; here it is the odd small ones that count.
const RUNS = { numRuns: 100 };

describe("planFleet, for any request", () => {
  it("serves or explains every copy of every need, commits no instance twice, and keeps the limits", () => {
    fc.assert(
      fc.property(request, (one) => {
        expect(problemsOf(planFleet(one), one)).toEqual([]);
      }),
      RUNS,
    );
  });

  it("gives the same plan for the same request, in whatever order the offerings come", () => {
    fc.assert(
      fc.property(request, (one) => {
        const named = one.offerings.map((each, at) => ({ ...each, instanceType: `${each.instanceType}${at}` }));
        const plan = planFleet({ ...one, offerings: named });
        expect(planFleet({ ...one, offerings: [...named].reverse() })).toEqual(plan);
      }),
      RUNS,
    );
  });

  it("leaves nothing unserved that fits an offering, where there are no limits", () => {
    fc.assert(
      fc.property(request, ({ limits: _, ...one }) => {
        const hopeless = planFleet(one).unserved.map(({ id }) => id);
        const fitting = one.needs.filter(({ requirements: { min } }) =>
          one.offerings.some((each) =>
            Object.entries(min).every(([key, value]) => value <= (each.resources[key] ?? 0)),
          ),
        );
        expect(fitting.filter(({ id }) => hopeless.includes(id))).toEqual([]);
      }),
      RUNS,
    );
  });

  it("takes for a single need the offering with the lowest price of those that hold it, on demand", () => {
    fc.assert(
      fc.property(fc.array(offering, { minLength: 1, maxLength: 8 }), needed, (all, min) => {
        const offerings = all.map((each) => ({ ...each, market: "on-demand" as const }));
        const plan = planFleet({
          needs: [{ id: "a", requirements: { min, width: 0 } }],
          offerings,
          generation: 2023,
          ebsThroughputWeight: 0,
        });
        const fitting = offerings.filter((each) =>
          Object.entries(min).every(([key, value]) => value <= (each.resources[key] ?? 0)),
        );
        const leastUsd = fitting.length === 0 ? 0 : Math.min(...fitting.map(({ price }) => price.totalUsd));
        expect(plan.hourlyUsd).toBe(leastUsd);
      }),
      RUNS,
    );
  });
});
