// What Reflow of 2023 launches for a workload, written after its code's description; proven against recordings of the
// real program by test/bench/reflow-packing.test.ts.
import { add, scaledDistance, type Resources } from "../../src/pool/resources.js";
import { goSorted } from "./go-order.js";

/** A type as Reflow's driver sees it; the shape of test/fixtures/tables/catalogue.json. */
export interface CatalogueRow {
  readonly type: string;
  readonly resources: Resources;
  /** On demand, without volumes and credits. */
  readonly usdPerHour: number;
  readonly ebsMBps: number;
}

/** Reflow takes a type that is so much dearer, if it has so much more EBS throughput. */
const DEARER_USD = 0.03;
const DEARER_FACTOR = 1.15;
const FASTER_FACTOR = 1.5;

/** A type with its magnitude, by which Reflow settles ties. */
interface Prepared {
  readonly row: CatalogueRow;
  readonly magnitude: number;
}

/** The catalogue as the choice goes through it: by name. */
export type PreparedCatalogue = readonly Prepared[];

export function prepareCatalogue(catalogue: readonly CatalogueRow[]): PreparedCatalogue {
  return catalogue
    .map((row) => ({ row, magnitude: magnitude(row.resources) }))
    .sort((a, b) => (a.row.type < b.row.type ? -1 : 1));
}

/** The type that Reflow takes for a need on demand; undefined when none holds it at up to `maxUsd` an hour. */
export function reflowType(catalogue: PreparedCatalogue, need: Resources, maxUsd = Infinity): CatalogueRow | undefined {
  const amounts = Object.entries(need);
  const candidates = catalogue.filter(
    ({ row }) => row.usdPerHour <= maxUsd && amounts.every(([key, value]) => value <= (row.resources[key] ?? 0)),
  );
  const [cheapest] = [...candidates].sort((a, b) => a.row.usdPerHour - b.row.usdPerHour || b.magnitude - a.magnitude);
  let best = cheapest?.row;
  let upgraded = false;
  for (const { row } of candidates) {
    if (best === undefined) break;
    const near = row.usdPerHour < best.usdPerHour + DEARER_USD || row.usdPerHour < best.usdPerHour * DEARER_FACTOR;
    if (!upgraded && near && row.ebsMBps > best.ebsMBps * FASTER_FACTOR) {
      best = row;
      upgraded = true;
    } else if (upgraded && row.usdPerHour < best.usdPerHour && row.ebsMBps >= best.ebsMBps) {
      best = row;
    }
  }
  return best;
}

/**
 * How many instances of each type Reflow launches for needs, a width above 1 standing for so many copies: the copies
 * by increasing magnitude, added up as long as a type holds the sum.
 */
export function reflowLaunches(
  catalogue: PreparedCatalogue,
  needs: readonly { readonly min: Resources; readonly width: number }[],
): Record<string, number> {
  const copies = goSorted(needs, ({ min }) => magnitude(min)).flatMap(({ min, width }) =>
    Array.from({ length: Math.max(width, 1) }, () => min),
  );
  const launches: Record<string, number> = {};
  let sum: Resources = {};
  let chosen: CatalogueRow | undefined;
  const launch = (): void => {
    if (chosen !== undefined) launches[chosen.type] = (launches[chosen.type] ?? 0) + 1;
  };
  for (const min of copies) {
    const more = add(sum, min);
    const type = reflowType(catalogue, more);
    if (type !== undefined) {
      [sum, chosen] = [more, type];
      continue;
    }
    launch();
    chosen = reflowType(catalogue, min);
    sum = chosen === undefined ? {} : min;
  }
  launch();
  return launches;
}

function magnitude(resources: Resources): number {
  return scaledDistance(resources, undefined, 2023);
}
