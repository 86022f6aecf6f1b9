import { covers } from "./amounts.js";
import { neededLevels } from "./interruption.js";
import type { TableRow } from "./offering-table.js";
import { pack, type Effort } from "./packing/pack.js";
import type { Unit } from "./units.js";

/** An instance to launch, with what it is for. */
export interface FleetInstance {
  readonly row: TableRow;
  readonly units: readonly Unit[];
}

/** Instances for all of some units. */
export interface Fleet {
  readonly instances: readonly FleetInstance[];
  /** What no fleet can count for less than, millionths of a dollar an hour. */
  readonly bound: number;
}

/** How a fleet is looked for. */
export interface FleetOptions {
  readonly effort: Effort;
  /** Millionths of a dollar an hour that each launch counts for beside its price: the more, the fewer launches. */
  readonly launchPenalty: number;
}

/**
 * A cheap fleet for units, each of which some row holds. Units that fit steady offerings never go to those that are
 * interrupted more often.
 */
export function fleetFor(units: readonly Unit[], table: readonly TableRow[], options: FleetOptions): Fleet {
  const instances: FleetInstance[] = [];
  let bound = 0;
  for (const [level, ofLevel] of byLevel(units, table)) {
    const rows = table.filter((row) => row.level <= level);
    const shared = packed(
      ofLevel.filter(({ alone }) => !alone),
      rows,
      options,
    );
    const alone = ofLevel.filter((unit) => unit.alone).map((unit) => ({ row: cheapestRow(unit, rows), units: [unit] }));
    instances.push(...shared.instances, ...alone);
    bound += shared.bound + alone.reduce((sum, { row }) => sum + row.price, 0);
  }
  return { instances, bound };
}

/** The units by the least level that serves them, the steadiest first. */
function byLevel(units: readonly Unit[], table: readonly TableRow[]): [number, readonly Unit[]][] {
  if (table.every(({ level }) => level === 1)) return [[1, units]];
  const levels = neededLevels(
    units.map(({ amounts }) => amounts),
    table,
  );
  return [...new Set(levels)].sort().map((level = 1) => [level, units.filter((_, at) => levels[at] === level)]);
}

/**
 * The first row that holds the unit, of the least level on which there is one.
 * @throws Error when none does: callers have made sure of that.
 */
export function cheapestRow({ amounts }: Unit, rows: readonly TableRow[]): TableRow {
  let best: TableRow | undefined;
  for (const row of rows) {
    if (row.level >= (best?.level ?? Infinity) || !covers(row.amounts, amounts)) continue;
    best = row;
    if (row.level === 1) break;
  }
  if (best === undefined) throw new Error("a unit fits no offering");
  return best;
}

function packed(units: readonly Unit[], rows: readonly TableRow[], { effort, launchPenalty }: FleetOptions): Fleet {
  if (units.length === 0) return { instances: [], bound: 0 };
  const groups = groupByAmounts(units);
  const shapes = groups.map(([unit]) => unit!.amounts);
  const useful = undominated(rows, shapes);
  const dimensions = units[0]!.amounts.length;
  const { fleet, bound } = pack(
    {
      dimensions,
      shapes: flat(shapes, dimensions),
      copies: Int32Array.from(groups, (members) => members.length),
      capacities: flat(
        useful.map(({ amounts }) => amounts),
        dimensions,
      ),
      prices: Float64Array.from(useful, ({ price }) => price + launchPenalty),
    },
    effort,
  );
  // Copies of a shape are alike: they are handed out in their order.
  const handedOut = new Int32Array(shapes.length);
  const instances = fleet.map(({ offering, shapes: held }) => ({
    row: useful[offering]!,
    units: held.map((shape) => groups[shape]![handedOut[shape]!++]!),
  }));
  return { instances, bound };
}

/** The largest prime below 2 to the power of 32. */
const HASH_MODULUS = 4_294_967_291;

/** Units of the same amounts together, in the order of the first of each. */
function groupByAmounts(units: readonly Unit[]): Unit[][] {
  const groups: Unit[][] = [];
  // The copies of a need are alike.
  const byNeed: (Unit[] | undefined)[] = [];
  const byHash = new Map<number, Unit[]>();
  for (const unit of units) {
    let group = byNeed[unit.need];
    if (group === undefined) {
      group = byNeed[unit.need] = groupOf(unit, byHash);
      if (group.length === 0) groups.push(group);
    }
    group.push(unit);
  }
  return groups;
}

/** The group of the unit's amounts; a new one when it is the first of them. Their text as a key would take longer to make. */
function groupOf({ amounts }: Unit, byHash: Map<number, Unit[]>): Unit[] {
  let hash = 0;
  for (const amount of amounts) hash = (31 * hash + amount) % HASH_MODULUS;
  for (; ; hash += 1) {
    const group = byHash.get(hash);
    if (group === undefined) {
      const first: Unit[] = [];
      byHash.set(hash, first);
      return first;
    }
    if (isSame(group[0]!.amounts, amounts)) return group;
  }
}

function isSame(one: readonly number[], other: readonly number[]): boolean {
  for (let d = 0; d < one.length; d += 1) if (one[d] !== other[d]) return false;
  return true;
}

/** Vectors one after the other. */
function flat(vectors: readonly (readonly number[])[], dimensions: number): Float64Array {
  const all = new Float64Array(vectors.length * dimensions);
  vectors.forEach((vector, at) => all.set(vector, at * dimensions));
  return all;
}

/** The rows that hold some shape, less those for which an earlier, and so better, row holds as much. */
function undominated(rows: readonly TableRow[], shapes: readonly (readonly number[])[]): TableRow[] {
  // What does not hold the least of each resource holds no shape: most small rows are sorted out by that.
  const least = shapes[0]!.map((_, d) => shapes.reduce((min, amounts) => Math.min(min, amounts[d]!), Infinity));
  const kept: TableRow[] = [];
  for (const row of rows) {
    if (!covers(row.amounts, least) || kept.some(({ amounts }) => covers(amounts, row.amounts))) continue;
    if (shapes.some((amounts) => covers(row.amounts, amounts))) kept.push(row);
  }
  return kept;
}
