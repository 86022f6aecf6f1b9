import { describe, expect, it } from "@jest/globals";
import { renewAfterMs, retryWaitMs } from "../../../src/cluster/lease/figures.js";

describe("a lease is renewed", () => {
  it.each([
    ["half a minute before it ends", 120_000, 90_000],
    ["as often for what 2023 grants at most", 300_000, 270_000],
    ["after five minutes at the latest", 7_200_000, 300_000],
    ["after a third of it, where half a minute is too much", 30_000, 10_000],
    ["never more than once a second", 1_000, 1_000],
    ["no sooner when nothing is granted", 0, 1_000],
  ])("%s", (_title, grantedMs, afterMs) => {
    expect(renewAfterMs(grantedMs)).toBe(afterMs);
  });
});

describe("a failed keepalive", () => {
  it("is repeated after Reflow's waits, without end", () => {
    expect([1, 2, 3, 4, 5, 6, 100].map(retryWaitMs)).toEqual([2_000, 3_000, 4_500, 6_750, 10_000, 10_000, 10_000]);
  });
});
