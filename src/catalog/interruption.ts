import type { CatalogType } from "./model.js";

/** Spot types are taken from the first of these levels that has any, as Reflow does: below 10 %, 15 %, 20 %, any. */
const INTERRUPTION_LEVELS = [1, 2, 3, 4] as const;

/** The first of these levels that a type with this interruption frequency passes; types without data pass the first. */
export function interruptionLevel(interruption: CatalogType["interruption"]): number {
  return INTERRUPTION_LEVELS.find((level) => (interruption ?? 0) <= level) ?? 4;
}

/** Lower bound of each interruption range. */
const INTERRUPTED_MORE_THAN = ["0 %", "5 %", "10 %", "15 %", "20 %"] as const;

/** E.g. `interrupted in more than 10 % of cases`. */
export function interruptionText(type: Pick<CatalogType, "interruption">): string {
  return `interrupted in more than ${INTERRUPTED_MORE_THAN[type.interruption ?? 0]} of cases`;
}
