import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { formatMeasured, mergeMeasured, NOTHING_MEASURED, type MeasuredResult } from "../../src/catalog/measured.js";
import { parseMeasured } from "../../src/catalog/parse-measured.js";
import { ConfigError } from "../../src/errors.js";
import { FAILED_RESULT, MEASURED_MS, VERIFIED_RESULT } from "./sample-measured.js";

const PAGE = readFileSync(new URL("../../docs/measured.md", import.meta.url), "utf8");

/** What reading a text fails with. */
function failureOf(text: string): ConfigError {
  try {
    parseMeasured(text, "m.json");
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("it was read");
}

const merged = (...results: readonly MeasuredResult[]): string =>
  formatMeasured(mergeMeasured(NOTHING_MEASURED, results));

const text = (): fc.Arbitrary<string> => fc.string({ unit: "binary", maxLength: 20 });
const results = fc.array(
  fc
    .record({
      type: fc.constantFrom("c6a.large", "m6a.large", "u-6tb1.56xlarge"),
      region: fc.constantFrom("us-west-2", "eu-west-1"),
      outcome: fc.constantFrom("verified" as const, "failed" as const),
      dateMs: fc.integer({ min: 0, max: 5_000 }).map((ms) => MEASURED_MS + ms),
      imageId: text(),
      reflowVersion: text(),
      generation: fc.constantFrom(2020 as const, 2023 as const),
      memoryBytes: fc.integer({ min: 1, max: 2 ** 45 }),
      bootSeconds: fc.option(fc.integer({ min: 1, max: 9_000 }), { nil: undefined }),
      samples: fc.integer({ min: 1, max: 100 }),
      problem: fc.option(text(), { nil: undefined }),
    })
    .map((result): MeasuredResult => result),
  { maxLength: 12 },
);

describe("measured data", () => {
  it("is written as docs/measured.md has it: a type on each line, everything sorted", () => {
    expect(merged({ ...VERIFIED_RESULT, region: "us-west-2" }, FAILED_RESULT, VERIFIED_RESULT)).toBe(
      /^```json\n(.*?)^```$/ms.exec(PAGE)?.[1],
    );
    expect(merged()).toBe('{\n  "schemaVersion": 1,\n  "regions": {}\n}\n');
  });

  it("is read as it was written, and so on a machine with another order of merging", () => {
    fc.assert(
      fc.property(results, (some) => {
        const data = mergeMeasured(NOTHING_MEASURED, some);
        const written = formatMeasured(data);
        expect(parseMeasured(written, "m.json")).toEqual(data);
        expect(formatMeasured(parseMeasured(written, "m.json"))).toBe(written);
        expect(merged(...[...some].reverse())).toBe(written);
        expect(formatMeasured(mergeMeasured(data, some))).toBe(written);
      }),
    );
  });

  it("keeps the newest result of a type, whatever it says", () => {
    const later = { ...FAILED_RESULT, type: VERIFIED_RESULT.type, dateMs: VERIFIED_RESULT.dateMs + 1_000 };
    expect(merged(VERIFIED_RESULT, later)).toBe(merged(later));
    expect(merged(later, VERIFIED_RESULT)).toBe(merged(later));
  });

  it("keeps of two results of the same second the more cautious one", () => {
    const less = { ...VERIFIED_RESULT, memoryBytes: 3_600_000_000 };
    const failed = { ...FAILED_RESULT, type: VERIFIED_RESULT.type };
    expect([merged(less, VERIFIED_RESULT), merged(VERIFIED_RESULT, failed)]).toEqual([merged(less), merged(failed)]);
  });

  it("leaves what it merges into as it was", () => {
    const before = mergeMeasured(NOTHING_MEASURED, [VERIFIED_RESULT]);
    mergeMeasured(before, [{ ...VERIFIED_RESULT, type: "m6a.large" }, FAILED_RESULT]);
    expect(formatMeasured(before)).toBe(merged(VERIFIED_RESULT));
  });
});

describe("a file of measured data", () => {
  const good = merged(VERIFIED_RESULT, FAILED_RESULT);
  const change = (from: string, to: string): string => {
    expect(good).toContain(from);
    return good.replace(from, to);
  };
  const row = "regions.eu-west-1.c6a.large";

  it.each<[string, string, (readonly [line: number | undefined, key: string, message: string])[]]>([
    ["nothing", "", [[undefined, "", "expected JSON: Unexpected end of JSON input"]]],
    ["a list", "[]", [[1, "", "expected an object, found a list"]]],
    ["no regions", '{"schemaVersion": 1}', [[undefined, "regions", "expected an object, found nothing"]]],
    ["another version", '{"schemaVersion": "1"}', [[undefined, "schemaVersion", 'expected 1, found "1"']]],
    [
      "half a file",
      good.slice(0, 180),
      [[5, "", expect.stringMatching(/^expected JSON: (Unterminated|Unexpected|Expected)/) as unknown as string]],
    ],
    [
      "a merge that git could not do",
      change('    "eu-west-1"', '<<<<<<< HEAD\n    "eu-west-1"'),
      [[4, "", "an unresolved merge conflict of git"]],
    ],
    [
      "a region that is none",
      change('"eu-west-1"', '"__proto__"'),
      [[4, "regions", 'expected a region such as us-west-2, found "__proto__"']],
    ],
    [
      "a type that is none",
      change('"c6a.large"', '"c6alarge"'),
      [[5, "regions.eu-west-1.c6alarge", "expected an instance type such as c6a.large"]],
    ],
    [
      "wrong values",
      change('"samples": 3', '"samples": 0')
        .replace('"verified"', '"good"')
        .replace(/"date": "[^"]*"/, '"date": 5'),
      [
        [5, row, "date: expected a time such as 2026-11-25T17:05:54Z, found 5"],
        [5, row, 'outcome: expected verified or failed, found "good"'],
        [5, row, "samples: expected a whole number from 1, found 0"],
      ],
    ],
    [
      "no memory where it came up, and a day that there is not",
      change(/"memoryBytes": \d+/.exec(good)?.[0] ?? "", '"more": 1').replace("11-25T", "02-30T"),
      [
        [5, row, 'date: expected a time such as 2026-11-25T17:05:54Z, found "2026-02-30T12:00:00Z"'],
        [5, row, "memoryBytes: expected a number of bytes, found nothing"],
      ],
    ],
    [
      "a row that is a list",
      change(/\{ "boot.*\}/.exec(good)?.[0] ?? "", "[]"),
      [[5, row, "expected an object, found a list"]],
    ],
  ])("with %s is an error that names it", (_what, damaged, problems) => {
    const error = failureOf(damaged);
    expect([error.message, error.hint]).toEqual([
      "the measured data in m.json is damaged",
      "Mend it or restore it (`git checkout` where it is committed), or move it away: a missing one is empty.",
    ]);
    expect(error.problems).toEqual(problems.map(([line, key, message]) => ({ source: "m.json", line, key, message })));
  });

  it("of a later version asks for a later program", () => {
    expect(failureOf('{"schemaVersion": 2}').hint).toBe(
      "A later version of reflow-ec2 wrote it: update this one, or name another file.",
    );
  });

  it("may have fields that are not known, which are left out", () => {
    expect(formatMeasured(parseMeasured(change('"samples"', '"more": {}, "samples"'), "m.json"))).toBe(good);
  });

  it("full of mistakes tells the first twenty", () => {
    const rows = Array.from({ length: 500 }, (_, index) => `"t${index}.large": {}`);
    const text = `{"schemaVersion": 1, "regions": {"us-west-2": {${rows.join(",\n")}}}}`;
    expect(failureOf(text).problems.map(({ line }) => line)).toEqual([
      ...Array<number>(7).fill(1),
      ...Array<number>(7).fill(2),
      ...Array<number>(6).fill(3),
    ]);
  });
});
