import type { ShapePool } from "./shape-pool.js";
import type { Valuation } from "./valuation.js";

// Looked up once: where tests run, in a context of their own, each look-up of a global costs as much as a shape.
const { max } = Math;
const MOST = Infinity;

/** Least weight of a resource, as a share of what it would weigh if the instance were paid for it alone. */
const LEAST_WEIGHT = 0.02;

/** Resources that are compared without a loop: what nearly every need names. Fewer are filled up with nothing. */
const UNROLLED = 3;

/** Fills single instances from a pool. Counts its work, by which searches are limited: time would not be the same twice. */
export class Filler {
  /** Shapes that were looked at, in all calls. */
  work = 0;
  private readonly room: Float64Array;
  private readonly weights: Float64Array;
  /** Amounts of what is in sight, in its order, one shape after the other: read much more often than it changes. */
  private readonly sight: Float64Array;
  private readonly stride: number;

  /** @param mostInSight of the pools that it fills from */
  constructor(
    private readonly valuation: Valuation,
    mostInSight: number,
  ) {
    this.stride = max(UNROLLED, valuation.problem.dimensions);
    this.room = new Float64Array(this.stride);
    this.weights = new Float64Array(this.stride);
    this.sight = new Float64Array(this.stride * mostInSight);
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
    for (let at = 0; at < pool.inSight; at += 1) this.see(pool, at);
    for (let at = this.best(pool.inSight); at >= 0; at = this.best(pool.inSight)) {
      const shape = pool.waiting[at]!;
      for (let d = 0; d < dimensions; d += 1) room[d]! -= shapes[shape * dimensions + d]!;
      pool.take(shape);
      // Where it stood there may be another now.
      if (pool.left[shape] === 0) this.see(pool, at);
      taken.push(shape);
    }
    return taken;
  }

  private see({ waiting }: ShapePool, at: number): void {
    const { dimensions, shapes } = this.valuation.problem;
    const from = waiting[at]! * dimensions;
    const to = at * this.stride;
    for (let d = 0; d < dimensions; d += 1) this.sight[to + d] = shapes[from + d]!;
  }

  /** Where of the first `count` in sight the shape is that leaves the least weighed room, by the sum of squares; -1 when none fits. */
  private best(count: number): number {
    const { room, weights, sight, stride } = this;
    const room0 = room[0]!;
    const room1 = room[1]!;
    const room2 = room[2]!;
    const weight0 = weights[0]!;
    const weight1 = weights[1]!;
    const weight2 = weights[2]!;
    this.work += count;
    let best = -1;
    let least = MOST;
    for (let at = 0, start = 0; at < count; at += 1, start += stride) {
      const left0 = room0 - sight[start]!;
      const left1 = room1 - sight[start + 1]!;
      const left2 = room2 - sight[start + 2]!;
      const weighed0 = left0 * weight0;
      const weighed1 = left1 * weight1;
      const weighed2 = left2 * weight2;
      let sum = weighed0 * weighed0 + weighed1 * weighed1 + weighed2 * weighed2;
      // What does not fit is mostly no better either; asked in this order, the processor guesses right more often.
      if (sum >= least || left0 < 0 || left1 < 0 || left2 < 0) continue;
      let d = UNROLLED;
      for (; d < stride; d += 1) {
        const left = room[d]! - sight[start + d]!;
        if (left < 0) break;
        const weighed = left * weights[d]!;
        sum += weighed * weighed;
      }
      if (d === stride && sum < least) {
        least = sum;
        best = at;
      }
    }
    return best;
  }
}
