import { creditsUsdPerHour } from "./cpu-credits.js";
import type { CatalogType, Market } from "./model.js";
import { volumeUsdPerHour, type PricedVolume } from "./volume-price.js";

export type { PricedVolume } from "./volume-price.js";

/** What the bill will say for one instance, USD an hour. */
export interface TruePrice {
  readonly instanceUsd: number;
  readonly volumesUsd: number;
  /** CPU credits of a burstable type at full use. */
  readonly creditsUsd: number;
  readonly totalUsd: number;
  /** `spot` is a current spot price; `bound` the on-demand price as an upper bound for spot. */
  readonly basis: "on-demand" | "spot" | "bound";
}

/** What a price is asked for. */
export interface TruePriceRequest {
  readonly type: CatalogType;
  readonly market: Market;
  /** All volumes, root and data. */
  readonly volumes: readonly PricedVolume[];
  /** Current spot price an hour, where known. */
  readonly spotUsd?: number | undefined;
}

/**
 * What the bill will say for an instance, USD an hour: the instance itself, its volumes, and the CPU credits of a
 * burstable type at full use. A spot instance whose current price is not known is counted at the on-demand price,
 * which it never exceeds by default. Undefined when there is no price for the type in its region.
 */
export function truePrice(request: TruePriceRequest): TruePrice | undefined {
  const { type, market, volumes } = request;
  const spotUsd = market === "spot" && isPrice(request.spotUsd) ? request.spotUsd : undefined;
  const instanceUsd = spotUsd ?? type.onDemandUsd;
  if (!isPrice(instanceUsd)) return undefined;
  const volumesUsd = volumes.reduce((usd, volume) => usd + volumeUsdPerHour(volume, type.priceLevel), 0);
  const creditsUsd = creditsUsdPerHour(type);
  return {
    instanceUsd,
    volumesUsd,
    creditsUsd,
    totalUsd: instanceUsd + volumesUsd + creditsUsd,
    basis: market === "on-demand" ? "on-demand" : spotUsd === undefined ? "bound" : "spot",
  };
}

function isPrice(usd: number | undefined): usd is number {
  return usd !== undefined && Number.isFinite(usd) && usd > 0;
}
