import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { isVerified, spread, summarize } from "../../../src/cluster/probe/statistics.js";
import { ENDED, timesUntil, verifiedSamples } from "../../support/sample-probe.js";

const GIB = 1024 ** 3;
const FACTS = { vcpu: 2, memoryBytes: 8 * GIB, hourlyUsd: 0.1 };
const figures = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("the spread of figures", () => {
  it("is none without figures", () => {
    expect(spread([])).toBeUndefined();
  });

  it("has of one figure that figure everywhere", () => {
    expect(spread([7])).toEqual({ count: 1, min: 7, p50: 7, p90: 7, max: 7 });
  });

  it("has percentiles by the nearest rank", () => {
    expect(spread([50, 10, 40, 20, 30])).toEqual({ count: 5, min: 10, p50: 30, p90: 50, max: 50 });
    expect(spread([4, 3, 2, 1])).toEqual({ count: 4, min: 1, p50: 2, p90: 4, max: 4 });
    expect(spread([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])).toEqual({ count: 10, min: 1, p50: 5, p90: 9, max: 10 });
  });

  it("has nothing but figures that were measured, in order", () => {
    fc.assert(
      fc.property(figures, (values) => {
        const { count, min, p50, p90, max } = spread(values) ?? { count: 0, min: 0, p50: 0, p90: 0, max: 0 };
        expect(count).toBe(values.length);
        expect([min, p50, p90, max].every((figure) => values.includes(figure))).toBe(true);
        expect([min, p50, p90, max]).toEqual([min, p50, p90, max].sort((a, b) => a - b));
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });

  it("has at least the share of all figures at or below a percentile, and less than it strictly below", () => {
    fc.assert(
      fc.property(figures, (values) => {
        const own = spread(values);
        for (const [share, figure] of [
          [0.5, own?.p50 ?? NaN],
          [0.9, own?.p90 ?? NaN],
        ] as const) {
          expect(values.filter((value) => value <= figure).length).toBeGreaterThanOrEqual(share * values.length);
          expect(values.filter((value) => value < figure).length).toBeLessThan(share * values.length);
        }
      }),
    );
  });

  it("does not depend on the order of figures, and leaves them as they are", () => {
    fc.assert(
      fc.property(figures, (values) => {
        const before = [...values];
        expect(spread([...values].reverse())).toEqual(spread(values));
        expect(values).toEqual(before);
      }),
    );
  });
});

describe("the samples of a type together", () => {
  it("count outcomes, and take times and resources from the verified ones", () => {
    const [first, second] = verifiedSamples("m5.large", [40, 60]);
    if (first === undefined || second === undefined) throw new Error("two samples were made");
    const samples = [
      { ...first, reached: { accepted: 1, running: 5, offer: 40 }, offered: { mem: 7.4 * GIB, cpu: 2, intel_avx: 2 } },
      { ...second, reached: { accepted: 2, running: 12, offer: 60 }, offered: { mem: 7.2 * GIB, cpu: 2 } },
      { ...ENDED.failed, type: "m5.large" },
    ];
    const two = (min: number, max: number): object => ({ count: 2, min, p50: min, p90: max, max });
    expect(summarize(samples, () => FACTS)).toEqual([
      {
        type: "m5.large",
        vcpu: 2,
        memoryBytes: 8 * GIB,
        hourlyUsd: 0.1,
        samples: 3,
        outcomes: { verified: 2, unavailable: 0, failed: 1, "timed-out": 0, interrupted: 0 },
        reached: { accepted: two(1, 2), running: two(5, 12), offer: two(40, 60) },
        steps: { accepted: two(1, 2), running: two(4, 10), offer: two(35, 48) },
        offered: { mem: 7.2 * GIB, cpu: 2 },
        memoryRatio: 0.9,
      },
    ]);
  });

  it("have no figures where none is verified", () => {
    expect(summarize([ENDED.unavailable], () => ({ ...FACTS, hourlyUsd: undefined }))).toEqual([
      {
        type: "p3.2xlarge",
        vcpu: 2,
        memoryBytes: 8 * GIB,
        hourlyUsd: undefined,
        samples: 1,
        outcomes: { verified: 0, unavailable: 1, failed: 0, "timed-out": 0, interrupted: 0 },
        reached: {},
        steps: {},
        offered: undefined,
        memoryRatio: undefined,
      },
    ]);
  });

  it("come by type, in the order of their first samples", () => {
    const samples = [
      ...verifiedSamples("b.large", [1]),
      ...verifiedSamples("a.large", [1]),
      ...verifiedSamples("b.large", [2]),
    ];
    expect(summarize(samples, () => FACTS).map(({ type, samples: count }) => [type, count])).toEqual([
      ["b.large", 2],
      ["a.large", 1],
    ]);
  });

  it("have medians of milestones that rise as each sample's do, whatever the samples", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 1, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 9 }), (offers) => {
        const samples = verifiedSamples("m5.large", offers).map((sample, index) => ({
          ...sample,
          reached: timesUntil("offer", offers[index] ?? 0),
        }));
        const medians = Object.values(summarize(samples, () => FACTS)[0]?.reached ?? {}).map(({ p50 }) => p50);
        expect(medians).toHaveLength(8);
        expect(medians).toEqual([...medians].sort((a, b) => a - b));
      }),
    );
  });
});

it("calls a type verified that came up whenever EC2 had it", () => {
  const none = { verified: 0, unavailable: 0, failed: 0, "timed-out": 0, interrupted: 0 };
  expect(isVerified({ outcomes: { ...none, verified: 1, unavailable: 2, interrupted: 1 } })).toBe(true);
  expect(isVerified({ outcomes: { ...none, verified: 4, failed: 1 } })).toBe(false);
  expect(isVerified({ outcomes: { ...none, verified: 4, "timed-out": 1 } })).toBe(false);
  expect(isVerified({ outcomes: { ...none, unavailable: 1 } })).toBe(false);
});
