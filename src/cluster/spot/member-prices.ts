import type { ClusterCore } from "../core.js";
import type { Member } from "../members.js";

/**
 * Lets today's prices of the spot members be known, where a limit of the hourly cost depends on them: at on-demand prices,
 * which stand for what is not known, a cluster that is far below its limit may look as if it were over it.
 * @throws only the signal's reason
 */
export async function priceMembers(
  { settings, spotMarket }: Pick<ClusterCore, "settings" | "spotMarket">,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<void> {
  if (settings.maxHourlyUsd === Infinity) return;
  const types = members.filter(({ instance }) => instance.market === "spot").map(({ instance }) => instance.type);
  if (types.length > 0) await spotMarket.pricesOf([...new Set(types)], signal);
}
