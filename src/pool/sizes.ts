import { UsageError } from "../errors.js";

const UNITS = ["EiB", "PiB", "TiB", "GiB", "MiB", "KiB"] as const;

/** Go keeps sizes in a signed 64-bit integer. */
const SIZE_LIMIT = 2 ** 63;

const BYTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["b", 1],
  ...["k", "m", "g", "t", "p", "e"].flatMap((letter, index): [string, number][] => [
    [`${letter}ib`, 1024 ** (index + 1)],
    [`${letter}i`, 1024 ** (index + 1)],
    [`${letter}b`, 1000 ** (index + 1)],
  ]),
]);

/** What a decimal number looks like on the command line: no sign, no exponent. */
const DECIMAL = /^(?:\d+(?:\.\d*)?|\.\d+)$/;

/**
 * A byte count as Reflow prints it: cut to whole bytes, then the largest unit that it reaches with one decimal
 * (`1.5GiB`, `1024.0KiB`), or `<n>B` below 1024. Exact ties go to the even digit, as in Go: 1.25 GiB is `1.2GiB`.
 */
export function sizeText(bytes: number): string {
  const whole = Math.trunc(bytes) + 0;
  const size = Math.abs(whole);
  for (const [index, unit] of UNITS.entries()) {
    const unitBytes = 1024 ** (UNITS.length - index);
    if (size >= unitBytes) return `${whole < 0 ? "-" : ""}${oneDecimal(size / unitBytes)}${unit}`;
  }
  return `${whole}B`;
}

/** `toFixed(1)` rounds the exact value and sends ties up; with one decimal only x.25 ties to an odd digit. */
function oneDecimal(value: number): string {
  return value % 1 === 0.25 ? `${Math.floor(value)}.2` : value.toFixed(1);
}

/**
 * Bytes of a size that a person typed: a number above zero and a unit, `32GiB`, `1.5 TiB`, `500MB`, `4096B`; letter
 * case does not matter. `KiB` to `EiB` (and `Ki` to `Ei`) count in 1024s, `KB` to `EB` in 1000s, as the units are
 * defined. A bare number and a bare letter are refused: `32` is hardly meant as bytes, and `32G` is 2^30 in Slurm and
 * Docker but 10^9 in Kubernetes.
 * @param what names the value in messages, e.g. `--mem`.
 * @throws UsageError
 */
export function parseSize(text: string, what = "size"): number {
  const fail = (problem: string): never => {
    throw new UsageError(`${what} ${quoted(text)} ${problem}`, {
      hint: `Give a number above zero and a unit (B, KiB, MiB, GiB, TiB, PiB or EiB), e.g. ${option(what)}32GiB.`,
    });
  };
  const [, digits = "", unit = ""] = /^([^a-z\s]*)\s*([a-z]*)$/i.exec(text.trim()) ?? [];
  if (/^[-\u2212]/.test(digits)) fail("is negative");
  if (!DECIMAL.test(digits)) fail("is not a size");
  if (unit === "") fail("has no unit");
  const unitBytes = BYTES_PER_UNIT.get(unit.toLowerCase());
  if (unitBytes === undefined) {
    return fail(
      /^[kmgtpe]$/i.test(unit)
        ? `is ambiguous: ${unit} may count in 1024s or in 1000s, write ${unit.toUpperCase()}iB or ${unit.toUpperCase()}B`
        : `has an unknown unit, ${quoted(unit)}`,
    );
  }
  const bytes = Math.round(Number(digits) * unitBytes);
  if (bytes === 0) fail(Number(digits) === 0 ? "is zero" : "is less than a byte");
  if (bytes >= SIZE_LIMIT) fail("is larger than any size that Reflow can count (8EiB)");
  return bytes;
}

/**
 * vCPUs that a person typed: a number above zero, fractions allowed, such as `8` or `0.5`.
 * @param what names the value in messages, e.g. `--cpu`.
 * @throws UsageError
 */
export function parseCpu(text: string, what = "cpu"): number {
  const fail = (problem: string): never => {
    throw new UsageError(`${what} ${quoted(text)} ${problem}`, {
      hint: `Give a number of vCPUs above zero, e.g. ${option(what)}8 or ${option(what)}0.5.`,
    });
  };
  const digits = text.trim();
  if (/^[-\u2212]/.test(digits)) fail("is negative");
  if (!DECIMAL.test(digits)) fail("is not a number of vCPUs");
  const cpus = Number(digits);
  if (cpus === 0) fail("is zero");
  if (cpus > Number.MAX_SAFE_INTEGER) fail("is larger than any number of vCPUs");
  return cpus;
}

/** The wrong value for a message: one line, not longer than a line. */
function quoted(text: string): string {
  const line = JSON.stringify(text);
  return line.length > 60 ? `${line.slice(0, 56)}…"` : line;
}

function option(what: string): string {
  return what.startsWith("--") ? `${what} ` : "";
}
