import { covers, offeredAmounts } from "./amounts.js";
import type { PendingCapacity } from "./model.js";
import type { Unit } from "./units.js";

/** What capacity on its way serves. */
export interface PendingService {
  /** By pending capacity, in its order. */
  readonly served: readonly (readonly Unit[])[];
  /** In their order. */
  readonly left: readonly Unit[];
}

/**
 * Gives units to capacity on its way, in their order, each to the one on which the least vCPUs, then memory, stay
 * free; that leaves the others for what is larger. A unit that shares with nothing takes all that is free.
 */
export function serveByPending(
  units: readonly Unit[],
  pending: readonly PendingCapacity[],
  keys: readonly string[],
): PendingService {
  if (pending.length === 0) return { served: [], left: units };
  const free = pending.map((capacity) => offeredAmounts(capacity.free, keys));
  const served = pending.map((): Unit[] => []);
  const left: Unit[] = [];
  for (const unit of units) {
    const at = tightest(unit, free);
    if (at === undefined) {
      left.push(unit);
      continue;
    }
    served[at]!.push(unit);
    free[at] = unit.alone ? free[at]!.map(() => 0) : free[at]!.map((amount, d) => amount - unit.amounts[d]!);
  }
  return { served, left };
}

/** Index of the capacity with the least left that holds the unit; the first of equals. */
function tightest({ amounts }: Unit, free: readonly (readonly number[])[]): number | undefined {
  let best: number | undefined;
  for (let at = 0; at < free.length; at += 1) {
    if (covers(free[at]!, amounts) && (best === undefined || isLess(free[at]!, free[best]!))) best = at;
  }
  return best;
}

/** Compares by the first amount that differs: `cpu` is the first key by name. */
function isLess(a: readonly number[], b: readonly number[]): boolean {
  const at = a.findIndex((amount, d) => amount !== b[d]);
  return at >= 0 && a[at]! < b[at]!;
}
