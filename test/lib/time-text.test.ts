import { describe, expect, it } from "@jest/globals";
import { durationText, limitText, secondsText } from "../../src/lib/time-text.js";

describe("time for people", () => {
  it.each([
    [-5_000, "0s"],
    [999, "0s"],
    [59_999, "59s"],
    [60_000, "1m00s"],
    [192_000, "3m12s"],
    [3_600_000, "1h00m"],
    [7_500_000, "2h05m"],
    [86_400_000, "1d00h"],
    [356_400_000, "4d03h"],
  ])("%d ms last %s", (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    [30_000, "30s"],
    [90_000, "1m30s"],
    [65_000, "1m5s"],
    [300_000, "5m"],
    [900_000, "15m"],
    [3_600_000, "1h"],
    [5_400_000, "1h30m"],
    [36_000_000, "10h"],
    [604_800_000, "7d"],
  ])("a limit of %d ms is %s", (ms, text) => {
    expect(limitText(ms)).toBe(text);
  });

  it("has tenths of seconds for phases", () => {
    expect([secondsText(0), secondsText(0.449), secondsText(31)]).toEqual(["0.0s", "0.4s", "31.0s"]);
  });
});
