import { describe, expect, it } from "@jest/globals";
import {
  covers,
  largestBy,
  neededAmounts,
  offeredAmounts,
  resourceKeys,
} from "../../../src/cluster/planner/amounts.js";

describe("amounts", () => {
  it("counts bytes whole and everything else in billionths", () => {
    const keys = resourceKeys([{ mem: 1 }, { cpu: 1, intel_avx: 2, disk: 0 }]);
    expect([keys, neededAmounts({ cpu: 1.5, mem: 1024 }, keys)]).toEqual([
      ["cpu", "intel_avx", "mem"],
      [1.5e9, 0, 1024],
    ]);
  });

  it("rounds needs up and offers down, so that nothing is ever over-committed", () => {
    const third = { cpu: 1 / 3, mem: 10.5 };
    expect([neededAmounts(third, ["cpu", "mem"]), offeredAmounts(third, ["cpu", "mem"])]).toEqual([
      [333_333_334, 11],
      [333_333_333, 10],
    ]);
  });

  it("takes binary fractions for the decimal ones that were meant: ten times 0.1 is 1", () => {
    expect(10 * neededAmounts({ cpu: 0.1 }, ["cpu"])[0]!).toBe(offeredAmounts({ cpu: 1 }, ["cpu"])[0]);
  });

  it("never covers what is not a number", () => {
    const [amount = 0] = neededAmounts({ cpu: NaN }, ["cpu"]);
    expect(covers([Number.MAX_VALUE], [amount])).toBe(false);
  });

  it("keeps of some vectors those that no other covers", () => {
    expect(
      largestBy(
        [
          [1, 1],
          [3, 1],
          [1, 4],
          [3, 1],
        ],
        (vector) => vector,
      ),
    ).toEqual([
      [1, 4],
      [3, 1],
    ]);
  });
});
