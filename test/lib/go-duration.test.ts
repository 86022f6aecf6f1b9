import { describe, expect, it } from "@jest/globals";
import { formatGoDuration, parseGoDuration } from "../../src/lib/go-duration.js";

describe("parseGoDuration", () => {
  it.each([
    ["0", 0],
    ["-0", 0],
    ["10m0s", 600_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1.s", 1_000],
    ["+2m", 120_000],
    ["-2m", -120_000],
    ["250ms", 250],
    ["1us", 0.001],
    ["1\u00b5s", 0.001],
    ["1\u03bcs", 0.001],
    ["1ns", 0.000001],
    ["1.0000000009s", 1_000],
    ["3s3s", 6_000],
    ["2562047h47m16s", 9_223_372_036_000],
  ])("reads %s as %d ms", (text, ms) => {
    expect(parseGoDuration(text)).toBe(ms);
  });

  it.each([
    ["", "nothing"],
    ["10", "no unit"],
    ["1d", "a unit that Go does not know"],
    ["1 h", "a space"],
    [" 1h", "a leading space"],
    ["h", "no number"],
    [".s", "a lone point"],
    ["--1s", "two signs"],
    ["1e3s", "an exponent"],
    ["1h-1m", "a sign inside"],
    ["Infinity", "a word"],
    ["1H", "a capital unit"],
    ["2562048h", "more than Go holds"],
    [`${"9".repeat(101)}h`, "absurdly long"],
  ])("refuses %j: %s", (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });
});

describe("formatGoDuration", () => {
  it.each([
    [0, "0s"],
    [600_000, "10m0s"],
    [3_600_000, "1h0m0s"],
    [90_061_000, "25h1m1s"],
    [1_500, "1.5s"],
    [61_001, "1m1.001s"],
    [250, "250ms"],
    [1.5, "1.5ms"],
    [0.0015, "1.5\u00b5s"],
    [0.000001, "1ns"],
    [-30_000, "-30s"],
    [Number.NaN, "0s"],
    [Number.POSITIVE_INFINITY, "2562047h47m16.854775807s"],
    [Number.NEGATIVE_INFINITY, "-2562047h47m16.854775807s"],
  ])("prints %d ms as %s", (ms, text) => {
    expect(formatGoDuration(ms)).toBe(text);
  });

  it("prints what parseGoDuration reads back", () => {
    for (const ms of [1, 999, 1_000, 59_999, 60_000, 3_599_999, 86_400_000, 0.25, -12_345]) {
      expect(parseGoDuration(formatGoDuration(ms))).toBe(ms);
    }
  });
});
