import { seededRandom } from "../../../lib/seeded-random.js";
import { Filler } from "./filler.js";
import { fleetPrice, type PackedInstance } from "./problem.js";
import { mostValuable, ShapePool } from "./shape-pool.js";
import { Pricer, type Valuation } from "./valuation.js";

// Looked up once: where tests run, in a context of their own, each look-up of a global costs as much as a shape.
const { exp, floor, log, max } = Math;

/**
 * At first a change may cost up to about this share of an average instance; the allowance falls to nothing after
 * `COOLING` of the work. Tuned on the recorded workloads (docs/planner.md), as are the other shares here.
 */
const HEAT = 0.004;
const COOLING = 0.9;

/** How often an instance is filled anew with the offering of one of those emptied, or one of the most efficient. */
const SAME_OFFERING_SHARE = 0.5;
const EFFICIENT_SHARE = 0.85;
const EFFICIENT_OFFERINGS = 16;

/** What an attempt costs beside the shapes that are looked at, in looks. */
const ATTEMPT_WORK = 150;
const INSTANCE_WORK = 5;

/**
 * Empties two instances, those with much waste more often, fills instances anew with what was on them, with some
 * randomness, and keeps what costs less (at first, a little more too); over and over. The randomness is the same each
 * time, and the search is limited by its work, not by time: the same problem gets the same fleet on any machine.
 *
 * @param workLimit looks at shapes; a hundred million take about a second
 * @returns a fleet for the same shapes that costs at most as much as `start`
 */
export function improve(
  valuation: Valuation,
  start: readonly PackedInstance[],
  workLimit: number,
): readonly PackedInstance[] {
  const random = seededRandom(1);
  const refill = new Refill(valuation, random);
  const fleet = [...start];
  const startPrice = fleetPrice(start);
  const meanPrice = startPrice / start.length;
  for (let attempts = 0; fleet.length > 1; attempts += 1) {
    const done = (attempts * ATTEMPT_WORK + refill.work) / workLimit;
    if (done >= 1) break;
    const heat = HEAT * meanPrice * max(0, 1 - done / COOLING);
    const a = wasteful(fleet, random);
    const b = wasteful(fleet, random);
    if (a === b) continue;
    const emptied = [fleet[a]!, fleet[b]!];
    const filled = refill.attempt(emptied, fleetPrice(emptied) - heat * log(1 - random()));
    if (filled === undefined) continue;
    removeAt(fleet, Math.max(a, b));
    removeAt(fleet, Math.min(a, b));
    fleet.push(...filled);
  }
  return fleetPrice(fleet) < startPrice ? fleet : start;
}

/** Fills instances anew with what was on others. */
class Refill {
  private readonly filler: Filler;
  private readonly pricer: Pricer;
  private readonly pool: ShapePool;
  private readonly efficient: readonly number[];
  private overhead = 0;
  private readonly noise = (): number => exp(this.random() - 0.5);

  constructor(
    private readonly valuation: Valuation,
    private readonly random: () => number,
  ) {
    this.filler = new Filler(valuation, valuation.values.length);
    this.pricer = new Pricer(valuation);
    this.pool = new ShapePool(valuation.values.length);
    this.efficient = valuation.byEfficiency.slice(0, EFFICIENT_OFFERINGS);
  }

  get work(): number {
    return this.filler.work + this.overhead;
  }

  /** New instances for all shapes of the emptied ones; undefined when they would cost more than `limit`. */
  attempt(emptied: readonly PackedInstance[], limit: number): PackedInstance[] | undefined {
    const { pool } = this;
    pool.clear();
    for (const { shapes } of emptied) for (const shape of shapes) pool.add(shape);
    const filled: PackedInstance[] = [];
    let price = 0;
    let value = emptied.reduce((sum, instance) => sum + instance.value, 0);
    while (pool.size > 0) {
      const instance = this.next(emptied, value);
      if (instance === undefined) continue;
      filled.push(instance);
      price += instance.price;
      value -= instance.value;
      // What is left costs at least its value.
      if (price + value > limit) return undefined;
    }
    return price > limit ? undefined : filled;
  }

  /** An instance for some of the pool, or for the whole where that is no dearer; undefined when the offering was too small. */
  private next(emptied: readonly PackedInstance[], value: number): PackedInstance | undefined {
    const { filler, pool, pricer, random } = this;
    const { prices } = this.valuation.problem;
    const offering = this.randomOffering(emptied);
    this.overhead += INSTANCE_WORK;
    if (value <= prices[offering]!) {
      const all = pool.copies();
      this.overhead += 2 * all.length;
      const whole = pricer.cheapest(all);
      if (whole !== undefined && whole <= offering) {
        pool.clear();
        return pricer.instance(all);
      }
    }
    const first = random() < 0.5 ? mostValuable(pool, this.valuation.values) : pool.waiting[below(pool.size, random)]!;
    const shapes = filler.fill(offering, pool, first, this.noise);
    return shapes.length === 0 ? undefined : pricer.instance(shapes);
  }

  private randomOffering(emptied: readonly PackedInstance[]): number {
    const { random, efficient } = this;
    const share = random();
    if (share < SAME_OFFERING_SHARE) return emptied[below(emptied.length, random)]!.offering;
    if (share < EFFICIENT_SHARE) return efficient[below(efficient.length, random)]!;
    return below(this.valuation.problem.prices.length, random);
  }
}

/** The index of the more wasteful of two instances drawn at random. */
function wasteful(fleet: readonly PackedInstance[], random: () => number): number {
  const waste = ({ price, value }: PackedInstance): number => price - value;
  const a = below(fleet.length, random);
  const b = below(fleet.length, random);
  return waste(fleet[b]!) > waste(fleet[a]!) ? b : a;
}

function below(count: number, random: () => number): number {
  return floor(random() * count);
}

/** Removes an element of an unordered array at once. */
function removeAt<T>(array: T[], at: number): void {
  const last = array.pop()!;
  if (at < array.length) array[at] = last;
}
