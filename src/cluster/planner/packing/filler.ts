import type { ShapePool } from "./shape-pool.js";
import type { Valuation } from "./valuation.js";

// Looked up once: where tests run, in a context of their own, each look-up of a global costs as much as a shape.
const { max } = Math;
const MOST = Infinity;

/** Least weight of a resource, as a share of what it would weigh if the instance were paid for it alone. */
const LEAST_WEIGHT = 0.02;

/** Fills single instances from a pool. Counts its work, by which searches are limited: time would not be the same twice. */
export class Filler {
  /** Shapes that were looked at, in all calls. */
  work = 0;
  private readonly room: Float64Array;
  private readonly weights: Float64Array;

  constructor(private readonly valuation: Valuation) {
    this.room = new Float64Array(valuation.problem.dimensions);
    this.weights = new Float64Array(valuation.problem.dimensions);
  }

  /**
   * Takes shapes from the pool until none in sight fits an instance of the offering: after `first` always the one
   * that leaves the least room, each resource of it weighed by its worth. So large shapes come first, and those
   * that keep the room in proportion.
   *
   * @param noise gives a factor for the weight of each resource
   * @returns the shapes, none when `first` does not fit
   */
  fill(offering: number, pool: ShapePool, first: number, noise?: () => number): number[] {
    const { dimensions, shapes, capacities, prices } = this.valuation.problem;
    const { room, weights } = this;
    for (let d = 0; d < dimensions; d += 1) {
      const capacity = capacities[offering * dimensions + d]!;
      const left = capacity - shapes[first * dimensions + d]!;
      if (left < 0) return [];
      room[d] = left;
      // Without capacity there is no room either, and Infinity times 0 would spoil the sum.
      const alone = capacity === 0 ? 0 : prices[offering]! / capacity;
      const weight = max(this.valuation.resourcePrices[d]!, LEAST_WEIGHT * alone);
      weights[d] = noise === undefined ? weight : weight * noise();
    }
    pool.take(first);
    const taken = [first];
    for (let shape = this.best(pool); shape >= 0; shape = this.best(pool)) {
      for (let d = 0; d < dimensions; d += 1) room[d]! -= shapes[shape * dimensions + d]!;
      pool.take(shape);
      taken.push(shape);
    }
    return taken;
  }

  /** The shape in sight that leaves the least weighed room, by the sum of squares; -1 when none fits. */
  private best(pool: ShapePool): number {
    const { dimensions, shapes } = this.valuation.problem;
    const { room, weights } = this;
    const { waiting, inSight } = pool;
    this.work += inSight;
    let best = -1;
    let least = MOST;
    for (let at = 0; at < inSight; at += 1) {
      const start = waiting[at]! * dimensions;
      let sum = 0;
      let d = 0;
      for (; d < dimensions; d += 1) {
        const left = room[d]! - shapes[start + d]!;
        if (left < 0 || sum >= least) break;
        const weighed = left * weights[d]!;
        sum += weighed * weighed;
      }
      if (d === dimensions && sum < least) {
        least = sum;
        best = waiting[at]!;
      }
    }
    return best;
  }
}
