import type { Resources } from "../pool/resources.js";
import type { TruePrice } from "./true-price.js";
import type { CatalogType } from "./model.js";

/** A type with what an instance of it offers and costs. */
export interface PricedType {
  readonly type: CatalogType;
  readonly resources: Resources;
  readonly price: TruePrice;
}

/**
 * The types, best first: lowest true price less what the EBS throughput is worth (`ebsThroughputWeight` is USD an hour
 * for 1,000 MB/s that last), then higher EBS throughput, then name. Prices are compared to a millionth of a dollar, so
 * that sums which differ in their last digit do not hide a tie.
 */
export function rankTypes(types: readonly PricedType[], ebsThroughputWeight: number): PricedType[] {
  const worth = ({ type, price }: PricedType): number =>
    Math.round((price.totalUsd - (ebsThroughputWeight * lastingMBps(type)) / 1000) * 1e6);
  return types
    .map((one) => ({ one, worth: worth(one) }))
    .sort(
      (a, b) =>
        a.worth - b.worth ||
        lastingMBps(b.one.type) - lastingMBps(a.one.type) ||
        (a.one.type.type < b.one.type.type ? -1 : 1),
    )
    .map(({ one }) => one);
}

/** Burst figures are alike for all small sizes of a family; what lasts tells them apart. */
function lastingMBps(type: CatalogType): number {
  return type.ebsBaselineMBps ?? 0;
}

/** Spot types are taken from the first of these levels that has any, as Reflow does: below 10 %, 15 %, 20 %, any. */
const INTERRUPTION_LEVELS = [1, 2, 3, 4] as const;

/** The first of these levels that a type with this interruption frequency passes; types without data pass the first. */
export function interruptionLevel(interruption: CatalogType["interruption"]): number {
  return INTERRUPTION_LEVELS.find((level) => (interruption ?? 0) <= level) ?? 4;
}

/** Lower bound of each interruption range. */
const INTERRUPTED_MORE_THAN = ["0 %", "5 %", "10 %", "15 %", "20 %"] as const;

/**
 * Splits types into those seldom enough interrupted and the others. The bar is the lowest that any of the types
 * passes; types without data pass every bar.
 */
export function splitByInterruption(types: readonly PricedType[]): {
  readonly steady: readonly PricedType[];
  readonly interrupted: readonly PricedType[];
} {
  const passes = ({ type }: PricedType, level: number): boolean => (type.interruption ?? 0) <= level;
  const level = INTERRUPTION_LEVELS.find((bar) => types.some((type) => passes(type, bar))) ?? 4;
  return {
    steady: types.filter((type) => passes(type, level)),
    interrupted: types.filter((type) => !passes(type, level)),
  };
}

/** E.g. `interrupted in more than 10 % of cases`. */
export function interruptionText(type: Pick<CatalogType, "interruption">): string {
  return `interrupted in more than ${INTERRUPTED_MORE_THAN[type.interruption ?? 0]} of cases`;
}
