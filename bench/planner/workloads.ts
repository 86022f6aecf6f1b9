// Workloads: those of a file, and others made from a fixed seed.
import { seededRandom } from "../../src/lib/seeded-random.js";
import type { Requirements } from "../../src/pool/requirements.js";

/** The shape of test/fixtures/tables/packing.json, as far as it is read. */
export interface WorkloadRow {
  readonly workload: string;
  readonly n: number;
  /** `[vCPUs, memory bytes, disk bytes, width]`; a width above 1 stands for that many copies. */
  readonly requirementRows: readonly (readonly [number, number, number, number])[];
  /** What Reflow launched, where that was recorded. */
  readonly launches?: Readonly<Record<string, number>> | undefined;
}

const GIB = 2 ** 30;

/** The requirements of a workload; what is 0 is not asked for. */
export function needsOf({ requirementRows }: WorkloadRow): Requirements[] {
  return requirementRows.map(([cpu, mem, disk, width]) => ({
    min: Object.fromEntries(Object.entries({ cpu, mem, disk }).filter(([, value]) => value > 0)),
    width,
  }));
}

type MakeRow = (random: Random) => WorkloadRow["requirementRows"][number];

/** Draws a whole number from `least` to `most`. */
type Random = (least: number, most: number) => number;

/** As the recorded workloads are, as far as one can see from them. */
const MAKERS: Readonly<Record<string, MakeRow>> = {
  uniform: (random) => [random(1, 16), random(2, 64) * GIB, 0, 0],
  small: (random) => [1, random(512, 2048) * (GIB / 1024), 0, 0],
  large: (random) => [random(32, 96), random(64, 320) * GIB, 0, 0],
  memory: (random) => [random(1, 4), random(32, 220) * GIB, 0, 0],
  wide: (random) => [random(1, 8), random(2, 32) * GIB, random(5, 50) * GIB, random(0, 12)],
};

/** Five kinds of workloads of each size, the same each time. */
export function madeWorkloads(sizes: readonly number[]): WorkloadRow[] {
  return Object.entries(MAKERS).flatMap(([workload, make], kind) =>
    sizes.map((n) => {
      const next = seededRandom(1000 * n + kind);
      const random: Random = (least, most) => least + Math.floor(next() * (most - least + 1));
      return { workload, n, requirementRows: Array.from({ length: n }, () => make(random)) };
    }),
  );
}
