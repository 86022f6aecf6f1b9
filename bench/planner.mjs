// The planner's fleets beside what Reflow launches and beside the lower bound: dollars, instances, time.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { bundled } from "./support/bundled.mjs";
import { ROOT, runNode, times } from "./support/program.mjs";
import { bar } from "./support/report.mjs";
import { median, round } from "./support/statistics.mjs";

const TABLES = path.join(ROOT, "test/fixtures/tables");
const FIRST_PLAN = path.join(ROOT, "bench/support/first-plan.mjs");
const SIZES = [10, 100, 1_000, 10_000];
const REGIONS = ["us-east-1", "us-west-2"];
const DEFAULT_RUNS = 5;

/** Most that a fleet may cost above the bound, in percent, by workload and size. */
const MOST_ABOVE_BOUND = {
  1000: { uniform: 2, small: 2, memory: 2, large: 3, wide: 5 },
  100: { uniform: 6, small: 6, memory: 6, large: 6, wide: 6 },
};
const MOST_MS = 500;

export async function planner({ runs = DEFAULT_RUNS }) {
  const { loadBoundSolver, madeWorkloads, measurer, regionCatalogue } = await bundled("planner");
  const solveBound = await loadBoundSolver();
  const measure = measurer(await read(path.join(TABLES, "catalogue.json")), solveBound);
  const recorded = (await read(path.join(TABLES, "packing.json"))).map(measure);
  const made = madeWorkloads(SIZES).map(measure);
  const tables = [
    { title: "recorded workloads, on the catalogue of the recording", rows: recorded.map(figures) },
    { title: "made workloads, on the same catalogue", rows: made.map(figures) },
  ];
  const bars = recorded.flatMap(recordedBars);
  for (const region of REGIONS) {
    const measureThere = measurer(await regionCatalogue(region), solveBound);
    const rows = [];
    for (const workload of madeWorkloads([10_000])) {
      const measured = Array.from({ length: runs }, () => measureThere(workload));
      const firstMs = median(await times(runs, () => firstPlanMs(region, workload.workload)));
      rows.push({ ...figures(measured[0]), ms: round(median(measured.map(({ ms }) => ms))), firstMs: round(firstMs) });
      bars.push(bar(`${workload.workload} 10,000 in ${region}, a process's first plan`, firstMs, MOST_MS, "ms"));
    }
    tables.push({ title: `10,000 needs, all of ${region} today, medians of ${runs} runs`, rows });
  }
  return { tables, bars };
}

/** How long a plan takes in a process that has planned nothing yet, as a command's first one does. */
async function firstPlanMs(region, workload) {
  const { stdout } = await runNode([FIRST_PLAN, region, workload]);
  return Number(stdout);
}

/** Measures the workloads of a file on the catalogue of a file; those of the recordings where none is named. */
export async function plannerOnFiles({ catalogue, workloads }) {
  const { loadBoundSolver, measurer } = await bundled("planner");
  const rows = await read(catalogue ?? path.join(TABLES, "catalogue.json"));
  const measure = measurer(rows, await loadBoundSolver());
  return (await read(workloads ?? path.join(TABLES, "packing.json"))).map(measure);
}

function figures({ workload, n, launches, usdPerHour, boundUsdPerHour, reflowUsdPerHour, ms }) {
  return {
    workload: `${workload} ${n}`,
    usdPerHour: usdPerHour.toFixed(2),
    aboveBound: `${(100 * (usdPerHour / boundUsdPerHour - 1)).toFixed(2)} %`,
    reflowUsdPerHour: reflowUsdPerHour.toFixed(2),
    reflowAboveBound: `${(100 * (reflowUsdPerHour / boundUsdPerHour - 1)).toFixed(2)} %`,
    saved: `${(100 * (1 - usdPerHour / reflowUsdPerHour)).toFixed(1)} %`,
    instances: Object.values(launches).reduce((sum, count) => sum + count, 0),
    ms: round(ms),
  };
}

function recordedBars({ workload, n, usdPerHour, boundUsdPerHour, reflowUsdPerHour }) {
  const most = MOST_ABOVE_BOUND[n]?.[workload];
  const above = 100 * (usdPerHour / boundUsdPerHour - 1);
  return [
    ...(most === undefined ? [] : [bar(`${workload} ${n} above the bound`, above, most, "%")]),
    bar(`${workload} ${n} for the price of Reflow's fleet`, (100 * usdPerHour) / reflowUsdPerHour, 100.0001, "%"),
  ];
}

/** @throws with the file's name when it cannot be read. */
async function read(file) {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    throw new Error(`${file}: ${error.message}`, { cause: error });
  }
}
