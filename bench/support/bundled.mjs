// TypeScript of the benchmarks, and what it takes of the sources, for Node to run.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { ROOT } from "./program.mjs";

/** Bundles `bench/<name>/index.ts` and imports it; below the project, so that it finds the catalogue's data. */
export async function bundled(name) {
  const outfile = outfileOf(name);
  await mkdir(path.dirname(outfile), { recursive: true });
  await build({
    entryPoints: [path.join(ROOT, `bench/${name}/index.ts`)],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  return import(bundledPath(name));
}

/** Where what `bundled` made can be imported from, by other processes too. */
export function bundledPath(name) {
  return pathToFileURL(outfileOf(name)).href;
}

function outfileOf(name) {
  return path.join(ROOT, `node_modules/.cache/reflow-ec2/${name}.mjs`);
}
