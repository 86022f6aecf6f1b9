// Usage: first-plan.mjs REGION WORKLOAD; prints how long the first plan of a process takes for 10,000 needs, in milliseconds.
import { bundledPath } from "./bundled.mjs";

const [, , region, workload] = process.argv;
const { madeWorkloads, measurer, regionCatalogue } = await import(bundledPath("planner"));
const measure = measurer(await regionCatalogue(region), () => Number.NaN);
const asked = madeWorkloads([10_000]).find((made) => made.workload === workload);
console.log(measure(asked).ms);
