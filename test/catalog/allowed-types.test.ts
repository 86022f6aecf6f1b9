import { describe, expect, it } from "@jest/globals";
import { allowedTypes } from "../../src/catalog/allowed-types.js";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { mergeMeasured, NOTHING_MEASURED } from "../../src/catalog/measured.js";
import { FAILED_RESULT, VERIFIED_RESULT } from "./sample-measured.js";
import { sampleCatalog, sampleType } from "./sample-type.js";

const named = (type: string, changes: Parameters<typeof sampleType>[0]): ReturnType<typeof sampleType> =>
  sampleType({ type, ...changes });

describe("allowedTypes", () => {
  const catalog = sampleCatalog(
    named("verified.large", { verified: true }),
    named("seen.large", { verified: false }),
    named("guessed.large", { verified: false, osMemoryMeasured: false }),
    named("failed.large", { verified: false, probeFailed: true }),
  );

  it("are the configured ones that the data knows; the others are named once each", () => {
    expect(
      allowedTypes(catalog, ["guessed.large", "g2.2xlarge", "failed.large", "g2.2xlarge", "verifed.large"]),
    ).toEqual({
      allowed: new Set(["guessed.large", "failed.large"]),
      unknown: ["g2.2xlarge", "verifed.large"],
    });
  });

  it("are the verified ones when none is configured, as in Reflow", () => {
    expect(allowedTypes(catalog, [])).toEqual({ allowed: new Set(["verified.large"]), unknown: [] });
  });

  it("are, where nothing was verified, those whose memory was seen and that never failed to come up", () => {
    const elsewhere = sampleCatalog(...[...catalog.types.values()].map((type) => ({ ...type, verified: false })));
    expect(allowedTypes(elsewhere, [])).toEqual({ allowed: new Set(["verified.large", "seen.large"]), unknown: [] });
  });

  it("lose a type that failed in an own probe, and gain one that came up", async () => {
    const own = mergeMeasured(NOTHING_MEASURED, [
      { ...FAILED_RESULT, region: "us-west-2", type: "c5.large" },
      { ...VERIFIED_RESULT, region: "us-west-2", type: "m8i.large" },
    ]);
    const before = allowedTypes(await loadCatalog("us-west-2"), []).allowed;
    const after = allowedTypes(await loadCatalog("us-west-2", own), []).allowed;
    expect([[...before].filter((type) => !after.has(type)), [...after].filter((type) => !before.has(type))]).toEqual([
      ["c5.large"],
      ["m8i.large"],
    ]);
  });

  it("are not only the first own verified type where Reflow verified none", async () => {
    const own = mergeMeasured(NOTHING_MEASURED, [
      { ...VERIFIED_RESULT, type: "m8id.large" },
      { ...FAILED_RESULT, type: "c5.large" },
    ]);
    const before = allowedTypes(await loadCatalog("eu-west-1"), []).allowed;
    const after = allowedTypes(await loadCatalog("eu-west-1", own), []).allowed;
    expect([[...before].filter((type) => !after.has(type)), [...after].filter((type) => !before.has(type))]).toEqual([
      ["c5.large"],
      ["m8id.large"],
    ]);
  });

  it.each([
    ["us-west-2", 465],
    ["us-east-1", 465],
    ["eu-west-1", 1170],
  ])("of %s are %d by default", async (region, count) => {
    expect(allowedTypes(await loadCatalog(region), []).allowed.size).toBe(count);
  });
});
