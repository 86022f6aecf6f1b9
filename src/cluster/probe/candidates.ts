import { offeredResources } from "../../catalog/offered-resources.js";
import { UsageError, errorText } from "../../errors.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import type { Placement } from "../launch/placements.js";
import { priceOf } from "../limits.js";
import { storageOf } from "../plan-launch.js";
import type { PlannerOffering } from "../planner/model.js";
import type { Market } from "../ports.js";
import { orderZones } from "../spot/order-zones.js";
import type { ProbeMarket } from "./model.js";

/** One place to try a type in. */
export interface Candidate {
  readonly offering: PlannerOffering;
  readonly placement: Placement;
}

/** The market that a request means. */
export function marketOf({ settings }: Pick<ClusterCore, "settings">, market: ProbeMarket | undefined): ProbeMarket {
  return market ?? (settings.market === "spot" ? "fallback" : "on-demand");
}

/** The markets that are tried, in their order. */
export function marketsOf(market: ProbeMarket): readonly Market[] {
  return market === "fallback" ? ["spot", "on-demand"] : [market];
}

/**
 * Where the configuration and the request let instances be launched.
 * @throws UsageError when the request's zone is none of them; as findPlacements
 */
export async function probePlacements(
  core: ClusterCore,
  zone: string | undefined,
  signal: AbortSignal,
): Promise<readonly Placement[]> {
  const all = await core.preparation.placements(signal);
  if (zone === undefined) return all;
  const there = all.filter((placement) => placement.zone === zone);
  // Where EC2 would not tell its subnets, the zone is EC2's to judge.
  if (there.length === 0 && all.some((placement) => placement.zone === undefined))
    return [{ zone, subnetId: undefined }];
  if (there.length > 0) return there;
  throw new UsageError(`there is no subnet to launch in in ${zone}`, {
    hint: `give one of ${all.map((placement) => placement.zone).join(", ")}, or add a subnet to \`ec2cluster: subnets\``,
  });
}

/** Asks EC2 for what decides about candidates: where the types are sold, and spot prices. @throws the signal's reason */
export async function lookAtMarket(
  core: ClusterCore,
  types: readonly string[],
  markets: readonly Market[],
  signal: AbortSignal,
): Promise<void> {
  const unknown = types.filter((type) => !core.soldIn.has(type));
  const [sold] = await Promise.all([
    core.ec2.zonesSelling(unknown, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      const message = `every zone is tried, as EC2 does not tell where the types are sold: ${errorText(error)}`;
      emit(core, { kind: "warning", message });
      return new Map<string, readonly string[]>();
    }),
    markets.includes("spot") ? core.spotMarket.pricesOf(types, signal) : undefined,
  ]);
  for (const [type, zones] of sold) core.soldIn.set(type, new Set(zones));
}

/**
 * The places to try a type in, in order: all zones of the first market, then those of the next. Spot zones come in the
 * order of their prices.
 */
export function candidatesFor(
  core: ClusterCore,
  type: string,
  markets: readonly Market[],
  placements: readonly Placement[],
): readonly Candidate[] {
  const sold = core.soldIn.get(type);
  const places = placements.filter(({ zone }) => zone === undefined || sold === undefined || sold.has(zone));
  return markets.flatMap((market) =>
    inOrder(core, type, market, places).flatMap((placement) => {
      const offering = offeringOf(core, type, market, placement.zone);
      return offering === undefined ? [] : [{ offering, placement }];
    }),
  );
}

function inOrder(
  core: ClusterCore,
  type: string,
  market: Market,
  placements: readonly Placement[],
): readonly Placement[] {
  if (market === "on-demand" || placements.some(({ zone }) => zone === undefined)) return placements;
  const zones = placements.flatMap(({ zone }) => zone ?? []);
  const prices = new Map(
    zones.flatMap((zone): [string, number][] => {
      const usd = core.spotMarket.knownUsd(type, zone);
      return usd === undefined ? [] : [[zone, usd]];
    }),
  );
  return orderZones(placements, { prices });
}

/** Undefined for a type without a price: nobody could say what it costs. */
function offeringOf(
  core: ClusterCore,
  instanceType: string,
  market: Market,
  zone: string | undefined,
): PlannerOffering | undefined {
  const price = priceOf(core, { type: instanceType, market, zone: zone ?? "" });
  const type = core.catalog.types.get(instanceType);
  if (price === undefined || type === undefined) return undefined;
  const resources = offeredResources(type, storageOf(core.settings, instanceType).dataGiB);
  return { instanceType, zone, market, price, resources, ebsThroughputMBps: type.ebsBaselineMBps ?? 0 };
}
