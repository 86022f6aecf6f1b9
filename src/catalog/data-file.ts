import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { ConfigError, errorText } from "../errors.js";
import { packageRoot } from "../lib/package-root.js";

/** A cell of a row; rows end early where the rest is unknown. */
export type Cell = number | string | null | undefined;

/** data/types.json, as scripts/import-data.mjs writes it. */
export interface TypesFile {
  readonly asOf: { readonly types: string; readonly memory: string };
  /** What the letters of a row's `flags` mean. */
  readonly flags: Readonly<Record<string, string>>;
  readonly architectures: readonly (readonly string[])[];
  readonly ebsOptimized: readonly string[];
  readonly features: readonly (readonly string[])[];
  readonly columns: readonly string[];
  readonly types: Readonly<Record<string, readonly Cell[]>>;
}

/** data/regions/<region>.json. */
export interface RegionFile {
  readonly region: string;
  readonly asOf: {
    readonly prices: string;
    readonly advisor: string | null;
    readonly offerings: string | null;
    readonly verified: string | null;
  };
  readonly priceLevel: number;
  /** Priced, but not offered (any more); where offerings are known, every other row is offered. */
  readonly notOffered: readonly string[];
  readonly columns: readonly string[];
  readonly types: Readonly<Record<string, readonly Cell[]>>;
}

/** A cell's number; undefined where it is not known. */
export function number(cell: Cell): number | undefined {
  return typeof cell === "number" ? cell : undefined;
}

/** Where each column stands in a row. @throws ConfigError when the file lacks one: it is another version's. */
export function positions<Column extends string>(
  columns: readonly string[],
  wanted: readonly Column[],
): Readonly<Record<Column, number>> {
  const missing = wanted.find((column) => !columns.includes(column));
  if (missing !== undefined) throw unreadable(dataFolder(), new Error(`it has no column "${missing}"`));
  return Object.fromEntries(wanted.map((column) => [column, columns.indexOf(column)])) as Record<Column, number>;
}

/** @throws ConfigError when the installed package lacks the file or holds a broken one. */
export function readTypesFile(): TypesFile {
  return readDataFile("types.json") as TypesFile;
}

/** Undefined when the data does not cover the region. @throws ConfigError as `readTypesFile`. */
export function readRegionFile(region: string): RegionFile | undefined {
  // What a user typed becomes part of a path: only what can be a region's name.
  if (!/^[a-z0-9-]+$/.test(region)) return undefined;
  try {
    return readDataFile(path.join("regions", `${region}.json`)) as RegionFile;
  } catch (error) {
    if (dataRegions().includes(region)) throw error;
    return undefined;
  }
}

/** The regions that the data covers, sorted. @throws ConfigError when data/ is missing. */
export function dataRegions(): readonly string[] {
  const folder = path.join(dataFolder(), "regions");
  try {
    const names = readdirSync(folder);
    const regions = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
    return regions.sort();
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** Read at once: two files of 100 KB in all take a fraction of a millisecond, less than the hops of an asynchronous read. */
function readDataFile(name: string): unknown {
  const file = path.join(dataFolder(), name);
  try {
    return JSON.parse(readFileSync(file, "utf8")) as unknown;
  } catch (error) {
    throw unreadable(file, error);
  }
}

function dataFolder(): string {
  return path.join(packageRoot(import.meta.url), "data");
}

function unreadable(file: string, cause: unknown): ConfigError {
  return new ConfigError(`the catalogue's data at ${file} cannot be read: ${errorText(cause)}`, [], {
    hint: "Install reflow-ec2 anew; its data/ folder is part of it.",
    cause,
  });
}
