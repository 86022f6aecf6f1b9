import { describe, expect, it } from "@jest/globals";
import { seededRandom } from "../../src/lib/seeded-random.js";

describe("seededRandom", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const draw = (seed: number): number[] => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it("spreads over 0 to 1, 1 left out", () => {
    const random = seededRandom(7);
    const tenths = new Set(Array.from({ length: 1_000 }, () => Math.floor(random() * 10)));
    expect([...tenths].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
