import { describe, expect, it } from "@jest/globals";
import { volumeUsdPerHour, type PricedVolume } from "../../src/catalog/volume-price.js";

describe("volumeUsdPerHour", () => {
  it.each<[string, PricedVolume, number]>([
    ["gp3 by size", { type: "gp3", sizeGiB: 500 }, 500 * 0.08],
    ["gp3 within what is included", { type: "gp3", sizeGiB: 100, iops: 3000, throughputMiBps: 125 }, 8],
    ["gp3 beyond it", { type: "gp3", sizeGiB: 100, iops: 4000, throughputMiBps: 225 }, 8 + 1000 * 0.005 + 100 * 0.04],
    ["gp2", { type: "gp2", sizeGiB: 250 }, 25],
    ["gp2 with figures that it does not take", { type: "gp2", sizeGiB: 250, iops: 9000, throughputMiBps: 900 }, 25],
    ["io1 with its operations", { type: "io1", sizeGiB: 100, iops: 1000 }, 12.5 + 65],
    ["io2 in its first tier", { type: "io2", sizeGiB: 100, iops: 32_000 }, 12.5 + 2080],
    ["io2 in all its tiers", { type: "io2", sizeGiB: 0, iops: 70_000 }, 2080 + 32_000 * 0.046 + 6000 * 0.032],
    ["st1", { type: "st1", sizeGiB: 1000 }, 45],
    ["sc1", { type: "sc1", sizeGiB: 1000 }, 15],
    ["standard", { type: "standard", sizeGiB: 1000 }, 50],
    [
      "an unknown type, as the dearest",
      { type: "gp9", sizeGiB: 100, iops: 10, throughputMiBps: 10 },
      12.5 + 0.65 + 0.4,
    ],
    ["a type named like a method", { type: "constructor", sizeGiB: 100 }, 12.5],
  ])("prices %s", (_what, volume, usdPerMonth) => {
    expect(volumeUsdPerHour(volume, 1)).toBeCloseTo(usdPerMonth / 730, 10);
  });

  it("scales us-east-1's list by how dear the region is", () => {
    expect(volumeUsdPerHour({ type: "gp3", sizeGiB: 500 }, 1.5929)).toBeCloseTo((40 / 730) * 1.5929, 10);
  });
});
