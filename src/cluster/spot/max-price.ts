import type { ClusterContext } from "../context.js";

/**
 * The most that a spot instance of the type may cost an hour, in USD; undefined for no cap. Where the catalogue has no
 * on-demand price, a cap by it is none: EC2 itself never charges more for spot.
 */
export function maxSpotUsd(
  { settings, catalog }: Pick<ClusterContext, "settings" | "catalog">,
  instanceType: string,
): number | undefined {
  const { maxPrice } = settings.spot;
  return maxPrice === "on-demand" ? catalog.types.get(instanceType)?.onDemandUsd : maxPrice;
}
