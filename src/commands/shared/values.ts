import { UsageError } from "../../errors.js";

/** A whole number from `least` to `most`. @throws UsageError for anything else */
export function parseWhole(text: string, flag: string, least: number, most: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${flag} '${text}' is not a whole number from ${least} to ${most}`, {
    hint: `For example ${flag} ${Math.min(4, most)}.`,
  });
}

/** An availability zone. @throws UsageError for what can be none */
export function parseZone(text: string): string {
  if (/^[a-z]{2,}(-[a-z0-9]+)+[a-z]$/.test(text)) return text;
  throw new UsageError(`--zone '${text}' is not an availability zone`, { hint: "For example --zone us-west-2a." });
}

/** A positive amount of USD. @throws UsageError for anything else */
export function parseUsd(text: string, flag: string): number {
  const usd = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  if (usd > 0) return usd;
  throw new UsageError(`${flag} '${text}' is not a price in USD`, { hint: `For example ${flag} 0.25.` });
}

/** Collects the values of a flag that may be given again and again. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
