import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import {
  add,
  amount,
  available,
  div,
  equal,
  isZero,
  max,
  maxRatio,
  min,
  resourcesText,
  scale,
  scaledDistance,
  sub,
  type Resources,
} from "../../src/pool/resources.js";

interface Row {
  readonly x: Resources;
  readonly y: Resources;
}

const rows = JSON.parse(
  readFileSync(new URL("../fixtures/tables/resources.json", import.meta.url), "utf8"),
) as readonly Row[];

const GIB = 2 ** 30;

describe("resources", () => {
  it.each(rows.map((row, index) => [index, row] as const))(
    "reckon and print as Reflow does, recorded row %d",
    (_, row) => {
      const { x, y } = row;
      expect({
        x,
        y,
        add: add(x, y),
        sub: sub(x, y),
        min: min(x, y),
        max: max(x, y),
        available: available(x, y),
        equal: equal(x, y),
        distance: scaledDistance(x, y, 2023),
        magnitude: scaledDistance(x, undefined, 2023),
        xText: resourcesText(x),
        subText: resourcesText(sub(x, y)),
      }).toStrictEqual(row);
    },
  );

  it("have all sixty recorded rows", () => {
    expect(rows).toHaveLength(60);
  });

  it("leave what they are given alone", () => {
    const x = Object.freeze({ cpu: 1, mem: 2 });
    const y = Object.freeze({ cpu: 3, disk: 4 });
    expect([add(x, y), sub(x, y), min(x, y), max(x, y), scale(x, 2)]).toEqual([
      { cpu: 4, mem: 2, disk: 4 },
      { cpu: -2, mem: 2, disk: -4 },
      { cpu: 1, mem: 2 },
      { cpu: 3, mem: 2, disk: 4 },
      { cpu: 2, mem: 4 },
    ]);
  });

  it("let a key of the second alone into the minimum only when it is negative", () => {
    expect([min({}, { cpu: -1, mem: 1 }), max({}, { cpu: -1, mem: 1 })]).toEqual([{ cpu: -1 }, { mem: 1 }]);
  });

  it.each([
    [{ cpu: 2 }, { cpu: 2 }, true],
    [{ cpu: 2, mem: 1 }, { cpu: 2 }, true],
    [{ cpu: 2 }, { cpu: 2, intel_avx: 1 }, false],
    [{ cpu: 2 }, { cpu: 2, intel_avx: 0 }, true],
    [{ intel_avx: -1 }, { intel_avx: 0 }, false],
    [{}, {}, true],
    [{}, { constructor: 0 }, true],
    [{}, { toString: 1 }, false],
  ] as [Resources, Resources, boolean][])("of %j can give %j: %s", (a, b, answer) => {
    expect(available(a, b)).toBe(answer);
  });

  it.each([
    [{}, true],
    [{ cpu: 0, mem: -0 }, true],
    [{ disk: 1 }, false],
  ])("know whether %j is nothing: %s", (r, answer) => {
    expect([isZero(r), equal(r, {}), equal({}, r)]).toEqual([answer, answer, answer]);
  });

  it("read a key that is missing, or of JavaScript's own, as 0", () => {
    expect([amount({}, "cpu"), amount({}, "constructor"), amount({ cpu: 1.5 }, "cpu")]).toEqual([0, 0, 1.5]);
  });

  it("weigh memory by the year: 6 GiB to the vCPU in 2020, 8 in 2023", () => {
    const a = { mem: 24 * GIB, cpu: 1, disk: 7 };
    const b = { cpu: 2 };
    expect([scaledDistance(a, b, 2020), scaledDistance(a, b, 2023), scaledDistance(a, undefined, 2020)]).toEqual([
      5, 4, 5,
    ]);
  });

  it("divide only where both have the key, and never find a ratio below 0", () => {
    const a = { cpu: 3, mem: 1, disk: -4, gpu: 1 };
    const b = { cpu: 2, mem: 0, disk: 2, intel_avx: 1 };
    expect([
      div(a, b),
      maxRatio(a, b),
      maxRatio({ cpu: 3 }, { cpu: 2 }),
      maxRatio({ cpu: -3 }, { cpu: 2 }),
      maxRatio({}, b),
    ]).toEqual([{ cpu: 1.5, mem: Infinity, disk: -2 }, Infinity, 1.5, 0, 0]);
  });
});

describe("resourcesText", () => {
  it.each<[Resources, string]>([
    [{}, "{}"],
    [{ cpu: 0, intel_avx: 0 }, "{}"],
    [{ intel_avx: 1 }, "{ intel_avx:1}"],
    [{ cpu: 1 }, "{mem:0B cpu:1 disk:0B}"],
    [{ mem: 2 * GIB, cpu: 1, disk: 10 * GIB }, "{mem:2.0GiB cpu:1 disk:10.0GiB}"],
    [{ b: 1, B: 2, a_b: 3, aa: 4 }, "{ B:2 a_b:3 aa:4 b:1}"],
    [{ n: 999_999 }, "{ n:999999}"],
    [{ n: 1_000_000 }, "{ n:1e+06}"],
    [{ n: 123_456_789 }, "{ n:1.23456789e+08}"],
    [{ n: 0.1 + 0.2 }, "{ n:0.30000000000000004}"],
    [{ n: 0.0001 }, "{ n:0.0001}"],
    [{ n: 0.00001 }, "{ n:1e-05}"],
    [{ n: 1e100 }, "{ n:1e+100}"],
    [{ n: 5e-324 }, "{ n:5e-324}"],
    [{ n: -0.5 }, "{ n:-0.5}"],
    [{ n: Infinity, o: -Infinity, p: NaN }, "{ n:+Inf o:-Inf p:NaN}"],
  ])("prints %j as %s", (r, text) => {
    expect(resourcesText(r)).toBe(text);
  });
});
