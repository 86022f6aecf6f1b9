import type { PackedInstance } from "./problem.js";
import { Pricer, type Valuation } from "./valuation.js";

/** With more copies than this the exact search takes longer than the others: 3 to the power of it. */
export const MOST_EXACT_COPIES = 12;

/** The cheapest fleet there is, by dynamic programming over all sets of copies; for `MOST_EXACT_COPIES` at most. */
export function packExactly(valuation: Valuation): PackedInstance[] {
  const pricer = new Pricer(valuation);
  const { copies, prices } = valuation.problem;
  const all = [...copies].flatMap((count, shape) => Array.from({ length: count }, () => shape));
  const members = (set: number): number[] => all.filter((_, at) => (set >> at) & 1);
  const sets = 1 << all.length;
  const singlePrices = new Float64Array(sets);
  for (let set = 1; set < sets; set += 1) singlePrices[set] = prices[pricer.cheapest(members(set)) ?? -1] ?? Infinity;

  const leastPrices = new Float64Array(sets);
  const firstInstances = new Int32Array(sets);
  for (let set = 1; set < sets; set += 1) {
    const lowest = set & -set;
    const others = set ^ lowest;
    leastPrices[set] = Infinity;
    // The instance that has the lowest copy, with each set of the others; the fullest first, so that it wins a tie.
    for (let beside = others; ; beside = (beside - 1) & others) {
      const price = singlePrices[beside | lowest]! + leastPrices[others ^ beside]!;
      if (price < leastPrices[set]!) {
        leastPrices[set] = price;
        firstInstances[set] = beside | lowest;
      }
      if (beside === 0) break;
    }
  }
  const fleet: PackedInstance[] = [];
  for (let set = sets - 1; set !== 0; set ^= firstInstances[set]!)
    fleet.push(pricer.instance(members(firstInstances[set]!)));
  return fleet;
}
