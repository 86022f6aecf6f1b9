// `node --import record-modules.mjs ...` writes the address of every module that Node loads to the file that
// BENCH_MODULES names, one a line. It registers itself as its own hooks.
import { appendFileSync } from "node:fs";
import { register } from "node:module";
import { isMainThread } from "node:worker_threads";

// Hooks run in a thread of their own.
if (isMainThread) register(import.meta.url);

export async function load(url, context, nextLoad) {
  appendFileSync(process.env.BENCH_MODULES, `${url}\n`);
  return nextLoad(url, context);
}
