/**
 * What is to be packed, as bare numbers: vector bin packing with bins of several kinds. A shape is a distinct vector
 * of resources, of which several copies may be needed. All amounts are whole numbers, so that sums are exact.
 */
export interface PackingProblem {
  /** How many resources count. */
  readonly dimensions: number;
  /** Amounts, one shape after the other. Each shape fits at least one offering. */
  readonly shapes: Float64Array;
  /** Copies of each shape, at least 1. */
  readonly copies: Int32Array;
  /** What an instance holds, one offering after the other. */
  readonly capacities: Float64Array;
  /** Millionths of a dollar an hour, above 0 and ascending. The first of equals is preferred. */
  readonly prices: Float64Array;
}

/** An instance with what is on it. */
export interface PackedInstance {
  /** Index of its offering: always the first, and so the cheapest, that holds the shapes. */
  readonly offering: number;
  /** Indices of its shapes; a shape appears once for each copy. */
  readonly shapes: readonly number[];
  /** Price of the offering. */
  readonly price: number;
  /** What the shapes are worth by the resource prices, never above `price`. */
  readonly value: number;
}

/** The price of a fleet, millionths of a dollar an hour. */
export function fleetPrice(fleet: readonly PackedInstance[]): number {
  return fleet.reduce((sum, { price }) => sum + price, 0);
}
