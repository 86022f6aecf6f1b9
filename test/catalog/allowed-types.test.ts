import { describe, expect, it } from "@jest/globals";
import { allowedTypes } from "../../src/catalog/allowed-types.js";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
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

  it.each([
    ["us-west-2", 465],
    ["us-east-1", 465],
    ["eu-west-1", 1170],
  ])("of %s are %d by default", async (region, count) => {
    expect(allowedTypes(await loadCatalog(region), []).allowed.size).toBe(count);
  });
});
