/** A price an hour for people, with four decimals where cents would say too little; `?` when it is not known. */
export function usdText(hourlyUsd: number | undefined): string {
  if (hourlyUsd === undefined) return "?";
  return hourlyUsd < 1 ? hourlyUsd.toFixed(4) : hourlyUsd.toFixed(2);
}
