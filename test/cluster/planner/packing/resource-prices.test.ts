import { describe, expect, it } from "@jest/globals";
import { loadBoundSolver } from "../../../../bench/planner/lower-bound.js";
import { resourcePrices } from "../../../../src/cluster/planner/packing/resource-prices.js";
import { seededRandom } from "../../../../src/lib/seeded-random.js";

const GIB = 2 ** 30;

describe("resourcePrices", () => {
  it("prices a resource by the offering that sells it cheapest", () => {
    const solved = resourcePrices(Float64Array.of(10, 20), Float64Array.of(1, 0, 0, 1), Float64Array.of(3, 5));
    expect({ bound: solved.bound, prices: [...solved.prices] }).toEqual({ bound: 130, prices: [3, 5] });
  });

  it("gives what is left over no price", () => {
    const solved = resourcePrices(Float64Array.of(10, 20), Float64Array.of(1, 100), Float64Array.of(3));
    expect({ bound: solved.bound, prices: [...solved.prices] }).toEqual({ bound: 30, prices: [3, 0] });
  });

  it("gives a resource that nobody needs no price", () => {
    const solved = resourcePrices(Float64Array.of(10, 0), Float64Array.of(1, 100), Float64Array.of(3));
    expect({ bound: solved.bound, prices: [...solved.prices] }).toEqual({ bound: 30, prices: [3, 0] });
  });

  it("agrees with a solver that we did not write", async () => {
    const solve = await loadBoundSolver();
    const random = seededRandom(1);
    const bounds = Array.from({ length: 5 }, () => {
      const offerings = Array.from({ length: 30 }, () => ({
        amounts: [1 + Math.floor(random() * 64), (1 + Math.floor(random() * 512)) * GIB, 300 * GIB],
        usd: 0.1 + random(),
      }));
      const needs = Array.from({ length: 20 }, () => [random(), random() * GIB, random() * GIB]);
      const demand = [0, 1, 2].map((d) => needs.reduce((sum, need) => sum + need[d]!, 0));
      const { bound } = resourcePrices(
        Float64Array.from(demand),
        Float64Array.from(offerings.flatMap(({ amounts }) => amounts)),
        Float64Array.from(offerings, ({ usd }) => usd),
      );
      return { ours: bound, theirs: solve(needs, offerings) };
    });
    expect(bounds.map(({ ours }) => ours)).toEqual(bounds.map(({ theirs }) => expect.closeTo(theirs, 6)));
  });
});
