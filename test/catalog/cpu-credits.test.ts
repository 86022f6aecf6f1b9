import { describe, expect, it } from "@jest/globals";
import { creditsUsdPerHour } from "../../src/catalog/cpu-credits.js";
import { loadInstanceTypes } from "../../src/catalog/load-catalog.js";

describe("creditsUsdPerHour", () => {
  it.each([
    ["t2.nano", 1, 0.95 * 0.05],
    ["t2.xlarge", 4, 4 * 0.775 * 0.05],
    ["t2.2xlarge", 8, 8 * 0.83125 * 0.05],
    ["t3.nano", 2, 2 * 0.95 * 0.05],
    ["t3a.micro", 2, 2 * 0.9 * 0.05],
    ["t3.medium", 2, 2 * 0.8 * 0.05],
    ["t3.2xlarge", 8, 8 * 0.6 * 0.05],
    ["t4g.large", 2, 2 * 0.7 * 0.04],
    ["t9z.large", 2, 2 * 0.05],
  ])("charges %s for what its vCPUs do beyond the baseline", (type, vcpu, usd) => {
    expect(creditsUsdPerHour({ type, vcpu, burstable: true })).toBeCloseTo(usd, 10);
  });

  it("charges nothing for a type that is not burstable", () => {
    expect(creditsUsdPerHour({ type: "m5.large", vcpu: 2, burstable: false })).toBe(0);
  });

  it("takes t1.micro, which bursts without credits, for a type without a baseline", () => {
    expect(creditsUsdPerHour({ type: "t1.micro", vcpu: 1, burstable: false })).toBe(0.05);
  });

  it("knows the baseline of every burstable type that the data has", async () => {
    const burstable = [...(await loadInstanceTypes()).values()].filter((type) => type.burstable);
    expect(new Set(burstable.map(({ type }) => type.split(".")[0]))).toEqual(new Set(["t2", "t3", "t3a", "t4g"]));
    expect(burstable.filter((type) => creditsUsdPerHour(type) >= type.vcpu * 0.05)).toEqual([]);
  });
});
