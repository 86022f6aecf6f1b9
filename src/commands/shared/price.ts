import { UsageError } from "../../errors.js";

/** USD of a price on the command line. @throws UsageError for what is no price above zero. */
export function parseUsd(text: string, flag: string): number {
  const usd = /^\d{1,6}(\.\d{1,6})?$/.test(text) ? Number(text) : NaN;
  if (usd > 0) return usd;
  throw new UsageError(`${flag} '${text}' is not a price in USD`, { hint: `For example ${flag} 0.25.` });
}
