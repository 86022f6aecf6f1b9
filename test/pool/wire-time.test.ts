import { describe, expect, it } from "@jest/globals";
import { durationJson, durationMs, formatGoTime, timeMs } from "../../src/pool/wire-time.js";

describe("timeMs", () => {
  it.each([
    ["2023-10-02T10:00:00Z", Date.UTC(2023, 9, 2, 10)],
    ["2023-10-02T10:00:00.5Z", Date.UTC(2023, 9, 2, 10, 0, 0, 500)],
    ["2026-11-22T14:53:13.990834861Z", Date.UTC(2026, 10, 22, 14, 53, 13, 990)],
    ["2026-11-22T14:53:13.999999999+01:00", Date.UTC(2026, 10, 22, 13, 53, 13, 999)],
    ["2026-11-22T14:53:13-05:30", Date.UTC(2026, 10, 22, 20, 23, 13)],
    ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
    ["0001-01-01T00:00:00Z", undefined],
    ["", undefined],
    [null, undefined],
  ])("reads %j", (json, ms) => {
    expect(timeMs(json, "")).toBe(ms);
  });

  it.each([
    "2023-10-02",
    "2023-10-02 10:00:00Z",
    "2023-10-02T10:00:00",
    "2023-10-02T24:00:00Z",
    "2023-10-02T10:60:00Z",
    "2023-13-01T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "2023-10-02T10:00:00,5Z",
    "2023-10-02T10:00:00+24:00",
    "+012023-10-02T10:00:00Z",
    "soon",
    1_696_240_800,
    {},
  ])("refuses %j", (json) => {
    expect(() => timeMs(json, "Expires")).toThrow(/^Expires is not a /);
  });
});

describe("formatGoTime", () => {
  it.each([
    [Date.UTC(2023, 9, 2, 10), "2023-10-02T10:00:00Z"],
    [Date.UTC(2023, 9, 2, 10, 0, 0, 500), "2023-10-02T10:00:00.5Z"],
    [Date.UTC(2023, 9, 2, 10, 0, 10, 7), "2023-10-02T10:00:10.007Z"],
    [0, "1970-01-01T00:00:00Z"],
    [undefined, "0001-01-01T00:00:00Z"],
    [Number.NaN, "0001-01-01T00:00:00Z"],
    [Number.POSITIVE_INFINITY, "0001-01-01T00:00:00Z"],
    [8.64e15, "0001-01-01T00:00:00Z"],
  ])("writes %p as %s", (ms, text) => {
    expect(formatGoTime(ms)).toBe(text);
  });
});

describe("durationMs and durationJson", () => {
  it.each([
    [120_000_000_000, 120_000],
    [1_500_000, 1.5],
    [-1, -0.000001],
    [0, 0],
  ])("turn %d ns into %d ms and back", (ns, ms) => {
    expect([durationMs(ns, ""), durationJson(ms)]).toEqual([ns === 0 ? 0 : ms, ns]);
  });

  it.each([0.5, "2m", [], true])("refuse %j", (json) => {
    expect(() => durationMs(json, "Interval")).toThrow(/^Interval is not a /);
  });
});
