import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { allowedTypes } from "../../src/catalog/allowed-types.js";
import { chooseType, rejectedTypes, shortfallText, type TypeChoiceRequest } from "../../src/catalog/choose-type.js";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import type { CatalogType } from "../../src/catalog/model.js";
import { truePrice } from "../../src/catalog/true-price.js";
import { sampleCatalog, sampleType } from "./sample-type.js";

const GIB = 2 ** 30;

const small = sampleType();
const large = sampleType({ type: "m.large", vcpu: 8, usableMemoryBytes: 32e9, onDemandUsd: 0.4 });
const huge = sampleType({ type: "r.huge", vcpu: 32, usableMemoryBytes: 256e9, onDemandUsd: 2 });

/** A choice among `types`, all of them allowed, on demand, without volumes to pay for and 100 GiB of data. */
function requestFor(types: readonly CatalogType[], changes: Partial<TypeChoiceRequest> = {}): TypeChoiceRequest {
  return {
    catalog: sampleCatalog(...types),
    need: { cpu: 1, mem: 1e9 },
    market: "on-demand",
    allowed: new Set(types.map(({ type }) => type)),
    architectures: ["x86_64"],
    storageOf: () => ({ volumes: [], dataGiB: 100 }),
    ebsThroughputWeight: 0,
    ...changes,
  };
}

const free = (totalUsd: number): unknown => ({
  instanceUsd: totalUsd,
  volumesUsd: 0,
  creditsUsd: 0,
  totalUsd,
  basis: "on-demand",
});

describe("chooseType", () => {
  it("takes the cheapest type that holds the need, and says what it offers, costs, and why", () => {
    expect(chooseType(requestFor([huge, large, small], { need: { cpu: 4, mem: 30e9 } }))).toEqual({
      kind: "chosen",
      type: large,
      resources: { cpu: 8, mem: 32e9, disk: Math.trunc(97 * GIB), intel_avx: 8 },
      price: free(0.4),
      reason: "the cheapest of 2 types that fit",
    });
  });

  it("counts volumes, which may differ by type, and CPU credits", () => {
    const burst = sampleType({ type: "t3.small", burstable: true, onDemandUsd: 0.02 });
    const bigDisks = sampleType({ type: "d.small", onDemandUsd: 0.09 });
    const choice = chooseType(
      requestFor([burst, bigDisks, small], {
        storageOf: (type) => ({ volumes: [{ type: "gp3", sizeGiB: type === "d.small" ? 500 : 73 }], dataGiB: 100 }),
      }),
    );
    // 0.02 + 2 x 0.8 x 0.05 + 0.008 = 0.108, level with 0.1 + 0.008; d.small comes to 0.145.
    expect(choice).toMatchObject({
      kind: "chosen",
      type: { type: "m.small" },
      price: { totalUsd: expect.closeTo(0.108, 10) },
    });
  });

  it("counts as disk what the file system on the data volumes will report", () => {
    const disk = Math.trunc(97 * GIB);
    expect(chooseType(requestFor([small], { need: { disk: 100 * GIB } }))).toEqual({
      kind: "none",
      largest: {
        type: small,
        resources: { cpu: 2, mem: 8e9, disk, intel_avx: 2 },
        short: [{ resource: "disk", offered: disk, needed: 100 * GIB }],
      },
    });
  });

  it.each<[string, Partial<CatalogType>, Partial<TypeChoiceRequest>, string, string]>([
    ["not allowed", {}, { allowed: new Set(["m.large"]) }, "not-allowed", "not among the allowed types"],
    ["of another architecture", { architectures: ["arm64"] }, {}, "architecture", "runs arm64, not x86_64"],
    ["bare metal", { bareMetal: true }, {}, "bare-metal", "bare metal"],
    ["not offered in the region", { offered: false }, {}, "not-offered", "not offered in xx-test-1"],
    ["not sold as spot", { spotSupported: false }, { market: "spot" }, "no-spot", "not sold as spot"],
    ["without a price", { onDemandUsd: undefined }, {}, "no-price", "no price known in xx-test-1"],
    [
      "excluded for now",
      {},
      { excluded: new Map([["m.small", "refused 2 minutes ago"]]) },
      "excluded",
      "refused 2 minutes ago",
    ],
    ["too small", { usableMemoryBytes: 1e8 }, {}, "too-small", "mem 95.4MiB of 953.7MiB"],
    ["dearer than allowed", { onDemandUsd: 0.6 }, { maxUsd: 0.5 }, "too-dear", "0.6000 USD an hour, above 0.5000 USD"],
    [
      "interrupted too often",
      { interruption: 2 },
      { market: "spot" },
      "interruption",
      "interrupted in more than 10 % of cases",
    ],
  ])("passes over a type that is %s, and says so", (_what, changes, request, kind, reason) => {
    const whole = requestFor([sampleType(changes), large], request);
    expect(chooseType(whole)).toMatchObject({ kind: "chosen", type: { type: "m.large" } });
    expect(rejectedTypes(whole)).toEqual([{ type: "m.small", kind, reason }]);
  });

  it("takes a type whose offering in the region is not known", () => {
    expect(chooseType(requestFor([sampleType({ offered: undefined })]))).toMatchObject({ kind: "chosen" });
  });

  it("takes arm64 where the configuration allows it", () => {
    const arm = sampleType({ type: "g.small", architectures: ["arm64"], onDemandUsd: 0.05 });
    expect(chooseType(requestFor([small, arm], { architectures: ["x86_64", "arm64"] }))).toMatchObject({
      type: { type: "g.small" },
    });
  });

  it("takes an often interrupted spot type when there is no other that fits, and on demand in any case", () => {
    const shaky = sampleType({ type: "m.shaky", vcpu: 16, interruption: 4 });
    expect(chooseType(requestFor([small, shaky], { market: "spot", need: { cpu: 16 } }))).toMatchObject({
      type: { type: "m.shaky" },
    });
    expect(chooseType(requestFor([large, shaky]))).toMatchObject({ type: { type: "m.shaky" } });
  });

  it("ranks spot by current prices where known, and by the on-demand price as a bound elsewhere", () => {
    const prices: Record<string, number> = { "m.large": 0.09 };
    expect(chooseType(requestFor([small, large], { market: "spot", spotUsdOf: (type) => prices[type] }))).toMatchObject(
      {
        type: { type: "m.large" },
        price: { basis: "spot", totalUsd: 0.09 },
        reason: "the cheapest of 2 types that fit",
      },
    );
    expect(chooseType(requestFor([small, large], { market: "spot" }))).toMatchObject({
      type: { type: "m.small" },
      price: { basis: "bound" },
      reason: "the cheapest of 2 types that fit (the spot price is not known: priced as on demand)",
    });
  });

  it("says that price and EBS throughput decided where the configuration gives throughput a weight", () => {
    const fast = sampleType({ type: "m.fast", onDemandUsd: 0.11, ebsBaselineMBps: 1000 });
    expect(chooseType(requestFor([small, fast], { ebsThroughputWeight: 0.1 }))).toMatchObject({
      reason: "the best by price and EBS throughput of 2 types that fit",
    });
  });

  it("names the cheapest when all that fit are dearer than allowed", () => {
    const request = requestFor([huge, large, small], { need: { cpu: 4 }, maxUsd: 0.3 });
    expect(chooseType(request)).toEqual({
      kind: "too-dear",
      cheapest: {
        type: large,
        resources: { cpu: 8, mem: 32e9, disk: Math.trunc(97 * GIB), intel_avx: 8 },
        price: free(0.4),
      },
    });
    expect(rejectedTypes(request)).toEqual([
      { type: "r.huge", kind: "too-dear", reason: "2.0000 USD an hour, above 0.3000 USD" },
      { type: "m.large", kind: "too-dear", reason: "0.4000 USD an hour, above 0.3000 USD" },
      { type: "m.small", kind: "too-small", reason: "cpu 2 of 4" },
    ]);
  });

  it("allows a price of exactly the limit", () => {
    expect(chooseType(requestFor([large], { maxUsd: 0.4 }))).toMatchObject({ kind: "chosen" });
  });

  it("names the type that comes nearest, and what it is short of, when nothing fits", () => {
    expect(chooseType(requestFor([small, huge, large], { need: { cpu: 64, mem: 1e9 } }))).toMatchObject({
      kind: "none",
      largest: { type: { type: "r.huge" }, short: [{ resource: "cpu", offered: 32, needed: 64 }] },
    });
  });

  it("names the largest type when the need is for something that none has", () => {
    expect(chooseType(requestFor([small, huge, large], { need: { gpu: 1 } }))).toMatchObject({
      kind: "none",
      largest: { type: { type: "r.huge" }, short: [{ resource: "gpu", offered: 0, needed: 1 }] },
    });
  });

  it("names no type when none may be launched at all", () => {
    expect(chooseType(requestFor([small], { allowed: new Set() }))).toEqual({ kind: "none", largest: undefined });
  });

  it.each<[string, Record<string, number>]>([
    ["no number", { cpu: NaN }],
    ["endless", { mem: Infinity }],
    ["huge", { mem: 1e300 }],
    ["for a word that every object knows", { toString: 1 }],
    ["for turbo, which no reflowlet offers", { intel_turbo: 1 }],
  ])("finds nothing for a need that is %s", (_what, need) => {
    const turbo = sampleType({ features: ["intel_turbo"] });
    expect(chooseType(requestFor([turbo], { need }))).toMatchObject({
      kind: "none",
      largest: { type: { type: "m.small" } },
    });
  });

  it.each<[string, Record<string, number>]>([
    ["nothing", {}],
    ["zeros", { cpu: 0, mem: 0, gpu: 0 }],
    ["less than nothing", { cpu: -1 }],
  ])("takes the cheapest for a need for %s", (_what, need) => {
    expect(chooseType(requestFor([large, small], { need }))).toMatchObject({ type: { type: "m.small" } });
  });
});

describe("chooseType over the catalogue of us-west-2", () => {
  /** What the recordings were made with: 200 GiB of root and 300 GiB of data, all of it counted as disk there. */
  const storage = {
    volumes: [
      { type: "gp3", sizeGiB: 200 },
      { type: "gp3", sizeGiB: 300 },
    ],
    dataGiB: 300 / 0.97 + 1e-6,
  };
  const requestOf = async (need: Readonly<Record<string, number>>): Promise<TypeChoiceRequest> => {
    const catalog = await loadCatalog("us-west-2");
    return {
      catalog,
      need,
      market: "on-demand",
      allowed: allowedTypes(catalog, []).allowed,
      architectures: ["x86_64"],
      storageOf: () => storage,
      ebsThroughputWeight: 0,
    };
  };

  it.each([
    [{ cpu: 1 }, "m7a.medium"],
    [{ cpu: 2, mem: 2 * GIB }, "c6a.large"],
    [{ cpu: 8, mem: 32 * GIB }, "r5a.2xlarge"],
    [{ cpu: 8, mem: 32 * GIB, intel_avx512: 8 }, "r6i.2xlarge"],
    [{ cpu: 64, mem: 64 * GIB }, "c6a.16xlarge"],
    [{ cpu: 1, mem: 1500 * GIB }, "x2idn.32xlarge"],
  ])("takes for %j the type %s", async (need, type) => {
    expect(chooseType(await requestOf(need))).toMatchObject({ kind: "chosen", type: { type } });
  });

  it("gives the same answer for the same request, and rejects all but the candidates", async () => {
    const request = { ...(await requestOf({ cpu: 8, mem: 32 * GIB })), market: "spot" } as const;
    const choice = chooseType(request);
    expect(chooseType(request)).toEqual(choice);
    const rejected = rejectedTypes(request).map(({ type }) => type);
    expect(new Set(rejected).size).toBe(rejected.length);
    const candidates = request.catalog.types.size - rejected.length;
    expect(choice).toMatchObject({ reason: expect.stringContaining(`the cheapest of ${candidates} types`) });
  });

  it("never pays more than the type that the real Reflow took, and finds one where it found one", async () => {
    interface Recorded {
      readonly need: Readonly<Record<string, number>>;
      readonly maxUsdPerHour: number;
      readonly ok: boolean;
      readonly type?: string;
    }
    const url = new URL("../fixtures/tables/choices.json", import.meta.url);
    const recorded = JSON.parse(await readFile(url, "utf8")) as readonly Recorded[];
    const request = await requestOf({});
    const volumesUsd = (500 * 0.08) / 730;
    const usdOf = (name: string | undefined): number => {
      const type = request.catalog.types.get(name ?? "");
      return (type && truePrice({ type, market: "on-demand", volumes: storage.volumes })?.totalUsd) ?? Infinity;
    };
    const compared = recorded.map(({ need, maxUsdPerHour, ok, type }) => {
      // Reflow's limit is on the list price; ours counts the volumes.
      const choice = chooseType({ ...request, need, maxUsd: maxUsdPerHour + volumesUsd });
      const found = choice.kind === "chosen";
      return { need, ok, found, ours: found ? choice.price.totalUsd : Infinity, theirs: ok ? usdOf(type) : Infinity };
    });
    expect(compared.filter(({ ok, found }) => ok !== found)).toEqual([]);
    expect(compared.filter(({ ours, theirs }) => ours > theirs + 1e-9)).toEqual([]);
    const cheaper = compared.filter(({ ours, theirs }) => ours < theirs - 1e-9).length;
    expect({ choices: compared.length, found: compared.filter(({ found }) => found).length, cheaper }).toEqual({
      choices: 400,
      found: 265,
      cheaper: 160,
    });
  });
});

describe("shortfallText", () => {
  it.each([
    [{ resource: "mem", offered: 3.4 * GIB, needed: 32 * GIB }, "mem 3.4GiB of 32.0GiB"],
    [{ resource: "cpu", offered: 2, needed: 2.5 }, "cpu 2 of 2.5"],
    [{ resource: "intel_avx512", offered: 0, needed: 1 / 3 }, "intel_avx512 0 of 0.333"],
  ])("writes %j as %s", (shortfall, text) => {
    expect(shortfallText(shortfall)).toBe(text);
  });
});
