import type { AllocInstance, AllocateResult } from "../cluster/results.js";
import type { Colors } from "./colors.js";
import { timestamp } from "./json/schema-version.js";
import { usdText } from "../lib/money-text.js";
import { resourcesSentence } from "./resources-text.js";
import { durationText, secondsText } from "../lib/time-text.js";
import { factsBlock } from "./facts-block.js";
import { visible } from "./visible.js";

/** How and when a result is looked at. */
export interface ResultStyle {
  readonly nowMs: number;
  /** Width of the terminal, whose lines are wrapped and times said as they matter now; undefined for a pipe. */
  readonly columns: number | undefined;
  readonly colors: Colors;
}

/** The alloc's URI on a line of its own, then what a person wants to know about it. */
export function allocateText(result: AllocateResult, style: ResultStyle): string {
  const { alloc, instance, reused, timings } = result;
  const phases = Object.entries(timings).filter(([phase]) => phase !== "total");
  const steps = phases.map(([phase, seconds]) => `${phase} ${secondsText(seconds)}`).join(", ");
  const total = secondsText(timings.total ?? phases.reduce((sum, [, seconds]) => sum + seconds, 0));
  return factsBlock(
    style.colors.strong(visible(alloc.uri)),
    [
      ["resources", resourcesSentence(alloc.resources)],
      ["lease", leaseText(alloc.expiresMs, style)],
      ["instance", `${reused ? "already there" : "launched"}: ${instanceText(instance)}`],
      ["took", steps === "" ? total : `${total} (${steps})`],
    ],
    style,
  );
}

/** E.g. `i-…, c6a.large, spot in us-west-2a, 0.1331 USD/h`. */
export function instanceText({ id, type, market, zone, hourlyUsd }: AllocInstance): string {
  return `${id}, ${type}, ${market} in ${zone}, ${usdText(hourlyUsd)} USD/h`;
}

function leaseText(expiresMs: number, { nowMs, columns }: ResultStyle): string {
  if (columns === undefined) return `until ${timestamp(expiresMs)}`;
  if (expiresMs <= nowMs) return "has run out";
  return `runs out in ${durationText(expiresMs - nowMs)} unless it is kept alive`;
}
