import { covers } from "./amounts.js";
import { cheapestRow, fleetFor, type Fleet, type FleetInstance } from "./fleet.js";
import type { PlanLimits } from "./model.js";
import type { TableRow } from "./offering-table.js";
import type { Unit } from "./units.js";

/** A fleet that keeps the limits. */
export interface LimitedFleet extends Fleet {
  /** Units that nothing is launched for, in their order. */
  readonly unserved: readonly Unit[];
}

/** Millionths of a dollar an hour that a launch counts for beside its price, in the order in which they are tried. */
const LAUNCH_PENALTIES = [0.1e6, 1e6, 10e6, 1000e6] as const;

/**
 * To save launches, a fleet may cost so many times what the cheapest for the same units does. Launches under way are
 * soon over, and the rest is planned again then: that is worth little. Instances are limited for good.
 */
const DEARER_FOR_FEWER_PENDING = 1.1;

/** Units that the search for how many can be served begins with. */
const FIRST_STEP = 32;

/** With more launches than this many times the limit in a quick plan, a thorough one will not keep it either. */
const OUT_OF_REACH = 2;

/**
 * A cheap fleet for as many units as the limits allow, in their order: for the longest beginning of them that a fleet
 * within the limits was found for, and after it for each that still fits, on what is launched or by a launch more.
 * Where launches are scarce, fewer and larger instances are taken.
 */
export function fleetWithinLimits(
  units: readonly Unit[],
  table: readonly TableRow[],
  limits: PlanLimits,
): LimitedFleet {
  if (mostLaunches(limits) < 1) return { instances: [], bound: 0, unserved: units };
  if (isWithinReach(units, table, limits)) {
    const whole = fleetFor(units, table, { effort: "thorough", launchPenalty: 0 });
    if (keeps(whole, limits)) return { ...whole, unserved: [] };
  }
  const count = longestBeginning(units, table, limits);
  const beginning = withinLimits(units.slice(0, count), table, limits) ?? { instances: [], bound: 0 };
  const { instances, unserved } = addEach(units.slice(count), beginning.instances, table, limits);
  // The bound is of what is served, and no longer known where more was added.
  const bound = unserved.length === units.length - count ? beginning.bound : 0;
  return { instances, unserved, bound };
}

/** Whether a fleet for all units may be within the limits; where it cannot, a thorough search is for nothing. */
function isWithinReach(units: readonly Unit[], table: readonly TableRow[], limits: PlanLimits): boolean {
  if (limits.hourlyUsd === Infinity && mostLaunches(limits) === Infinity) return true;
  const { bound, instances } = fleetFor(units, table, { effort: "quick", launchPenalty: 0 });
  return bound / 1e6 <= limits.hourlyUsd && instances.length <= OUT_OF_REACH * mostLaunches(limits);
}

/** True price an hour. */
function usdOf({ row }: FleetInstance): number {
  return row.offering.price.totalUsd;
}

function totalUsd(instances: readonly FleetInstance[]): number {
  return instances.reduce((sum, instance) => sum + usdOf(instance), 0);
}

function mostLaunches({ instances, pendingLaunches }: PlanLimits): number {
  return Math.min(instances, pendingLaunches);
}

function keeps({ instances }: Fleet, limits: PlanLimits): boolean {
  return instances.length <= mostLaunches(limits) && isWithinUsd(totalUsd(instances), limits);
}

/** Three times 0.40 comes to a little more than 1.20 in binary. */
const ROUNDING_USD = 1e-9;

function isWithinUsd(usd: number, { hourlyUsd }: PlanLimits): boolean {
  return usd <= hourlyUsd + ROUNDING_USD;
}

/** How many of the first units a fleet within the limits is found for: by larger and larger steps, then by halving. */
function longestBeginning(units: readonly Unit[], table: readonly TableRow[], limits: PlanLimits): number {
  const unknown = units.length + 1;
  let held = 0;
  let missed = unknown;
  while (missed - held > 1) {
    const middle = missed === unknown ? Math.min(units.length, Math.max(FIRST_STEP, 4 * held)) : (held + missed) >> 1;
    if (firstWithin(units.slice(0, middle), table, limits, "quick") === undefined) missed = middle;
    else held = middle;
  }
  return held;
}

/** The cheapest fleet found within the limits; undefined when there is none. */
function withinLimits(units: readonly Unit[], table: readonly TableRow[], limits: PlanLimits): Fleet | undefined {
  return firstWithin(units, table, limits, "thorough") ?? firstWithin(units, table, limits, "quick");
}

/** A fleet within the limits by the first penalty for launches that gives one, for no more than launches are worth. */
function firstWithin(
  units: readonly Unit[],
  table: readonly TableRow[],
  limits: PlanLimits,
  effort: "quick" | "thorough",
): Fleet | undefined {
  const plain = fleetFor(units, table, { effort, launchPenalty: 0 });
  if (keeps(plain, limits)) return plain;
  // Fewer launches save no dollars.
  if (plain.instances.length <= mostLaunches(limits)) return undefined;
  const dearer = limits.pendingLaunches < limits.instances ? DEARER_FOR_FEWER_PENDING : Infinity;
  const mostUsd = totalUsd(plain.instances) * dearer;
  for (const launchPenalty of LAUNCH_PENALTIES) {
    const fleet = fleetFor(units, table, { effort, launchPenalty });
    const usd = totalUsd(fleet.instances);
    // Dearer penalties give dearer fleets.
    if (usd > mostUsd || usd > limits.hourlyUsd) return undefined;
    if (keeps(fleet, limits)) return fleet;
  }
  return undefined;
}

/** Puts each unit on an instance with room for it, or on a new one of its own, while the limits hold. */
function addEach(
  units: readonly Unit[],
  start: readonly FleetInstance[],
  table: readonly TableRow[],
  limits: PlanLimits,
): { instances: FleetInstance[]; unserved: Unit[] } {
  const instances = start.map(({ row, units: held }) => ({
    row,
    units: [...held],
    free: freeOf({ row, units: held }),
  }));
  const unserved: Unit[] = [];
  let usd = totalUsd(start);
  for (const unit of units) {
    let place = unit.alone ? undefined : instances.find(({ free }) => covers(free, unit.amounts));
    const row = cheapestRow(unit, table);
    const mayLaunch = instances.length < mostLaunches(limits) && isWithinUsd(usd + row.offering.price.totalUsd, limits);
    if (place === undefined && mayLaunch) {
      place = { row, units: [], free: freeOf({ row, units: [] }) };
      usd += row.offering.price.totalUsd;
      instances.push(place);
    }
    if (place === undefined) {
      unserved.push(unit);
      continue;
    }
    place.units.push(unit);
    place.free = place.free.map((amount, d) => (unit.alone ? 0 : amount - unit.amounts[d]!));
  }
  return { instances: instances.map(({ row, units: held }) => ({ row, units: held })), unserved };
}

function freeOf({ row, units }: FleetInstance): number[] {
  if (units.some(({ alone }) => alone)) return row.amounts.map(() => 0);
  return row.amounts.map((amount, d) => units.reduce((free, unit) => free - unit.amounts[d]!, amount));
}
