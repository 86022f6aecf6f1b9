import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "@jest/globals";
import { loadCatalog } from "../../src/catalog/load-catalog.js";
import { mergeMeasured, NOTHING_MEASURED, type MeasuredResult } from "../../src/catalog/measured.js";
import type { CatalogType } from "../../src/catalog/model.js";
import { FAILED_RESULT, MEASURED_MS, VERIFIED_RESULT } from "./sample-measured.js";

/** What an own result changes in what the catalogue tells of the type. */
async function changes(result: MeasuredResult): Promise<Partial<CatalogType>> {
  const { region, type } = result;
  const shipped = (await loadCatalog(region)).types.get(type);
  const { types } = await loadCatalog(region, mergeMeasured(NOTHING_MEASURED, [result]));
  const before = new Map<string, unknown>(Object.entries(shipped ?? {}));
  return Object.fromEntries(
    Object.entries(types.get(type) ?? {}).filter(([key, value]) => !isDeepStrictEqual(before.get(key), value)),
  );
}

/** Before Reflow's own probes. */
const LONG_AGO_MS = Date.UTC(2023, 0, 1);

describe("an own probe", () => {
  it.each<[string, Partial<MeasuredResult>, Partial<CatalogType>]>([
    [
      "beats the shipped one where it is newer",
      { region: "us-west-2", type: "c5.large" },
      { usableMemoryBytes: 3_626_000_000, bootSeconds: 41.5, measuredOn: "2026-11-25" },
    ],
    ["does not where it is older", { region: "us-west-2", type: "c5.large", dateMs: LONG_AGO_MS }, {}],
    [
      "is all there is where nothing was shipped, however old",
      { type: "m8i.large", dateMs: LONG_AGO_MS },
      {
        usableMemoryBytes: 3_626_000_000,
        memorySource: "measured",
        verified: true,
        bootSeconds: 41.5,
        measuredOn: "2023-01-01",
      },
    ],
    [
      "verifies a type that came up nowhere for Reflow",
      { region: "us-west-2", type: "t3.nano", bootSeconds: undefined, memoryBytes: 450_000_000 },
      {
        usableMemoryBytes: 441_000_000,
        memorySource: "measured",
        verified: true,
        probeFailed: false,
        measuredOn: "2026-11-25",
      },
    ],
  ])("that ended well %s", async (_what, result, expected) => {
    expect(await changes({ ...VERIFIED_RESULT, ...result })).toEqual(expected);
  });

  it("that failed takes the verification away, and leaves what is known of memory", async () => {
    expect(await changes({ ...FAILED_RESULT, region: "us-west-2", type: "c5.large" })).toEqual({
      verified: false,
      probeFailed: true,
      bootSeconds: undefined,
      measuredOn: "2026-11-25",
    });
  });

  it("tells nothing of another region", async () => {
    const data = mergeMeasured(NOTHING_MEASURED, [VERIFIED_RESULT]);
    expect(await loadCatalog("us-west-2", data)).toEqual(await loadCatalog("us-west-2"));
  });

  it("gives the catalogue its date: that of the newest that decides on something", async () => {
    const results = [
      { ...VERIFIED_RESULT, region: "us-west-2", type: "m8i.large", dateMs: LONG_AGO_MS },
      { ...VERIFIED_RESULT, region: "us-west-2", dateMs: LONG_AGO_MS + 86_400_000 },
    ];
    const dates = [[], results, [...results, { ...FAILED_RESULT, region: "us-west-2", dateMs: MEASURED_MS }]].map(
      async (some) => (await loadCatalog("us-west-2", mergeMeasured(NOTHING_MEASURED, some))).asOf.measured,
    );
    expect(await Promise.all(dates)).toEqual([undefined, "2023-01-01", "2026-11-25"]);
  });
});
