import type { Architecture, Catalog, CatalogType, Market } from "../../catalog/model.js";
import { truePrice } from "../../catalog/true-price.js";
import { interruptionText } from "../../catalog/interruption.js";
import { typeBar, type TypeStorage } from "../../catalog/type-bar.js";
import { usdText } from "../../lib/money-text.js";
import type { Resources } from "../../pool/resources.js";
import { neededAmounts, offeredAmounts, resourceKeys } from "./amounts.js";
import { levelOf, neededLevels } from "./interruption.js";
import type { PlannerOffering, RejectedOffering } from "./model.js";
import { refusalFinder, refusalText, type Refusal } from "./refusals.js";
import { typeSizer } from "./type-size.js";

/** What offerings are made from. */
export interface OfferingsRequest {
  readonly catalog: Catalog;
  /** The least that each need must get; what holds none of them is no offering. */
  readonly needs: readonly Resources[];
  /** Names of the types that may be launched. */
  readonly allowed: ReadonlySet<string>;
  /** What the reflowlet binary runs on. */
  readonly architectures: readonly Architecture[];
  readonly markets: readonly Market[];
  /** Zones to launch in; empty where EC2 chooses. */
  readonly zones: readonly string[];
  /** The zones that offer a type, where known. */
  readonly zonesOf?: ((instanceType: string) => ReadonlySet<string> | undefined) | undefined;
  readonly storageOf: (instanceType: string) => TypeStorage;
  /** No offering with a true price above this, USD an hour. */
  readonly maxUsd?: number | undefined;
  /** Current spot prices an hour, where known. */
  readonly spotUsdOf?: ((instanceType: string, zone: string | undefined) => number | undefined) | undefined;
  readonly refusals?: readonly Refusal[] | undefined;
  /** What types really offered that came up smaller than planned. */
  readonly smaller?: ReadonlyMap<string, Resources> | undefined;
  /** The time by which refusals are judged. */
  readonly nowMs: number;
}

/** What may be launched, and what may not. */
export interface Offerings {
  readonly offerings: readonly PlannerOffering[];
  /** Every other type x zone x market, with the first reason that was met. */
  readonly rejected: readonly RejectedOffering[];
}

/** One type x zone x market. */
type Judge = (type: CatalogType, market: Market, zone: string | undefined) => PlannerOffering | RejectedOffering;

/**
 * Judges each type x zone x market of a catalogue for some needs, in the catalogue's order. Spot offerings that are
 * interrupted too often go last: they stay where a need fits nothing steadier.
 */
export function buildOfferings(request: OfferingsRequest): Offerings {
  const judge = judgeFor(request);
  const zones = request.zones.length === 0 ? [undefined] : request.zones;
  const offerings: PlannerOffering[] = [];
  const rejected: RejectedOffering[] = [];
  for (const type of request.catalog.types.values()) {
    for (const market of request.markets) {
      for (const zone of zones) {
        const verdict = judge(type, market, zone);
        if ("kind" in verdict) rejected.push(verdict);
        else offerings.push(verdict);
      }
    }
  }
  const { steady, interrupted } = splitBySteadiness(offerings, request.needs);
  return { offerings: steady, rejected: [...rejected, ...interrupted] };
}

function judgeFor(request: OfferingsRequest): Judge {
  const { catalog, maxUsd = Infinity } = request;
  const refusalOf = refusalFinder(request.refusals ?? [], request.nowMs);
  const sizeOf = typeSizer(request.needs, request.smaller ?? new Map());
  return (type, market, zone) => {
    const name = { instanceType: type.type, zone, market };
    const bar = typeBar(type, { ...request, market });
    if (bar !== undefined) return { ...name, kind: bar.barrier, reason: bar.reason };
    if (zone !== undefined && request.zonesOf?.(type.type)?.has(zone) === false) {
      return { ...name, kind: "not-offered", reason: `not offered in ${zone}` };
    }
    const storage = request.storageOf(type.type);
    const spotUsd = request.spotUsdOf?.(type.type, zone);
    const price = truePrice({ type, market, volumes: storage.volumes, spotUsd });
    if (price === undefined) return { ...name, kind: "no-price", reason: `no price known in ${catalog.region}` };
    const { resources, tooSmall } = sizeOf(type, storage.dataGiB);
    const facts = { ...name, resources, hourlyUsd: price.totalUsd };
    if (tooSmall !== undefined) return { ...facts, ...tooSmall };
    const refusal = refusalOf(name);
    if (refusal !== undefined) return { ...facts, kind: "refused", reason: refusalText(refusal, request.nowMs) };
    if (price.totalUsd > maxUsd) {
      const reason = `${usdText(price.totalUsd)} USD an hour, above ${usdText(maxUsd)} USD`;
      return { ...facts, kind: "price-cap", reason };
    }
    const { ebsBaselineMBps: ebsThroughputMBps = 0, interruption } = type;
    return { ...name, price, resources, ebsThroughputMBps, interruption };
  };
}

function splitBySteadiness(
  offerings: readonly PlannerOffering[],
  needs: readonly Resources[],
): { steady: readonly PlannerOffering[]; interrupted: readonly RejectedOffering[] } {
  if (offerings.every((offering) => levelOf(offering) === 1)) return { steady: offerings, interrupted: [] };
  const keys = resourceKeys(needs);
  const levels = neededLevels(
    needs.map((need) => neededAmounts(need, keys)),
    offerings.map((offering) => ({ level: levelOf(offering), amounts: offeredAmounts(offering.resources, keys) })),
  );
  const highest = levels.reduce<number>((most, level = 1) => Math.max(most, level), 1);
  return {
    steady: offerings.filter((offering) => levelOf(offering) <= highest),
    interrupted: offerings
      .filter((offering) => levelOf(offering) > highest)
      .map(({ instanceType, zone, market, interruption, resources, price }) => ({
        instanceType,
        zone,
        market,
        kind: "interruption",
        reason: interruptionText({ interruption }),
        resources,
        hourlyUsd: price.totalUsd,
      })),
  };
}
