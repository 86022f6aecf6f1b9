import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { truePrice } from "../../src/catalog/true-price.js";
import { sampleType } from "./sample-type.js";

const VOLUMES = [
  { type: "gp3", sizeGiB: 200 },
  { type: "gp3", sizeGiB: 300 },
];
const VOLUMES_USD = (500 * 0.08) / 730;

describe("truePrice", () => {
  it("adds volumes to the instance", () => {
    expect(truePrice({ type: sampleType(), market: "on-demand", volumes: VOLUMES })).toEqual({
      instanceUsd: 0.1,
      volumesUsd: expect.closeTo(VOLUMES_USD, 10),
      creditsUsd: 0,
      totalUsd: expect.closeTo(0.1 + VOLUMES_USD, 10),
      basis: "on-demand",
    });
  });

  it("adds the CPU credits of full use to a burstable type, on spot too", () => {
    const type = sampleType({ type: "t3.medium", burstable: true, onDemandUsd: 0.0416 });
    expect(truePrice({ type, market: "spot", volumes: [], spotUsd: 0.0125 })).toEqual({
      instanceUsd: 0.0125,
      volumesUsd: 0,
      creditsUsd: expect.closeTo(0.08, 10),
      totalUsd: expect.closeTo(0.0925, 10),
      basis: "spot",
    });
  });

  it.each([
    ["is not known", undefined],
    ["is zero", 0],
    ["is negative", -1],
    ["is no number", NaN],
    ["is endless", Infinity],
  ])("takes the on-demand price as a bound when the spot price %s", (_what, spotUsd) => {
    expect(truePrice({ type: sampleType(), market: "spot", volumes: [], spotUsd })).toEqual({
      instanceUsd: 0.1,
      volumesUsd: 0,
      creditsUsd: 0,
      totalUsd: 0.1,
      basis: "bound",
    });
  });

  it("ignores a spot price for an on-demand instance", () => {
    expect(truePrice({ type: sampleType(), market: "on-demand", volumes: [], spotUsd: 0.01 })).toEqual({
      instanceUsd: 0.1,
      volumesUsd: 0,
      creditsUsd: 0,
      totalUsd: 0.1,
      basis: "on-demand",
    });
  });

  it("has no price where the region has none, never zero", () => {
    const type = sampleType({ onDemandUsd: undefined });
    expect(truePrice({ type, market: "on-demand", volumes: VOLUMES })).toBeUndefined();
    expect(truePrice({ type, market: "spot", volumes: VOLUMES })).toBeUndefined();
  });

  it("prices a spot instance by its spot price even where the on-demand price is not known", () => {
    expect(
      truePrice({ type: sampleType({ onDemandUsd: undefined }), market: "spot", volumes: [], spotUsd: 0.04 }),
    ).toEqual({ instanceUsd: 0.04, volumesUsd: 0, creditsUsd: 0, totalUsd: 0.04, basis: "spot" });
  });

  it("makes t3a.micro, the cheapest vCPU by list price, dearer than c6a", async () => {
    const { types } = await loadCatalog("us-west-2");
    const usable = [...types.values()].filter((type) => type.verified && type.onDemandUsd !== undefined);
    const cheapestBy = (usd: (type: (typeof usable)[number]) => number): string =>
      usable.reduce((least, type) => (usd(type) / type.vcpu < usd(least) / least.vcpu ? type : least)).type;
    expect(cheapestBy((type) => type.onDemandUsd ?? NaN)).toBe("t3a.micro");

    const perVcpu = (name: string, volumes: typeof VOLUMES): number => {
      const type = types.get(name);
      if (type === undefined) throw new Error(`no ${name}`);
      return (truePrice({ type, market: "on-demand", volumes })?.totalUsd ?? NaN) / type.vcpu;
    };
    expect(perVcpu("t3a.micro", [])).toBeCloseTo(0.0497, 10);
    expect(perVcpu("c6a.large", [])).toBeCloseTo(0.03825, 10);
    expect(perVcpu("t3a.micro", VOLUMES)).toBeGreaterThan(perVcpu("c6a.large", VOLUMES));
  });
});
