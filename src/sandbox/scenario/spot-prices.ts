import type { CatalogType } from "../../catalog/load-catalog.js";
import { isAbout } from "./rule-match.js";
import { durationMs } from "./scenario-time.js";
import type { Scenario } from "./schema.js";

/** A spot price and since when it is so. */
export interface PriceChange {
  /** After the setting of the scenario; negative before. */
  readonly atMs: number;
  readonly usd: number;
}

/** How old the price is that was there before the scenario: an hour. */
const BEFORE_MS = -3_600_000;

/** A saving that is usual, for types that the Spot Advisor does not know. */
const USUAL_SAVINGS_PCT = 60;

/** Spot prices by type and zone: the scenario's, else the catalogue's. */
export class SpotPrices {
  constructor(private readonly scenario: Scenario) {}

  /** All prices of a type in a zone, the future ones among them; empty when nobody knows one. */
  changes(type: CatalogType, zone: string): readonly PriceChange[] {
    const rule = this.ruleOf(type.type, zone);
    if (rule?.usd !== undefined) return [{ atMs: BEFORE_MS, usd: rule.usd }];
    const usual = cataloguePriceUsd(type);
    const before = usual === undefined ? [] : [{ atMs: BEFORE_MS, usd: usual }];
    const changes = (rule?.changes ?? []).map(({ at, usd }) => ({ atMs: durationMs(at, 0), usd }));
    return [...before, ...changes.sort((a, b) => a.atMs - b.atMs)];
  }

  /** The price that the scenario sets for `elapsedMs` after its setting; undefined where it sets none. */
  setPriceUsd(type: CatalogType, zone: string, elapsedMs: number): number | undefined {
    if (this.ruleOf(type.type, zone) === undefined) return undefined;
    return this.changes(type, zone).findLast(({ atMs }) => atMs <= elapsedMs)?.usd;
  }

  /** When the price that the scenario sets first passes `maxUsd` after `fromMs`; undefined when it does not. */
  passes(type: CatalogType, zone: string, maxUsd: number, fromMs: number): number | undefined {
    if (this.ruleOf(type.type, zone) === undefined) return undefined;
    return this.changes(type, zone).find(({ atMs, usd }) => atMs > fromMs && usd > maxUsd)?.atMs;
  }

  private ruleOf(type: string, zone: string): NonNullable<NonNullable<Scenario["spot"]>["prices"]>[number] | undefined {
    return this.scenario.spot?.prices?.find((rule) => isAbout(rule, { type, zone, market: "spot" }));
  }
}

function cataloguePriceUsd({
  onDemandUsd,
  spotSavingsPct = USUAL_SAVINGS_PCT,
  spotSupported,
}: CatalogType): number | undefined {
  if (onDemandUsd === undefined || !spotSupported) return undefined;
  return Math.round(onDemandUsd * (100 - spotSavingsPct) * 100) / 10_000;
}
