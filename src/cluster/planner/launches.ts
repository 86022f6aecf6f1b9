import { covers } from "./amounts.js";
import type { FleetInstance } from "./fleet.js";
import type { Need, PlacedNeed, PlannedLaunch } from "./model.js";
import type { TableRow } from "./offering-table.js";
import type { Unit } from "./units.js";

/** What launches are told with. */
export interface LaunchContext {
  readonly needs: readonly Need[];
  readonly table: readonly TableRow[];
  /** Resources in the order of the amounts. */
  readonly keys: readonly string[];
}

/** Groups a fleet into launches of one offering each, those that cost most first. */
export function launchesOf(instances: readonly FleetInstance[], context: LaunchContext): PlannedLaunch[] {
  const { needs, table } = context;
  const byRow = new Map<TableRow, FleetInstance[]>();
  for (const instance of instances) {
    const group = byRow.get(instance.row);
    if (group === undefined) byRow.set(instance.row, [instance]);
    else group.push(instance);
  }
  const usdOf = ([{ offering }, group]: [TableRow, FleetInstance[]]): number => offering.price.totalUsd * group.length;
  const rank = new Map(table.map((row, at) => [row, at]));
  return [...byRow]
    .sort((a, b) => usdOf(b) - usdOf(a) || rank.get(a[0])! - rank.get(b[0])!)
    .map(([row, group]) => {
      const placed = group.map(({ units }) => placedNeeds(units, needs));
      return {
        offering: row.offering,
        count: group.length,
        instances: placed,
        reason: reasonOf(row, group, instances.length, context),
      };
    });
}

/** Units as needs with their number of copies, in the order of arrival. */
export function placedNeeds(units: readonly Unit[], needs: readonly Need[]): PlacedNeed[] {
  const placed: { id: string; copies: number }[] = [];
  let last: number | undefined;
  for (const { need, copies } of [...units].sort((a, b) => a.need - b.need)) {
    if (need === last) placed.at(-1)!.copies += copies;
    else placed.push({ id: needs[need]!.id, copies });
    last = need;
  }
  return placed;
}

function reasonOf(
  row: TableRow,
  group: readonly FleetInstance[],
  fleetSize: number,
  { keys, table }: LaunchContext,
): string {
  const bound = row.offering.price.basis === "bound" ? " (the spot price is not known: priced as on demand)" : "";
  const pieces = group.reduce((sum, { units }) => sum + units.length, 0);
  const [unit] = group[0]!.units;
  if (unit !== undefined && pieces === 1) {
    const fitting = table.filter(({ amounts }) => covers(amounts, unit.amounts)).length;
    const among = fitting === 1 ? "the only offering that fits" : `the cheapest of ${fitting} offerings that fit`;
    return `${among}${bound}`;
  }
  const part = fleetSize === group.length ? "the cheapest fleet found" : "part of the cheapest fleet found";
  return `${part}: holds ${pieces} at ${usedText(row, group, keys)}${bound}`;
}

/** E.g. `cpu 99 % and mem 97 %`. */
function usedText({ amounts }: TableRow, group: readonly FleetInstance[], keys: readonly string[]): string {
  const sums = keys.map(() => 0);
  for (const { units } of group)
    for (const unit of units) for (let d = 0; d < sums.length; d += 1) sums[d]! += unit.amounts[d]!;
  const used = keys.flatMap((key, d) => {
    const sum = sums[d]!;
    return sum === 0 ? [] : [`${key} ${Math.floor((100 * sum) / (amounts[d]! * group.length))} %`];
  });
  return used.join(" and ");
}
