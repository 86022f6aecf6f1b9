import { parseGoDuration } from "../../lib/go-duration.js";
import type { Chance } from "./chance.js";

/** A time as a scenario writes it. */
export type ScenarioTime = string | { readonly ms: number; readonly spreadPct?: number | undefined };

/** Milliseconds of a duration that the schema has accepted; `otherwise` where there is none. */
export function durationMs(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : (parseGoDuration(text) ?? otherwise);
}

/** Milliseconds of a time, drawn where it has a spread: any value of the range is as likely as any other. */
export function drawTimeMs(
  time: ScenarioTime | undefined,
  otherwiseMs: number,
  chance: Chance,
  ...name: readonly (string | number)[]
): number {
  if (time === undefined || typeof time === "string") return durationMs(time, otherwiseMs);
  const { ms, spreadPct = 0 } = time;
  if (spreadPct === 0) return ms;
  return ms * (1 + ((2 * chance.draw(...name) - 1) * spreadPct) / 100);
}
