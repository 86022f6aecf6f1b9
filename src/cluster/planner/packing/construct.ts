import { Filler } from "./filler.js";
import type { PackedInstance } from "./problem.js";
import { mostValuable, ShapePool } from "./shape-pool.js";
import { Pricer, type Valuation } from "./valuation.js";

/** How hard `construct` looks. */
export interface ConstructOptions {
  /** Shapes that are in sight at a time: more give better instances, and take longer. */
  readonly window: number;
  /** Offerings that are tried for each instance. */
  readonly trials: number;
}

/** While no more shapes than this wait, every offering is tried: the last instances are the hardest to fill. */
const FEW_SHAPES = 40;

/**
 * Builds a fleet instance by instance: for the shape in sight that is worth most, each of the most efficient offerings
 * is filled, and the instance is kept that costs least for what it holds.
 */
export function construct(valuation: Valuation, { window, trials }: ConstructOptions): PackedInstance[] {
  const { problem, byEfficiency } = valuation;
  const pool = new ShapePool(problem.copies.length, window);
  problem.copies.forEach((copies, shape) => pool.add(shape, copies));
  const filler = new Filler(valuation, Math.min(window, problem.copies.length));
  const pricer = new Pricer(valuation);
  const efficient = byEfficiency.slice(0, trials);
  const fleet: PackedInstance[] = [];
  while (pool.size > 0) {
    const best = (pool.size > FEW_SHAPES && bestInstance(efficient)) || bestInstance(byEfficiency);
    if (best === undefined) throw new Error("a shape fits no offering");
    for (const shape of best.shapes) pool.take(shape);
    fleet.push(best);
  }
  return fleet;

  function bestInstance(offerings: readonly number[]): PackedInstance | undefined {
    const first = mostValuable(pool, valuation.values);
    let best: PackedInstance | undefined;
    for (const offering of offerings) {
      const shapes = filler.fill(offering, pool, first);
      pool.putBack(shapes);
      if (shapes.length === 0) continue;
      const instance = pricer.instance(shapes);
      if (best === undefined || instance.price * best.value < best.price * instance.value) best = instance;
    }
    return best;
  }
}
