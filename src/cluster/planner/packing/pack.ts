import { construct } from "./construct.js";
import { MOST_EXACT_COPIES, packExactly } from "./exact.js";
import { improve } from "./improve.js";
import { fleetPrice, type PackedInstance, type PackingProblem } from "./problem.js";
import { valuate } from "./valuation.js";

/** How hard to look for a cheap fleet: `quick` is for trying out what fits into limits. */
export type Effort = "quick" | "thorough";

/** What `pack` found. */
export interface Packing {
  readonly fleet: readonly PackedInstance[];
  /** No fleet for the problem can cost less, millionths of a dollar an hour. */
  readonly bound: number;
}

/** Looks at shapes, all in all; some tenth of a second each. */
const CONSTRUCT_WORK = 10e6;
const IMPROVE_WORK = 8e6;

/**
 * Millionths of a dollar an hour; less than this cannot be saved. Many of one size on one type are at their bound from the
 * beginning.
 */
const INDIVISIBLE = 1;

/** With more copies than this, there is a large choice for each instance at first, and little to improve per look. */
const MANY_COPIES = 8_000;
const IMPROVE_MANY_WORK = 3e6;

/** A few dozen copies are soon tried out. */
const IMPROVE_WORK_PER_COPY = 80_000;

/**
 * A cheap fleet that holds all copies of all shapes: the cheapest there is for a dozen copies, within a percent or two
 * of the cheapest otherwise. The same for the same problem.
 */
export function pack(problem: PackingProblem, effort: Effort): Packing {
  const valuation = valuate(problem);
  const copies = problem.copies.reduce((sum, count) => sum + count, 0);
  if (copies <= MOST_EXACT_COPIES) return { fleet: packExactly(valuation), bound: valuation.bound };
  const fleet = construct(valuation, constructOptions(copies, effort));
  const isCheapest = fleetPrice(fleet) - valuation.bound < INDIVISIBLE;
  return {
    fleet: effort === "quick" || isCheapest ? fleet : improve(valuation, fleet, improveWork(copies)),
    bound: valuation.bound,
  };
}

function improveWork(copies: number): number {
  return copies > MANY_COPIES ? IMPROVE_MANY_WORK : Math.min(IMPROVE_WORK, copies * IMPROVE_WORK_PER_COPY);
}

/** Few copies can be looked at from all sides; with many, each decision counts less. */
function constructOptions(copies: number, effort: Effort): { window: number; trials: number } {
  const looksPerCopy = CONSTRUCT_WORK / (effort === "quick" ? 4 : 1) / copies;
  const trials = looksPerCopy > 1_200 ? 12 : looksPerCopy > 300 ? 6 : 3;
  return { trials, window: Math.min(1000, Math.max(24, Math.round(looksPerCopy / trials))) };
}
