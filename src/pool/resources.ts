import { sizeText } from "./sizes.js";

export { parseCpu, parseSize, sizeText } from "./sizes.js";

/**
 * A resource vector: `mem` and `disk` in bytes, `cpu` in vCPUs (fractions allowed), features such as `intel_avx` one
 * unit per vCPU. A missing key reads as 0.
 */
export type Resources = Readonly<Record<string, number>>;

/** The year of the Reflow whose rules count, where they differ; the same years as a configuration's generation. */
export type Generation = 2020 | 2023;

/** Keys that are printed first, and together. */
const BASE_KEYS = new Set(["mem", "cpu", "disk"]);

/** GiB of memory that weigh as much as one vCPU when two vectors are compared. */
const MEMORY_WEIGHT_GIB: Readonly<Record<Generation, number>> = { 2020: 6, 2023: 8 };

/** The amount under `key`; 0 when it is missing. */
export function amount(r: Resources, key: string): number {
  return Object.hasOwn(r, key) ? (r[key] ?? 0) : 0;
}

/** `x` and `y` summed key by key. */
export function add(x: Resources, y: Resources): Resources {
  return overlay(x, y, (a, b) => a + b);
}

/** `x` less `y`; a key of `y` alone becomes negative. */
export function sub(x: Resources, y: Resources): Resources {
  return overlay(x, y, (a, b) => a - b);
}

/**
 * The lesser of both as Reflow computes it: a key of `x` alone keeps its value (it is not lowered to 0), a key of `y`
 * alone appears only when it is negative.
 */
export function min(x: Resources, y: Resources): Resources {
  return overlay(x, y, (a, b) => (b < a ? b : undefined));
}

/** The greater of both; a key of `y` alone appears only when it is positive. */
export function max(x: Resources, y: Resources): Resources {
  return overlay(x, y, (a, b) => (b > a ? b : undefined));
}

/** Every amount times `factor`. */
export function scale(r: Resources, factor: number): Resources {
  return Object.fromEntries(Object.entries(r).map(([key, value]) => [key, value * factor]));
}

/** Whether `a` has at least what `b` names, key by key; what `b` does not name does not count. */
export function available(a: Resources, b: Resources): boolean {
  return Object.keys(b).every((key) => !(amount(a, key) < amount(b, key)));
}

/** Whether both have the same amounts on all keys of either. */
export function equal(a: Resources, b: Resources): boolean {
  return [...Object.keys(a), ...Object.keys(b)].every((key) => amount(a, key) === amount(b, key));
}

/** Whether nothing is there: no key, or zeros alone. */
export function isZero(r: Resources): boolean {
  return equal(r, {});
}

/**
 * How far `a` is from `b` in memory and vCPUs, one vCPU counting as much as 6 GiB (2020) or 8 GiB (2023); disk and
 * features do not count. Without `b`: the magnitude by which Reflow sorts.
 */
export function scaledDistance(a: Resources, b: Resources | undefined, generation: Generation): number {
  const other = b ?? {};
  // Go folds the reciprocal into one constant and multiplies; dividing gives another last digit for the 2020 weight.
  const perByte = 1 / (MEMORY_WEIGHT_GIB[generation] * 2 ** 30);
  return (
    Math.abs(amount(a, "mem") - amount(other, "mem")) * perByte + Math.abs(amount(a, "cpu") - amount(other, "cpu"))
  );
}

/** The quotient `a / b` of each key that both have, by IEEE rules where `b` is 0. */
export function div(a: Resources, b: Resources): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.keys(b)
      .filter((key) => Object.hasOwn(a, key))
      .map((key) => [key, amount(a, key) / amount(b, key)]),
  );
}

/** The largest quotient `a / b` over the keys that both have, never below 0. */
export function maxRatio(a: Resources, b: Resources): number {
  return Object.values(div(a, b)).reduce((largest, ratio) => (ratio > largest ? ratio : largest), 0);
}

/**
 * The text that Reflow prints: `{mem:2.0GiB cpu:1 disk:10.0GiB intel_avx:1}`. The three base keys appear together when
 * one of them is not zero, the others in sorted order when they are not zero.
 */
export function resourcesText(r: Resources): string {
  const base = [...BASE_KEYS].some((key) => amount(r, key) !== 0)
    ? `mem:${sizeText(amount(r, "mem"))} cpu:${numberText(amount(r, "cpu"))} disk:${sizeText(amount(r, "disk"))}`
    : "";
  const others = Object.keys(r)
    .filter((key) => !BASE_KEYS.has(key) && amount(r, key) !== 0)
    .sort()
    .map((key) => ` ${key}:${numberText(amount(r, key))}`);
  return `{${base}${others.join("")}}`;
}

/** Go's `%g`: the shortest digits that read back the same, with an exponent below 1e-04 and from 1e+06 on. */
function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const [digits = "", exponentText = "0"] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** A copy of `x` in which each key of `y` has what `combine` gives, or stays as it is where that is undefined. */
function overlay(x: Resources, y: Resources, combine: (a: number, b: number) => number | undefined): Resources {
  const result = new Map(Object.entries(x));
  for (const key of Object.keys(y)) {
    const value = combine(amount(x, key), amount(y, key));
    if (value !== undefined) result.set(key, value);
  }
  return Object.fromEntries(result);
}
