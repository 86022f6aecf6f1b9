import { describe, expect, it } from "@jest/globals";
import type { CatalogType } from "../../../src/catalog/model.js";
import { buildOfferings, type OfferingsRequest } from "../../../src/cluster/planner/offerings.js";
import { sampleCatalog, sampleType } from "../../catalog/sample-type.js";

const GIB = 2 ** 30;
const NOW_MS = 1_000_000_000;
const small = sampleType();
const large = sampleType({ type: "m.large", vcpu: 8, usableMemoryBytes: 32 * GIB, onDemandUsd: 0.4 });

/** Both types allowed, on demand, where EC2 chooses the zone; without volumes to pay for. */
function requestFor(types: readonly CatalogType[], changes: Partial<OfferingsRequest> = {}): OfferingsRequest {
  return {
    catalog: sampleCatalog(...types),
    needs: [{ cpu: 1 }],
    allowed: new Set(types.map(({ type }) => type)),
    architectures: ["x86_64"],
    markets: ["on-demand"],
    zones: [],
    storageOf: () => ({ volumes: [], dataGiB: 100 }),
    nowMs: NOW_MS,
    ...changes,
  };
}

/** What was rejected, shortly. */
function rejectionsOf(types: readonly CatalogType[], changes: Partial<OfferingsRequest>): string[] {
  return buildOfferings(requestFor(types, changes)).rejected.map(
    ({ instanceType, zone, market, kind, reason }) => `${instanceType} ${zone} ${market} ${kind}: ${reason}`,
  );
}

describe("buildOfferings", () => {
  it("makes an offering of each type, zone and market that may be launched, with what it offers and really costs", () => {
    const { offerings, rejected } = buildOfferings(
      requestFor([small], {
        markets: ["on-demand", "spot"],
        zones: ["a", "b"],
        storageOf: () => ({ volumes: [{ type: "gp3", sizeGiB: 73 }], dataGiB: 100 }),
        spotUsdOf: (_, zone) => (zone === "a" ? 0.03 : undefined),
      }),
    );
    const resources = { mem: 8e9, cpu: 2, disk: Math.trunc(97 * GIB), intel_avx: 2 };
    const offering = (zone: string, market: string, instanceUsd: number, basis: string): unknown => ({
      instanceType: "m.small",
      zone,
      market,
      price: { instanceUsd, volumesUsd: 0.008, creditsUsd: 0, totalUsd: instanceUsd + 0.008, basis },
      resources,
      ebsThroughputMBps: 100,
      interruption: 0,
    });
    expect({ offerings, rejected }).toEqual({
      offerings: [
        offering("a", "on-demand", 0.1, "on-demand"),
        offering("b", "on-demand", 0.1, "on-demand"),
        offering("a", "spot", 0.03, "spot"),
        offering("b", "spot", 0.1, "bound"),
      ],
      rejected: [],
    });
  });

  it("gives what was rejected its size and price, so that a plan can say what would have served", () => {
    const { rejected } = buildOfferings(requestFor([small], { needs: [{ cpu: 4 }] }));
    expect(rejected).toEqual([
      {
        instanceType: "m.small",
        zone: undefined,
        market: "on-demand",
        kind: "too-small",
        reason: "cpu 2 of 4",
        resources: { mem: 8e9, cpu: 2, disk: Math.trunc(97 * GIB), intel_avx: 2 },
        hourlyUsd: 0.1,
      },
    ]);
  });

  it.each<[string, Partial<CatalogType>, Partial<OfferingsRequest>, string]>([
    ["types that are not allowed", {}, { allowed: new Set() }, "not-allowed: not among the allowed types"],
    ["another architecture", { architectures: ["arm64"] }, {}, "architecture: runs arm64, not x86_64"],
    ["bare metal", { bareMetal: true }, {}, "bare-metal: bare metal"],
    ["what the region does not offer", { offered: false }, {}, "not-offered: not offered in xx-test-1"],
    ["what has no price", { onDemandUsd: undefined }, {}, "no-price: no price known in xx-test-1"],
    ["what is above the price cap", {}, { maxUsd: 0.05 }, "price-cap: 0.1000 USD an hour, above 0.0500 USD"],
    [
      "what is too small for every need",
      {},
      { needs: [{ cpu: 4 }, { cpu: 3, mem: 1 }, { cpu: 9 }] },
      "too-small: cpu 2 of 3 for the nearest of 3 needs",
    ],
    [
      "what came up smaller than planned, and is too small so",
      {},
      { needs: [{ mem: 8e9 }], smaller: new Map([["m.small", { mem: 7 * GIB, cpu: 2, disk: 1e12, intel_avx: 2 }]]) },
      "came-up-smaller: came up smaller than planned: mem 7.0GiB of 7.5GiB",
    ],
  ])("rejects %s", (_, type, changes, text) => {
    expect(rejectionsOf([sampleType(type)], changes)).toEqual([`m.small undefined on-demand ${text}`]);
  });

  it("rejects what is not sold as spot, on the spot market alone", () => {
    const onDemandOnly = sampleType({ spotSupported: false });
    expect(rejectionsOf([onDemandOnly], { markets: ["spot", "on-demand"] })).toEqual([
      "m.small undefined spot no-spot: not sold as spot",
    ]);
  });

  it("rejects a type in the zones that do not offer it, where that is known", () => {
    const zonesOf = (type: string): ReadonlySet<string> | undefined =>
      type === "m.small" ? new Set(["a"]) : undefined;
    expect(rejectionsOf([small, large], { zones: ["a", "b"], zonesOf })).toEqual([
      "m.small b on-demand not-offered: not offered in b",
    ]);
  });

  it("plans a type that came up smaller with what it offered then", () => {
    const smaller = new Map([["m.small", { mem: 7 * GIB, cpu: 2 }]]);
    const { offerings } = buildOfferings(requestFor([small], { smaller }));
    expect(offerings.map(({ resources }) => resources)).toEqual([{ mem: 7 * GIB, cpu: 2, disk: 0, intel_avx: 0 }]);
  });

  it("rejects interrupted spot types while each need fits a steadier one", () => {
    const often = sampleType({ type: "often", interruption: 2, vcpu: 4 });
    const changes = { markets: ["spot"] as const };
    expect([
      rejectionsOf([often, small], { ...changes, needs: [{ cpu: 2 }] }),
      rejectionsOf([often, small], { ...changes, needs: [{ cpu: 2 }, { cpu: 4 }] }),
    ]).toEqual([["often undefined spot interruption: interrupted in more than 10 % of cases"], []]);
  });
});

describe("buildOfferings with refusals", () => {
  const refusal = {
    instanceType: "m.small",
    zone: "a",
    market: "on-demand",
    code: "InsufficientInstanceCapacity",
    atMs: NOW_MS - 125_000,
    untilMs: NOW_MS + 60_000,
  } as const;
  const said = "refused: refused 2m05s ago (InsufficientInstanceCapacity)";

  it.each([
    ["in the zone and on the market that it names", {}, ["m.small a on-demand"]],
    ["in every zone where it names none", { zone: undefined }, ["m.small a on-demand", "m.small b on-demand"]],
    ["no longer when it has run out", { untilMs: NOW_MS }, []],
    ["not for another market", { market: "spot" as const }, []],
  ])("holds a refusal %s", (_, changes, refused) => {
    const refusals = [{ ...refusal, ...changes }];
    expect(rejectionsOf([small, large], { zones: ["a", "b"], refusals })).toEqual(
      refused.map((name) => `${name} ${said}`),
    );
  });

  it("does not hold a refusal of one zone against a launch whose zone EC2 chooses", () => {
    expect(rejectionsOf([small], { refusals: [refusal] })).toEqual([]);
  });
});
