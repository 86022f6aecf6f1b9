import { mismatch, text, integer, type Decoder } from "./wire-json.js";

const NS_PER_MS = 1_000_000;

/** RFC 3339 as Go writes and reads it. */
const RFC3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Go's zero time, the wire's word for "never". */
const ZERO_TIME = "0001-01-01T00:00:00Z";
const ZERO_TIME_MS = Date.parse(ZERO_TIME);
const LAST_TIME_MS = Date.parse("9999-12-31T23:59:59.999Z");

/** A JSON duration, whole nanoseconds, as milliseconds. */
export const durationMs: Decoder<number> = (json, path) => integer(json, path) / NS_PER_MS;

/** Milliseconds as the whole nanoseconds of a JSON duration. Finite numbers only. */
export function durationJson(ms: number): number {
  return Math.round(ms * NS_PER_MS) + 0;
}

/** A JSON time as milliseconds since 1970, cut to whole ones; undefined for the zero time. */
export const timeMs: Decoder<number | undefined> = (json, path) => {
  const value = text(json, path);
  if (value === "") return undefined;
  const ms = parseGoTime(value);
  if (ms === undefined) throw mismatch("a time", json, path);
  return ms === ZERO_TIME_MS ? undefined : ms;
};

/** The text that Go writes for a time: RFC 3339 in UTC, no trailing zeros; the zero time for undefined and what no such text can say. */
export function formatGoTime(ms: number | undefined): string {
  if (ms === undefined || !(ms >= ZERO_TIME_MS && ms <= LAST_TIME_MS)) return ZERO_TIME;
  return new Date(ms).toISOString().replace(/\.?0*Z$/, "Z");
}

function parseGoTime(value: string): number | undefined {
  const [, seconds, fraction = "", sign, hours = "0", minutes = "0"] = RFC3339.exec(value) ?? [];
  if (seconds === undefined) return undefined;
  const wholeMs = Date.parse(`${seconds}Z`);
  // February 30th is read as a day of March; Go refuses it.
  if (Number.isNaN(wholeMs) || new Date(wholeMs).toISOString().slice(0, 19) !== seconds) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === "-" ? -1 : 1);
  return wholeMs + Number(fraction.padEnd(3, "0").slice(0, 3)) - offsetMs;
}
