/** What decides about zones; what is not known is absent. */
export interface ZoneAdvice {
  /** Placement scores, 1 to 10, by zone. */
  readonly scores?: ReadonlyMap<string, number> | undefined;
  /** Prices of the type, USD an hour, by zone. */
  readonly prices?: ReadonlyMap<string, number> | undefined;
}

/**
 * Zones for a spot launch, best first: by placement score where there is one, then by price, then as given. A zone that
 * EC2 says nothing of comes after those that it does.
 */
export function orderZones<P extends { readonly zone: string | undefined }>(
  places: readonly P[],
  { scores, prices }: ZoneAdvice,
): readonly P[] {
  const scoreOf = ({ zone = "" }: P): number => scores?.get(zone) ?? 0;
  const priceOf = ({ zone = "" }: P): number => prices?.get(zone) ?? Number.MAX_VALUE;
  return [...places].sort((a, b) => scoreOf(b) - scoreOf(a) || priceOf(a) - priceOf(b));
}
