// Runs benchmarks on the built program and prints what they measured.
//
//   npm run bench -- [NAME...] [--runs N] [--sizes 1,10,50] [--latency-ms N] [-o json] [--check]
//   npm run bench -- planner --catalogue FILE --workloads FILE -o json
//
// docs/benchmarks.md says what each measures and how to read it.
import { parseArgs } from "node:util";
import { allocate } from "./allocate.mjs";
import { list } from "./list.mjs";
import { planner, plannerOnFiles } from "./planner.mjs";
import { scale } from "./scale.mjs";
import { startup } from "./startup.mjs";
import { conditions, formatReport } from "./support/report.mjs";

const BENCHMARKS = { startup, allocate, list, planner, scale };

const { values: flags, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: process.env.BENCH_RUNS },
    sizes: { type: "string", default: process.env.BENCH_SIZES },
    "latency-ms": { type: "string", default: process.env.BENCH_LATENCY_MS ?? "0" },
    output: { type: "string", short: "o", default: "table" },
    check: { type: "boolean", default: false },
    catalogue: { type: "string" },
    workloads: { type: "string" },
  },
});

const unknown = names.find((name) => !(name in BENCHMARKS));
if (unknown !== undefined) fail(`no benchmark is called '${unknown}': there are ${Object.keys(BENCHMARKS).join(", ")}`);
const options = {
  runs: flags.runs === undefined ? undefined : wholeNumber("--runs", flags.runs, 1),
  sizes: flags.sizes?.split(",").map((size) => wholeNumber("--sizes", size, 1)),
  latencyMs: wholeNumber("--latency-ms", flags["latency-ms"], 0),
};

if (flags.catalogue !== undefined || flags.workloads !== undefined) {
  if (names.join() !== "planner" || flags.output !== "json")
    fail("--catalogue and --workloads go with planner -o json");
  const measured = await plannerOnFiles(flags).catch(({ message }) => fail(message));
  process.stdout.write(`${JSON.stringify(measured, undefined, 2)}\n`, () => process.exit());
  await new Promise(() => undefined);
}

const reports = [];
for (const name of names.length > 0 ? names : Object.keys(BENCHMARKS)) {
  console.error(`measuring ${name} ...`);
  const report = { name, ...(await BENCHMARKS[name](options)) };
  reports.push(report);
  if (flags.output !== "json") console.log(formatReport(report));
}
if (flags.output === "json") console.log(JSON.stringify({ schemaVersion: 1, ...conditions(), reports }, undefined, 2));
else console.log(Object.values(conditions()).join(", "));
if (flags.check && reports.some(({ bars }) => bars.some(({ met }) => !met))) process.exitCode = 1;

function wholeNumber(flag, text, least) {
  if (!/^\d+$/.test(text) || Number(text) < least) fail(`${flag} takes whole numbers from ${least} on, not '${text}'`);
  return Number(text);
}

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}
