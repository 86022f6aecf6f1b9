import { covers, largestBy, resourceKeys } from "./amounts.js";
import { launchesOf, placedNeeds } from "./launches.js";
import { UNLIMITED, type FleetPlan, type Need, type PlanRequest, type UnservedNeed } from "./model.js";
import { offeringTable, type TableRow } from "./offering-table.js";
import { serveByPending } from "./pending.js";
import { unitsOf, type Unit } from "./units.js";
import { explainer, stoppedBy, tooDear, type Hopeless } from "./unserved.js";
import { fleetWithinLimits } from "./within-limits.js";

/**
 * Decides what to launch for needs: a fleet that serves all of them at nearly the least true price there is, within
 * the limits. Capacity on its way serves first. Each need is served, or told why not. Pure, and the same for the same
 * request; docs/planner.md has the whole story.
 */
export function planFleet(request: PlanRequest): FleetPlan {
  const { needs, offerings, pending = [], limits = UNLIMITED } = request;
  const keys = resourceKeys([{ cpu: 1 }, ...needs.map(({ requirements }) => requirements.min)]);
  const table = offeringTable(offerings, keys, request.ebsThroughputWeight);
  const sizes = table.map(({ amounts }) => amounts);
  const { served, left } = serveByPending(unitsOf(needs, sizes, keys, request.generation), pending, keys);
  const hopeless = hopelessNeeds(left, table, keys, request);
  const hopeful = hopeless.size === 0 ? left : left.filter(({ need }) => !hopeless.has(need));
  const fleet = fleetWithinLimits(hopeful, table, limits);
  const stopped = stoppedBy(limits, fleet.instances.length);
  const launches = launchesOf(fleet.instances, { needs, table, keys });
  return {
    launches,
    servedByPending: pending
      .map(({ id }, at) => ({ id, needs: placedNeeds(served[at]!, needs) }))
      .filter((service) => service.needs.length > 0),
    unserved: unservedNeeds(
      [...left.filter(({ need }) => hopeless.has(need)), ...fleet.unserved],
      needs,
      (need) => hopeless.get(need) ?? stopped,
    ),
    hourlyUsd: launches.reduce((usd, { offering, count }) => usd + offering.price.totalUsd * count, 0),
    boundUsd: fleet.bound / 1e6,
  };
}

/** The needs that cannot be served even by themselves, by their index, each with the reason. */
function hopelessNeeds(
  units: readonly Unit[],
  table: readonly TableRow[],
  keys: readonly string[],
  { needs, offerings, rejected = [], limits = UNLIMITED }: PlanRequest,
): ReadonlyMap<number, Hopeless> {
  const largest = largestBy(
    table.filter(({ offering }) => offering.price.totalUsd <= limits.hourlyUsd),
    ({ amounts }) => amounts,
  );
  const hopeless = new Map<number, Hopeless>();
  let explain: ReturnType<typeof explainer> | undefined;
  for (const { need, amounts } of new Set(units)) {
    if (largest.some((row) => covers(row.amounts, amounts))) continue;
    const { min } = needs[need]!.requirements;
    const cheapest = table.find((row) => covers(row.amounts, amounts));
    explain ??= explainer(offerings, rejected, keys);
    hopeless.set(need, cheapest === undefined ? explain(min) : tooDear(min, cheapest.offering, limits));
  }
  return hopeless;
}

/** Units as unserved needs, in the order of arrival. */
function unservedNeeds(
  units: readonly Unit[],
  needs: readonly Need[],
  whyOf: (need: number) => Hopeless,
): UnservedNeed[] {
  const copies = new Map<number, number>();
  for (const unit of units) copies.set(unit.need, (copies.get(unit.need) ?? 0) + unit.copies);
  return [...copies]
    .sort(([a], [b]) => a - b)
    .map(([need, count]) => ({ id: needs[need]!.id, copies: count, ...whyOf(need) }));
}
