import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../../src/errors.js";
import { probeJson } from "../../../src/terminal/json/probe.js";
import { readProbeJson } from "../../../src/terminal/json/read-probe.js";
import { PROBE, SMALL_PROBE } from "../../support/sample-probe.js";

const SMALL = probeJson(SMALL_PROBE);
const [M5] = SMALL.types;
const HINT = "Give a file to which `reflow-ec2 probe … -o json` wrote.";

/** What reading a value as a baseline fails with. */
function failure(value: unknown): string {
  try {
    readProbeJson(typeof value === "string" ? value : JSON.stringify(value), "last.json");
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    expect([error.exitCode, error.hint]).toEqual([2, HINT]);
    return error.message;
  }
  throw new Error("it was read");
}

describe("the JSON of an earlier probe", () => {
  it("gives what gates need of it: medians of each type, its memory ratio, the date, the region", () => {
    expect(readProbeJson(JSON.stringify(SMALL), "last.json")).toEqual({
      file: "last.json",
      startedMs: SMALL_PROBE.startedMs,
      region: "us-west-2",
      types: new Map([
        [
          "m5.large",
          {
            p50: {
              accepted: 0.966,
              running: 7.728,
              address: 7.728,
              bootstrap: 26.565,
              installed: 28.98,
              reflowlet: 44.919,
              tagged: 47.334,
              offer: 48.3,
            },
            memoryRatio: SMALL_PROBE.types[0]?.memoryRatio,
          },
        ],
        ["p3.2xlarge", { p50: {}, memoryRatio: undefined }],
      ]),
    });
  });

  it("is read with a byte order mark, with every outcome in it, and with fields of later versions", () => {
    const later = { ...probeJson(PROBE), samples: "not looked at", color: "blue" };
    expect([...readProbeJson(`\ufeff${JSON.stringify(later)}`, "f").types.keys()]).toEqual(
      PROBE.types.map(({ type }) => type),
    );
  });

  it.each<[unknown, string]>([
    ["", "--baseline last.json is not JSON: Unexpected end of JSON input"],
    ["[]", "--baseline last.json: the file is []: expected an object"],
    [{}, "--baseline last.json: schemaVersion is missing: expected 1, which is all that this version reads"],
    [
      { ...SMALL, schemaVersion: 2 },
      "--baseline last.json: schemaVersion is 2: expected 1, which is all that this version reads",
    ],
    [{ schemaVersion: 1, instances: [] }, "--baseline last.json: types is missing: expected a list"],
    [{ ...SMALL, types: [3] }, "--baseline last.json: types[0] is 3: expected an object"],
    [{ ...SMALL, types: [{ ...M5, type: 7 }] }, "--baseline last.json: types[0].type is 7: expected a text"],
    [{ ...SMALL, types: [M5, M5] }, '--baseline last.json: types[1].type is "m5.large": occurs twice'],
    [
      { ...SMALL, types: [{ ...M5, reached: { offer: { p50: "long" } } }] },
      '--baseline last.json: types[0].reached.offer.p50 is "long": expected seconds, a number not below 0',
    ],
    [
      { ...SMALL, types: [{ ...M5, reached: { offer: { p50: -1 } } }] },
      "--baseline last.json: types[0].reached.offer.p50 is -1: expected seconds, a number not below 0",
    ],
    [
      { ...SMALL, types: [{ ...M5, memoryRatio: "x".repeat(50) }] },
      `--baseline last.json: types[0].memoryRatio is "${"x".repeat(38)}…: expected a number or null`,
    ],
    [
      { ...SMALL, started: "yesterday" },
      '--baseline last.json: started is "yesterday": expected a time such as 2026-01-01T00:00:00.000Z',
    ],
  ])("is refused with the place and what was expected there: %#", (value, message) => {
    expect(failure(value)).toBe(message);
  });
});
