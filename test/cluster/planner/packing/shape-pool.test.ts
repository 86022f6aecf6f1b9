import { describe, expect, it } from "@jest/globals";
import { mostValuable, ShapePool } from "../../../../src/cluster/planner/packing/shape-pool.js";

function poolOf(copies: readonly number[], window?: number): ShapePool {
  const pool = new ShapePool(copies.length, window);
  copies.forEach((count, shape) => pool.add(shape, count));
  return pool;
}

describe("ShapePool", () => {
  it("holds copies until the last is taken", () => {
    const pool = poolOf([2, 1]);
    pool.take(0);
    const before = pool.copies();
    pool.take(0);
    expect({ before, after: pool.copies() }).toEqual({ before: [0, 1], after: [1] });
  });

  it("moves others into sight for what is taken", () => {
    const pool = poolOf([1, 1, 1, 1], 2);
    pool.take(0);
    expect([...pool.waiting.slice(0, pool.inSight)]).toEqual([3, 1]);
  });

  it("is exactly as before when what was taken is put back", () => {
    const pool = poolOf([1, 2, 1, 1, 3]);
    const before = { copies: pool.copies(), size: pool.size };
    const taken = [0, 1, 3, 1, 4, 2];
    for (const shape of taken) pool.take(shape);
    pool.putBack(taken);
    expect({ copies: pool.copies(), size: pool.size }).toEqual(before);
  });

  it("is empty after clear", () => {
    const pool = poolOf([1, 2]);
    pool.clear();
    pool.add(1);
    expect(pool.copies()).toEqual([1]);
  });

  it("tells the most valuable shape in sight", () => {
    const values = Float64Array.of(1, 3, 9);
    expect([mostValuable(poolOf([1, 1, 1], 2), values), mostValuable(poolOf([1, 1, 1]), values)]).toEqual([1, 2]);
  });
});
