import { describe, expect, it } from "@jest/globals";
import { construct } from "../../../../src/cluster/planner/packing/construct.js";
import { packExactly } from "../../../../src/cluster/planner/packing/exact.js";
import { improve } from "../../../../src/cluster/planner/packing/improve.js";
import { pack } from "../../../../src/cluster/planner/packing/pack.js";
import { fleetPrice } from "../../../../src/cluster/planner/packing/problem.js";
import { valuate } from "../../../../src/cluster/planner/packing/valuation.js";
import { contentOf, problemOf, randomProblem } from "./problem.js";

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

/** The price of the cheapest fleet, by trying every way to part the shapes. */
function bruteForcePrice(problem: ReturnType<typeof problemOf>): number {
  const { copies, dimensions, shapes, capacities, prices } = problem;
  const priceOf = (group: readonly number[]): number => {
    const sums = Array.from({ length: dimensions }, (_, d) =>
      group.reduce((sum, shape) => sum + shapes[shape * dimensions + d]!, 0),
    );
    const fits = [...prices].filter((_, j) => sums.every((sum, d) => sum <= capacities[j * dimensions + d]!));
    return Math.min(...fits);
  };
  const place = (shape: number, groups: readonly (readonly number[])[]): number => {
    if (shape === copies.length) return groups.reduce((sum, group) => sum + priceOf(group), 0);
    const own = place(shape + 1, [...groups, [shape]]);
    return groups.reduce(
      (least, _, at) =>
        Math.min(
          least,
          place(
            shape + 1,
            groups.map((group, other) => (other === at ? [...group, shape] : group)),
          ),
        ),
      own,
    );
  };
  return place(0, []);
}

describe("packExactly", () => {
  it.each(SEEDS)("finds the fleet that trying every way finds, seed %i", (seed) => {
    const problem = randomProblem(seed, 7);
    const fleet = packExactly(valuate(problem));
    expect({ price: fleetPrice(fleet), ...contentOf(fleet, problem) }).toEqual({
      price: bruteForcePrice(problem),
      copies: [1, 1, 1, 1, 1, 1, 1],
      over: 0,
    });
  });
});

describe("construct and improve", () => {
  it.each(SEEDS)("come within 2 % of the cheapest fleet for a dozen shapes, seed %i", (seed) => {
    const valuation = valuate(randomProblem(seed, 12));
    const start = construct(valuation, { window: 12, trials: 12 });
    const better = improve(valuation, start, 1e6);
    const best = fleetPrice(packExactly(valuation));
    expect(fleetPrice(better)).toBeLessThanOrEqual(fleetPrice(start));
    expect(fleetPrice(better) / best).toBeLessThanOrEqual(1.02);
  });

  it("hold every copy once, and no instance more than it can, whatever the window", () => {
    const problem = randomProblem(9, 60);
    const valuation = valuate(problem);
    const contents = [5, 60].map((window) => {
      const start = construct(valuation, { window, trials: 3 });
      return [start, improve(valuation, start, 2e5)].map((fleet) => contentOf(fleet, problem));
    });
    const sound = { copies: Array.from({ length: 60 }, () => 1), over: 0 };
    expect(contents).toEqual([
      [sound, sound],
      [sound, sound],
    ]);
  });
});

describe("pack", () => {
  it("packs copies as it packs shapes, and never below its bound", () => {
    const problem = problemOf(
      [
        [3, 3],
        [1, 1],
      ],
      [{ holds: [4, 4], price: 100 }],
      [50, 50],
    );
    const { fleet, bound } = pack(problem, "thorough");
    expect({ price: fleetPrice(fleet), bound, ...contentOf(fleet, problem) }).toEqual({
      price: 5000,
      bound: expect.closeTo(5000, 6),
      copies: [50, 50],
      over: 0,
    });
  });

  it("gives the same fleet for the same problem", () => {
    expect(pack(randomProblem(3, 80), "thorough")).toEqual(pack(randomProblem(3, 80), "thorough"));
  });

  it("is sound in a hurry, too", () => {
    const problem = randomProblem(4, 200);
    const { fleet } = pack(problem, "quick");
    expect(contentOf(fleet, problem)).toEqual({ copies: Array.from({ length: 200 }, () => 1), over: 0 });
  });

  it("packs shapes of no size", () => {
    const problem = problemOf([[0, 0]], [{ holds: [4, 4], price: 100 }], [20]);
    expect(pack(problem, "thorough").fleet.map(({ offering, shapes }) => [offering, shapes.length])).toEqual([[0, 20]]);
  });
});
