// What bench/planner.mjs calls; bundled by it.
export { loadBoundSolver } from "./lower-bound.js";
export { measurer } from "./measure.js";
export { regionCatalogue } from "./regions.js";
export { madeWorkloads } from "./workloads.js";
