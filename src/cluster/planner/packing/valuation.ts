import type { PackedInstance, PackingProblem } from "./problem.js";
import { resourcePrices } from "./resource-prices.js";

/** A packing problem with what its resources are worth. */
export interface Valuation {
  readonly problem: PackingProblem;
  /** No fleet for the problem can cost less. */
  readonly bound: number;
  /** Worth of a unit of each resource. */
  readonly resourcePrices: Float64Array;
  /** Worth of one copy of each shape. */
  readonly values: Float64Array;
  /** Indices of all offerings, those first whose full instance is worth most for its price. */
  readonly byEfficiency: readonly number[];
  /** Worth of a full instance for its price, at most 1, by offering. */
  readonly efficiencies: Float64Array;
}

/** Prices the resources of a problem, and with them its shapes and offerings. */
export function valuate(problem: PackingProblem): Valuation {
  const { dimensions, shapes, copies, capacities, prices } = problem;
  const demand = new Float64Array(dimensions);
  for (let at = 0; at < shapes.length; at += 1)
    demand[at % dimensions]! += shapes[at]! * copies[Math.floor(at / dimensions)]!;
  const { bound, prices: worth } = resourcePrices(demand, capacities, prices);
  const efficiencies = valuesOf(capacities, worth).map((value, j) => value / prices[j]!);
  return {
    problem,
    bound,
    resourcePrices: worth,
    values: valuesOf(shapes, worth),
    efficiencies,
    byEfficiency: [...prices.keys()].sort((a, b) => efficiencies[b]! - efficiencies[a]! || a - b),
  };
}

function valuesOf(amounts: Float64Array, worth: Float64Array): Float64Array {
  const dimensions = worth.length;
  const values = new Float64Array(amounts.length / dimensions);
  for (let at = 0; at < amounts.length; at += 1)
    values[Math.floor(at / dimensions)]! += amounts[at]! * worth[at % dimensions]!;
  return values;
}

/** Rounding of the resource prices, as a share. */
const SLACK = 1e-6;

/** Finds the cheapest instance for shapes. Keeps a scratch vector, so that the many calls of a search allocate nothing. */
export class Pricer {
  private readonly sum: Float64Array;

  constructor(private readonly valuation: Valuation) {
    this.sum = new Float64Array(valuation.problem.dimensions);
  }

  /** The first offering that holds all the shapes at once; undefined when none does. */
  cheapest(shapes: readonly number[]): number | undefined {
    const { dimensions, shapes: amounts } = this.valuation.problem;
    const { sum } = this;
    sum.fill(0);
    let value = 0;
    for (let at = 0; at < shapes.length; at += 1) {
      const shape = shapes[at]!;
      value += this.valuation.values[shape]!;
      for (let d = 0; d < dimensions; d += 1) sum[d]! += amounts[shape * dimensions + d]!;
    }
    return this.cheapestForSum(sum, value);
  }

  /** The cheapest instance with these shapes. @throws when no offering holds them: the caller has made sure of that. */
  instance(shapes: readonly number[]): PackedInstance {
    const offering = this.cheapest(shapes);
    if (offering === undefined) throw new Error("no offering holds the shapes");
    let value = 0;
    for (let at = 0; at < shapes.length; at += 1) value += this.valuation.values[shapes[at]!]!;
    return { offering, shapes, price: this.valuation.problem.prices[offering]!, value };
  }

  /** As `cheapest`, for the sum of the shapes and its value. */
  cheapestForSum(sum: Float64Array, value: number): number | undefined {
    const { dimensions, capacities, prices } = this.valuation.problem;
    // What is cheaper than the value cannot hold it: no instance is worth more than its price.
    for (let j = firstFrom(prices, value * (1 - SLACK)); j < prices.length; j += 1) {
      let d = 0;
      while (d < dimensions && sum[d]! <= capacities[j * dimensions + d]!) d += 1;
      if (d === dimensions) return j;
    }
    return undefined;
  }
}

/** Index of the first of the ascending numbers that is not below `least`. */
function firstFrom(ascending: Float64Array, least: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
