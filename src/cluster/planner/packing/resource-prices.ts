/** The best fractional fleet for a demand. */
export interface FractionalFleet {
  /** What no fleet can cost less than: the lower bound. */
  readonly bound: number;
  /** What a unit of each resource is worth; a full instance of any offering is worth its price at most. */
  readonly prices: Float64Array;
}

/** A tableau cell smaller than this is rounding, the cells being scaled to about 1. */
const ZERO = 1e-10;
/** Far more pivots than a handful of resources needs; only a guard against cycles. */
const MOST_PIVOTS = 500;

/**
 * Solves the linear program "least price of instances, parts of them allowed, that have the demanded amounts in sum",
 * and its dual, which tells what each resource is worth. Dual simplex on a dense tableau: one row per resource.
 *
 * @param demand what is needed of each resource in all
 * @param capacities what an instance holds, one offering after the other
 */
export function resourcePrices(demand: Float64Array, capacities: Float64Array, prices: Float64Array): FractionalFleet {
  const dimensions = demand.length;
  const offerings = prices.length;
  const width = offerings + dimensions + 1;
  // Divided by their demand, bytes and vCPUs are of a size.
  const rows = Array.from(demand, (needed, d) => {
    const row = new Float64Array(width);
    row[offerings + d] = 1;
    // What nobody needs has no price, and its row stays out: unscaled, it would drown the others in rounding.
    if (needed === 0) return row;
    for (let j = 0; j < offerings; j += 1) row[j] = -capacities[j * dimensions + d]! / needed;
    row[width - 1] = -1;
    return row;
  });
  const costs = new Float64Array(width);
  costs.set(prices);
  for (let pivots = 0; pivots < MOST_PIVOTS; pivots += 1) {
    const leaving = leastIn(rows, width - 1);
    if (leaving === undefined) break;
    const entering = enteringColumn(leaving, costs);
    if (entering === undefined) break;
    pivot(rows, costs, leaving, entering);
  }
  return {
    bound: -costs[width - 1]!,
    prices: Float64Array.from(demand, (needed, d) => (needed === 0 ? 0 : Math.max(0, costs[offerings + d]!) / needed)),
  };
}

/** The row whose demand is missed most; undefined when all are met. */
function leastIn(rows: readonly Float64Array[], column: number): Float64Array | undefined {
  let least: Float64Array | undefined;
  for (const row of rows) {
    if (row[column]! < Math.min(-ZERO, least?.[column] ?? 0)) least = row;
  }
  return least;
}

function enteringColumn(row: Float64Array, costs: Float64Array): number | undefined {
  let best: number | undefined;
  let leastRatio = Infinity;
  for (let j = 0; j < row.length - 1; j += 1) {
    const cell = row[j]!;
    if (cell < -ZERO && costs[j]! / -cell < leastRatio) {
      leastRatio = costs[j]! / -cell;
      best = j;
    }
  }
  return best;
}

function pivot(rows: readonly Float64Array[], costs: Float64Array, leaving: Float64Array, entering: number): void {
  const divisor = leaving[entering]!;
  for (let j = 0; j < leaving.length; j += 1) leaving[j]! /= divisor;
  for (const row of [...rows, costs]) {
    const factor = row[entering]!;
    if (row === leaving || factor === 0) continue;
    for (let j = 0; j < row.length; j += 1) row[j]! -= factor * leaving[j]!;
  }
}
