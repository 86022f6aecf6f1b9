/** Durations in Go's text form, as Reflow's configuration and command lines have them: `10m0s`, `1.5h`, `250ms`. */

const NS_PER_MS = 1_000_000;

/** Both letters that Unicode has for micro are accepted, as in Go. */
const NS_PER_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

/** Go counts nanoseconds in a signed 64-bit integer, about 292 years. */
const MAX_NS = 2n ** 63n - 1n;

/** Longer text is no duration that anybody means, and big integers made of it would be slow. */
const MAX_LENGTH = 100;

const WHOLE = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/u;
const PART = /(\d*)\.?(\d*)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/gu;

/**
 * Milliseconds (with a fraction below one) of a Go duration such as `1h30m`, `1.5s`, `-2m` or `0`; undefined when Go
 * would refuse the text: empty, without unit, unknown unit, with spaces, or beyond 292 years.
 */
export function parseGoDuration(text: string): number | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  if (/^[+-]?0$/.test(text)) return 0;
  const whole = WHOLE.exec(text);
  if (whole === null) return undefined;
  let totalNs = 0n;
  for (const [, digits = "", fraction = "", unit = ""] of (whole[2] ?? "").matchAll(PART)) {
    const unitNs = NS_PER_UNIT[unit] ?? 0n;
    // Go drops what is finer than a nanosecond, part by part.
    totalNs += BigInt(digits || "0") * unitNs + (BigInt(fraction || "0") * unitNs) / 10n ** BigInt(fraction.length);
  }
  if (totalNs > MAX_NS) return undefined;
  const ms = Number(totalNs) / NS_PER_MS;
  return whole[1] === "-" && ms !== 0 ? -ms : ms;
}

/**
 * The text that Go prints for a duration of `ms` milliseconds: `10m0s`, `1h0m0s`, `1.5s`, `250ms`, `0s`. Rounded to
 * nanoseconds; what Go cannot hold becomes its longest duration, and NaN becomes `0s`.
 */
export function formatGoDuration(ms: number): string {
  const ns = toNanoseconds(ms);
  if (ns === 0n) return "0s";
  const sign = ns < 0n ? "-" : "";
  const size = ns < 0n ? -ns : ns;
  if (size < 1_000n) return `${sign}${size}ns`;
  if (size < 1_000_000n) return `${sign}${decimal(size, 3)}\u00b5s`;
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 6)}ms`;
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return `${sign}${seconds}`;
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function toNanoseconds(ms: number): bigint {
  if (Number.isNaN(ms)) return 0n;
  const ns = ms * NS_PER_MS;
  if (Math.abs(ns) >= 2 ** 63) return ns < 0 ? -MAX_NS : MAX_NS;
  return BigInt(Math.round(ns));
}

/** `value` with the decimal point moved `places` to the left, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const text = value.toString().padStart(places + 1, "0");
  const fraction = text.slice(-places).replace(/0+$/, "");
  return fraction === "" ? text.slice(0, -places) : `${text.slice(0, -places)}.${fraction}`;
}
