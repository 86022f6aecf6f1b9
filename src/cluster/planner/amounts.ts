import { amount, type Resources } from "../../pool/resources.js";

/** Bytes are whole already; vCPUs and features are counted in billionths. */
const WHOLE_KEYS = new Set(["mem", "disk"]);
const PER_UNIT = 1e9;

/** Binary fractions such as 0.1 come this near to the billionth that was meant. */
const NEAR = 1e-3;

/** The resources that any of the vectors names, sorted. */
export function resourceKeys(vectors: readonly Resources[]): readonly string[] {
  const keys = new Set<string>();
  for (const vector of vectors) for (const key of Object.keys(vector)) if (!(amount(vector, key) <= 0)) keys.add(key);
  return [...keys].sort();
}

/** A needed vector in whole numbers, so that sums are exact; rounded up. What is not a number can never be had. */
export function neededAmounts(need: Resources, keys: readonly string[]): number[] {
  return keys.map((key) => {
    const wanted = amount(need, key);
    return Number.isNaN(wanted) ? Infinity : Math.max(0, rounded(key, wanted, Math.ceil));
  });
}

/** An offered vector in the same whole numbers; rounded down. */
export function offeredAmounts(offered: Resources, keys: readonly string[]): number[] {
  return keys.map((key) => Math.max(0, rounded(key, amount(offered, key), Math.floor) || 0));
}

function rounded(key: string, value: number, round: (value: number) => number): number {
  const scaled = WHOLE_KEYS.has(key) ? value : value * PER_UNIT;
  const nearest = Math.round(scaled);
  return Math.abs(scaled - nearest) < NEAR ? nearest : round(scaled);
}

/** Whether the offered amounts cover the needed ones. */
export function covers(offered: readonly number[], needed: readonly number[]): boolean {
  for (let at = 0; at < needed.length; at += 1) if (!(needed[at]! <= offered[at]!)) return false;
  return true;
}

/** Those whose vector no other's covers: what fits any fits one of these. */
export function largestBy<T>(items: readonly T[], amountsOf: (item: T) => readonly number[]): readonly T[] {
  const kept: { item: T; amounts: readonly number[] }[] = [];
  const largestFirst = items
    .map((item) => ({ item, amounts: amountsOf(item) }))
    .map((one) => ({ ...one, sum: one.amounts.reduce((sum, value) => sum + value, 0) }))
    .sort((a, b) => b.sum - a.sum);
  for (const one of largestFirst) if (!kept.some(({ amounts }) => covers(amounts, one.amounts))) kept.push(one);
  return kept.map(({ item }) => item);
}
