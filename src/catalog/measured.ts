import type { Generation } from "../config/model.js";

/** What our own probes of a type in a region came to: the newest result alone. */
export interface MeasuredType {
  /** When it was probed, RFC 3339 in UTC to the second. */
  readonly date: string;
  /** It came up with a usable reflowlet, or did not. */
  readonly outcome: "verified" | "failed";
  /** The image that it booted. */
  readonly imageId: string;
  /** Version of the reflowlet on it. */
  readonly reflowVersion: string;
  readonly generation: Generation;
  /** How many instances the result rests on. */
  readonly samples: number;
  /** The least memory that was offered, bytes; of verified ones. */
  readonly memoryBytes?: number | undefined;
  /** The median from the launch to an offer; of verified ones. */
  readonly bootSeconds?: number | undefined;
  /** Why it did not come up, in one sentence; of failed ones. */
  readonly problem?: string | undefined;
}

/** Results of own probes: by region, then by type. */
export type MeasuredData = ReadonlyMap<string, ReadonlyMap<string, MeasuredType>>;

/** One type's result in a run of probes. */
export interface MeasuredResult extends Omit<MeasuredType, "date"> {
  readonly type: string;
  readonly region: string;
  /** Milliseconds since 1970. */
  readonly dateMs: number;
}

/** Nothing was ever measured. */
export const NOTHING_MEASURED: MeasuredData = new Map();

/** It grows when a field goes away or changes its meaning, not when one is added. */
export const MEASURED_SCHEMA_VERSION = 1;

/**
 * The data with the results in it. Of two results for a type in a region the newer one stays, and of two of the same
 * second the more cautious one, so that the order of merging does not matter.
 */
export function mergeMeasured(data: MeasuredData, results: readonly MeasuredResult[]): MeasuredData {
  const merged = new Map([...data].map(([region, types]) => [region, new Map(types)]));
  for (const { type, region, dateMs, ...rest } of results) {
    const types = merged.get(region) ?? new Map<string, MeasuredType>();
    merged.set(region, types);
    const result = { ...rest, date: secondText(dateMs) };
    const present = types.get(type);
    types.set(type, present === undefined ? result : later(present, result));
  }
  return merged;
}

/**
 * The data as a file's text: regions, types and fields sorted, a type on each line, so that a change of one type is a
 * change of one line. Reading it gives the same data.
 */
export function formatMeasured(data: MeasuredData): string {
  const regions = sorted(data).map(([region, types]) => {
    const rows = sorted(types).map(([type, row]) => `      ${JSON.stringify(type)}: ${rowText(row)}`);
    return `    ${JSON.stringify(region)}: {\n${rows.join(",\n")}\n    }`;
  });
  const body = regions.length === 0 ? "{}" : `{\n${regions.join(",\n")}\n  }`;
  return `{\n  "schemaVersion": ${MEASURED_SCHEMA_VERSION},\n  "regions": ${body}\n}\n`;
}

function secondText(dateMs: number): string {
  return `${new Date(dateMs).toISOString().slice(0, "2026-11-25T17:05:54".length)}Z`;
}

function later(one: MeasuredType, other: MeasuredType): MeasuredType {
  const [a, b] = [caution(one), caution(other)];
  return a >= b ? one : other;
}

/** Sorts the result that is to stay last: the newer one, the failed one, the one with less memory; then anyhow. */
function caution(row: MeasuredType): string {
  const memory = String(Number.MAX_SAFE_INTEGER - (row.memoryBytes ?? 0)).padStart(16, "0");
  return `${row.date} ${row.outcome === "failed" ? 1 : 0} ${memory} ${rowText(row)}`;
}

/** Fields in the order of the alphabet; what is not known is left out. */
function rowText(row: MeasuredType): string {
  const fields = sorted(Object.entries(row)).filter(([, value]) => value !== undefined);
  return `{ ${fields.map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(", ")} }`;
}

function sorted<T>(entries: Iterable<readonly [string, T]>): (readonly [string, T])[] {
  return [...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
