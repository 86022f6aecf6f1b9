import { scale, type Generation, type Resources } from "../../pool/resources.js";
import { covers, neededAmounts } from "./amounts.js";
import type { Need } from "./model.js";

/** A piece of a need that must be on one instance. */
export interface Unit {
  /** Index of the need. */
  readonly need: number;
  /** How many times the need's minimum it is. */
  readonly copies: number;
  /** In whole numbers (amounts.ts). */
  readonly amounts: readonly number[];
  /** Shares its instance with nothing else. */
  readonly alone: boolean;
}

/** A need is planned with no more copies than this: more than any cluster launches at a time. */
const MOST_COPIES = 10_000;

/**
 * Cuts needs into units as Reflow does. Its 2023 plans `max(width, 1)` copies of the minimum, wherever they fit; first
 * one copy of each need, then the others, each in the order of arrival. Its 2020 gives a need with a width an instance
 * of its own, up to `width` times its minimum, as long as one is that large.
 */
export function unitsOf(
  needs: readonly Need[],
  offered: readonly (readonly number[])[],
  keys: readonly string[],
  generation: Generation,
): Unit[] {
  const firsts = needs.map(({ requirements: { min, width } }, need): Unit => {
    if (generation === 2023 || !(width > 0)) {
      return { need, copies: 1, amounts: neededAmounts(min, keys), alone: false };
    }
    return { need, ...grown(min, width, offered, keys), alone: true };
  });
  if (generation === 2020) return firsts;
  const units = [...firsts];
  for (const unit of firsts) for (let copy = widthOf(needs[unit.need]!); copy > 1; copy -= 1) units.push(unit);
  return units;
}

/** The copies that a need stands for. */
function widthOf({ requirements: { width } }: Need): number {
  return width > 1 ? Math.min(Math.floor(width), MOST_COPIES) : 1;
}

function grown(
  min: Resources,
  width: number,
  offered: readonly (readonly number[])[],
  keys: readonly string[],
): { copies: number; amounts: number[] } {
  let best = { copies: 1, amounts: neededAmounts(min, keys) };
  for (let copies = 2; copies <= Math.min(width, MOST_COPIES); copies += 1) {
    const amounts = neededAmounts(scale(min, copies), keys);
    if (!offered.some((one) => covers(one, amounts))) break;
    best = { copies, amounts };
  }
  return best;
}
