import type { PackedInstance, PackingProblem } from "../../../../src/cluster/planner/packing/problem.js";
import { seededRandom } from "../../../../src/lib/seeded-random.js";

/** A problem from rows of amounts; each shape once, unless `copies` says otherwise. */
export function problemOf(
  shapes: readonly (readonly number[])[],
  offerings: readonly { readonly holds: readonly number[]; readonly price: number }[],
  copies: readonly number[] = shapes.map(() => 1),
): PackingProblem {
  return {
    dimensions: shapes[0]!.length,
    shapes: Float64Array.from(shapes.flat()),
    copies: Int32Array.from(copies),
    capacities: Float64Array.from(offerings.flatMap(({ holds }) => holds)),
    prices: Float64Array.from(offerings, ({ price }) => price),
  };
}

/** Offerings in doubling sizes of three kinds, like compute, general and memory types. */
export const KINDS = [1, 2, 4, 8].flatMap((size) =>
  [
    { holds: [2 * size, 4 * size], price: 85 * size + 10 },
    { holds: [2 * size, 8 * size], price: 96 * size + 10 },
    { holds: [2 * size, 16 * size], price: 126 * size + 10 },
  ].map(({ holds, price }) => ({ holds, price })),
);

/** A problem of so many shapes of two resources, the same for the same seed. */
export function randomProblem(seed: number, shapes: number): PackingProblem {
  const random = seededRandom(seed);
  const whole = (least: number, most: number): number => least + Math.floor(random() * (most - least + 1));
  return problemOf(
    Array.from({ length: shapes }, () => [whole(1, 8), whole(1, 32)]),
    [...KINDS].sort((a, b) => a.price - b.price),
  );
}

/** How often each shape is in a fleet, and whether an instance holds more than it can. */
export function contentOf(
  fleet: readonly PackedInstance[],
  problem: PackingProblem,
): { copies: number[]; over: number } {
  const { dimensions, shapes, capacities } = problem;
  const copies = [...problem.copies].map(() => 0);
  let over = 0;
  for (const { offering, shapes: held } of fleet) {
    for (const shape of held) copies[shape]! += 1;
    for (let d = 0; d < dimensions; d += 1) {
      const sum = held.reduce((all, shape) => all + shapes[shape * dimensions + d]!, 0);
      if (sum > capacities[offering * dimensions + d]!) over += 1;
    }
  }
  return { copies, over };
}
