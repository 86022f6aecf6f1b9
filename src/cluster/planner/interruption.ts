import { interruptionLevel } from "../../catalog/interruption.js";
import { covers, largestBy } from "./amounts.js";
import type { PlannerOffering } from "./model.js";

/** An offering's size in whole numbers, with how often it is interrupted. */
export interface Leveled {
  readonly level: number;
  readonly amounts: readonly number[];
}

/** How often an offering is interrupted, as a level from 1 (below 10 % of cases) to 4; on demand nothing is. */
export function levelOf({ market, interruption }: Pick<PlannerOffering, "market" | "interruption">): number {
  return market === "spot" ? interruptionLevel(interruption) : 1;
}

/**
 * For each need the least level at which an offering holds it; undefined where none does. As Reflow does, a need is
 * served by offerings up to its level, however cheap those beyond are.
 */
export function neededLevels(
  needs: readonly (readonly number[])[],
  offerings: readonly Leveled[],
): (number | undefined)[] {
  const levels = [...new Set(offerings.map(({ level }) => level))].sort((a, b) => a - b);
  const byLevel = levels.map((level) => ({
    level,
    largest: largestBy(
      offerings.filter((offering) => offering.level === level),
      ({ amounts }) => amounts,
    ),
  }));
  return needs.map(
    (need) => byLevel.find(({ largest }) => largest.some(({ amounts }) => covers(amounts, need)))?.level,
  );
}
