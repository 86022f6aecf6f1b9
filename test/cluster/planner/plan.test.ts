import { describe, expect, it } from "@jest/globals";
import { UNLIMITED } from "../../../src/cluster/planner/model.js";
import { planFleet } from "../../../src/cluster/planner/plan.js";
import { FAMILY, GIB, requestFor, sampleOffering } from "./sample-offering.js";

const [M2, M4, M8, M16] = FAMILY as [(typeof FAMILY)[0], (typeof FAMILY)[0], (typeof FAMILY)[0], (typeof FAMILY)[0]];
const one = { copies: 1 };

describe("planFleet", () => {
  it("takes the cheapest offering that holds a single need, and says why", () => {
    expect(planFleet(requestFor([{ cpu: 3, mem: 12 * GIB }], FAMILY))).toEqual({
      launches: [
        {
          offering: M4,
          count: 1,
          instances: [[{ id: "a", ...one }]],
          reason: "the cheapest of 3 offerings that fit",
        },
      ],
      servedByPending: [],
      unserved: [],
      hourlyUsd: 0.2,
      // Three of four vCPUs: instances may be bought in parts for the bound.
      boundUsd: expect.closeTo(0.15, 9),
    });
  });

  it("takes the cheapest though it has exactly what is needed, and much that is not", () => {
    const dearer = sampleOffering(
      { instanceType: "dearer", resources: { mem: 7 * GIB, disk: 2 * GIB, avx: 4 } },
      0.007,
    );
    const exact = sampleOffering(
      { instanceType: "exact", resources: { cpu: 3, mem: 7 * GIB, disk: 2 * GIB, avx: 3 } },
      0.006,
    );
    const plan = planFleet(requestFor([{ mem: 7 * GIB, disk: GIB, avx: 3 }], [dearer, exact]));
    expect(plan.launches.map(({ offering }) => offering)).toEqual([exact]);
  });

  it("launches nothing for no needs", () => {
    expect(planFleet(requestFor([], FAMILY))).toEqual({
      launches: [],
      servedByPending: [],
      unserved: [],
      hourlyUsd: 0,
      boundUsd: 0,
    });
  });

  it("gives a need that asks for nothing the cheapest instance there is", () => {
    expect(planFleet(requestFor([{}], FAMILY)).launches).toEqual([
      { offering: M2, count: 1, instances: [[{ id: "a", ...one }]], reason: "the cheapest of 4 offerings that fit" },
    ]);
  });

  it("packs needs together where one instance is cheaper than several, which the next need alone would not show", () => {
    const dear = sampleOffering({ instanceType: "small", resources: { cpu: 2, mem: 8 * GIB } }, 0.2);
    const large = sampleOffering({ instanceType: "large", resources: { cpu: 6, mem: 24 * GIB } }, 0.5);
    const plan = planFleet(requestFor([{ cpu: 2 }, { cpu: 2 }, { cpu: 2 }], [dear, large]));
    expect(plan.launches).toEqual([
      {
        offering: large,
        count: 1,
        instances: [
          [
            { id: "a", ...one },
            { id: "b", ...one },
            { id: "c", ...one },
          ],
        ],
        reason: "the cheapest fleet found: holds 3 at cpu 100 %",
      },
    ]);
  });

  it("spreads the copies of a wide need over instances", () => {
    const request = requestFor([], FAMILY, { needs: [{ id: "wide", requirements: { min: { cpu: 4 }, width: 6 } }] });
    const plan = planFleet(request);
    expect({ usd: plan.hourlyUsd, copies: plan.launches.flatMap(({ instances }) => instances.flat()) }).toEqual({
      usd: expect.closeTo(1.2, 9),
      copies: expect.arrayContaining([{ id: "wide", copies: expect.any(Number) }]),
    });
  });

  it("grows a wide need on an instance of its own under Reflow's rules of 2020", () => {
    const needs = [
      { id: "wide", requirements: { min: { cpu: 5 }, width: 6 } },
      { id: "thin", requirements: { min: { cpu: 1 }, width: 0 } },
    ];
    expect(planFleet(requestFor([], FAMILY, { needs, generation: 2020 })).launches).toEqual([
      {
        offering: M16,
        count: 1,
        instances: [[{ id: "wide", copies: 3 }]],
        reason: "the only offering that fits",
      },
      {
        offering: M2,
        count: 1,
        instances: [[{ id: "thin", copies: 1 }]],
        reason: "the cheapest of 4 offerings that fit",
      },
    ]);
  });

  it("lets capacity on its way serve first, the tightest that holds a need", () => {
    const plan = planFleet(
      requestFor([{ cpu: 2 }, { cpu: 6 }, { cpu: 2 }], FAMILY, {
        pending: [
          { id: "i-1", free: { cpu: 8, mem: 8 * GIB } },
          { id: "i-2", free: { cpu: 3, mem: 8 * GIB } },
        ],
      }),
    );
    expect(plan).toMatchObject({
      servedByPending: [
        {
          id: "i-1",
          needs: [
            { id: "b", ...one },
            { id: "c", ...one },
          ],
        },
        { id: "i-2", needs: [{ id: "a", ...one }] },
      ],
      launches: [],
      hourlyUsd: 0,
    });
  });

  it("breaks ties by EBS throughput, then takes on-demand before spot, then goes by name", () => {
    const tied = [
      sampleOffering({ instanceType: "z", ebsThroughputMBps: 500 }),
      sampleOffering({ instanceType: "y", ebsThroughputMBps: 500, market: "spot" }),
      sampleOffering({ instanceType: "a", ebsThroughputMBps: 100 }),
      sampleOffering({ instanceType: "y", ebsThroughputMBps: 500 }),
    ];
    expect(planFleet(requestFor([{ cpu: 1 }], tied)).launches[0]?.offering).toBe(tied[3]);
  });

  it("takes a dearer offering for its EBS throughput where that is worth more", () => {
    const fast = sampleOffering({ instanceType: "fast", ebsThroughputMBps: 600 }, 0.14);
    const request = requestFor([{ cpu: 1 }], [sampleOffering(), fast]);
    const chosen = [0, 0.05, 0.1].map(
      (ebsThroughputWeight) => planFleet({ ...request, ebsThroughputWeight }).launches[0]?.offering.instanceType,
    );
    expect(chosen).toEqual(["m.small", "m.small", "fast"]);
  });

  it("passes over cheap spot offerings that are interrupted often, but for needs that fit nothing steadier", () => {
    const often = sampleOffering(
      { instanceType: "often", market: "spot", interruption: 3, resources: { cpu: 64, mem: 8 * GIB } },
      0.01,
    );
    const seldom = sampleOffering({ instanceType: "seldom", market: "spot", interruption: 1 });
    const plan = planFleet(requestFor([{ cpu: 1 }, { cpu: 40 }], [often, seldom]));
    expect(plan.launches.map(({ offering, instances }) => [offering.instanceType, instances])).toEqual([
      ["seldom", [[{ id: "a", ...one }]]],
      ["often", [[{ id: "b", ...one }]]],
    ]);
  });

  it("says that a spot price is only a bound", () => {
    const price = { ...sampleOffering().price, basis: "bound" as const };
    const { launches } = planFleet(requestFor([{ cpu: 1 }], [sampleOffering({ market: "spot", price })]));
    expect(launches[0]?.reason).toBe("the only offering that fits (the spot price is not known: priced as on demand)");
  });
});

describe("planFleet, where it cannot serve", () => {
  it("names the nearest offering for a need that none can ever hold, and serves the others", () => {
    const plan = planFleet(requestFor([{ cpu: 20 }, { cpu: 8 }], FAMILY));
    expect({ unserved: plan.unserved, usd: plan.hourlyUsd }).toEqual({
      unserved: [
        {
          id: "a",
          ...one,
          kind: "never-fits",
          reason: "no offering can ever hold {mem:0B cpu:20 disk:0B}: m.16 comes nearest with cpu 16 of 20",
        },
      ],
      usd: 0.4,
    });
  });

  it("names the same nearest offering in whatever order equals come", () => {
    const equals = ["b", "a"].map((instanceType) => sampleOffering({ instanceType }));
    const reasons = [equals, [...equals].reverse()].map(
      (offerings) => planFleet(requestFor([{ cpu: 9 }], offerings)).unserved[0]?.reason,
    );
    const reason = "no offering can ever hold {mem:0B cpu:9 disk:0B}: a comes nearest with cpu 2 of 9";
    expect(reasons).toEqual([reason, reason]);
  });

  it("tells that all fitting offerings were refused, or are above the price cap", () => {
    const resources = { cpu: 32, mem: 8 * GIB };
    const facts = { instanceType: "m.32", market: "on-demand", resources, hourlyUsd: 1.6 } as const;
    const unserved = (
      rejected: Parameters<typeof planFleet>[0]["rejected"],
    ): ReturnType<typeof planFleet>["unserved"] => planFleet(requestFor([{ cpu: 20 }], FAMILY, { rejected })).unserved;
    expect([
      unserved([{ ...facts, zone: "us-west-2a", kind: "refused", reason: "refused 2m00s ago (Full)" }]),
      unserved([{ ...facts, kind: "price-cap", reason: "1.60 USD an hour, above 1.00 USD" }]),
    ]).toEqual([
      [
        {
          id: "a",
          ...one,
          kind: "refused",
          reason:
            "the only offering for {mem:0B cpu:20 disk:0B} refused: m.32 in us-west-2a was refused 2m00s ago (Full)",
        },
      ],
      [
        {
          id: "a",
          ...one,
          kind: "too-dear",
          reason: "{mem:0B cpu:20 disk:0B} needs at least m.32: 1.60 USD an hour, above 1.00 USD",
        },
      ],
    ]);
  });

  it("tells that a need is too dear by itself for what is left of the hourly limit", () => {
    const limits = { ...UNLIMITED, hourlyUsd: 0.5 };
    expect(planFleet(requestFor([{ cpu: 16 }, { cpu: 1 }], FAMILY, { limits }))).toMatchObject({
      unserved: [
        {
          id: "a",
          ...one,
          kind: "too-dear",
          reason: "{mem:0B cpu:16 disk:0B} needs at least m.16 for 0.8000 USD an hour, and 0.5000 USD are left",
        },
      ],
      hourlyUsd: 0.1,
    });
  });

  it("serves in the order of arrival as far as the hourly limit goes, then what still fits", () => {
    const limits = { ...UNLIMITED, hourlyUsd: 0.5 };
    const plan = planFleet(requestFor([{ cpu: 8 }, { cpu: 8 }, { cpu: 2 }], FAMILY, { limits }));
    expect(plan).toMatchObject({
      launches: [
        { offering: M8, count: 1, instances: [[{ id: "a", ...one }]] },
        { offering: M2, count: 1, instances: [[{ id: "c", ...one }]] },
      ],
      unserved: [{ id: "b", ...one, kind: "hourly-limit", reason: "no more than 0.5000 USD an hour may be launched" }],
    });
  });

  it("takes fewer and larger instances where launches are scarce", () => {
    // A fixed part makes small instances the cheaper ones here: without the limit there would be four.
    const dearLarge = sampleOffering({ instanceType: "large", resources: { cpu: 16, mem: 64 * GIB } }, 1.5);
    const minima = [{ cpu: 4 }, { cpu: 4 }, { cpu: 4 }, { cpu: 4 }];
    const counts = [Infinity, 1].map((instances) =>
      planFleet(requestFor(minima, [M4, dearLarge], { limits: { ...UNLIMITED, instances } })).launches.map(
        ({ offering, count }) => [offering.instanceType, count],
      ),
    );
    expect(counts).toEqual([[["m.4", 4]], [["large", 1]]]);
  });

  it.each([
    ["instance-limit", { instances: 1 }, "no more than 1 instances may be launched"],
    ["pending-limit", { pendingLaunches: 1 }, "no more than 1 launches may be under way"],
  ])("tells that the %s stopped it", (kind, limit, reason) => {
    const plan = planFleet(requestFor([{ cpu: 16 }, { cpu: 16 }], FAMILY, { limits: { ...UNLIMITED, ...limit } }));
    expect(plan).toMatchObject({
      launches: [{ offering: M16, count: 1, instances: [[{ id: "a", ...one }]] }],
      unserved: [{ id: "b", ...one, kind, reason }],
    });
  });

  it("serves one copy of every need before further copies of any", () => {
    const needs = ["x", "y"].map((id) => ({ id, requirements: { min: { cpu: 8 }, width: 3 } }));
    const limits = { ...UNLIMITED, hourlyUsd: 1.2 };
    const plan = planFleet(requestFor([], FAMILY, { needs, limits }));
    expect(plan.unserved).toMatchObject([
      { id: "x", copies: 1, kind: "hourly-limit" },
      { id: "y", copies: 2, kind: "hourly-limit" },
    ]);
  });
});
