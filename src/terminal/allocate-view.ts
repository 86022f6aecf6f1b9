import type { AllocInstance, AllocatePlan, AllocateResult, TruePrice } from "../cluster/results.js";
import type { Colors } from "./colors.js";
import { timestamp } from "./json/schema-version.js";
import { usdText } from "./money-text.js";
import { resourcesSentence } from "./resources-text.js";
import { durationText, secondsText } from "./time-text.js";
import { visible } from "./visible.js";

/** How and when a result is looked at. */
export interface ResultStyle {
  readonly nowMs: number;
  /** A person looks: times are said as they matter now, not exactly. */
  readonly friendly: boolean;
  readonly colors: Colors;
}

/** The alloc's URI on a line of its own, then what a person wants to know about it. */
export function allocateText(result: AllocateResult, style: ResultStyle): string {
  const { alloc, instance, reused, timings } = result;
  const phases = Object.entries(timings).filter(([phase]) => phase !== "total");
  const steps = phases.map(([phase, seconds]) => `${phase} ${secondsText(seconds)}`).join(", ");
  const total = secondsText(timings.total ?? phases.reduce((sum, [, seconds]) => sum + seconds, 0));
  return block(style.colors.strong(visible(alloc.uri)), [
    ["resources", resourcesSentence(alloc.resources)],
    ["lease", leaseText(alloc.expiresMs, style)],
    ["instance", `${reused ? "already there" : "launched"}: ${instanceText(instance)}`],
    ["took", steps === "" ? total : `${total} (${steps})`],
  ]);
}

/** What `allocate` would do. */
export function allocatePlanText(plan: AllocatePlan, style: ResultStyle): string {
  const { strong } = style.colors;
  if (plan.kind === "reuse") {
    return block(`would reserve on ${strong(visible(plan.instance.id))}`, [
      ["instance", `already there: ${instanceText(plan.instance)}`],
      ["free", resourcesSentence(plan.available)],
    ]);
  }
  const { instanceType, market, zone, resources, price, reason, dataAsOf } = plan.launch;
  return block(`would launch ${strong(visible(instanceType))}`, [
    ["market", zone === undefined ? market : `${market} in ${zone}`],
    ["offers", resourcesSentence(resources)],
    ["price", priceText(price)],
    ["why", reason],
    ["data", `as of ${dataAsOf}`],
  ]);
}

function instanceText({ id, type, market, zone, hourlyUsd }: AllocInstance): string {
  return `${id}, ${type}, ${market} in ${zone}, ${usdText(hourlyUsd)} USD/h`;
}

function leaseText(expiresMs: number, { nowMs, friendly }: ResultStyle): string {
  if (!friendly) return `until ${timestamp(expiresMs)}`;
  return expiresMs > nowMs ? `for ${durationText(expiresMs - nowMs)}, unless it is renewed` : "has run out";
}

const BASIS = {
  "on-demand": "",
  spot: "at the current spot price",
  bound: "at most: the spot price is not known, this is the on-demand price",
} as const;

function priceText(price: TruePrice): string {
  const parts = [
    `instance ${usdText(price.instanceUsd)}`,
    `volumes ${usdText(price.volumesUsd)}`,
    ...(price.creditsUsd > 0 ? [`CPU credits ${usdText(price.creditsUsd)}`] : []),
  ].join(", ");
  const basis = BASIS[price.basis];
  return `${usdText(price.totalUsd)} USD/h (${parts})${basis === "" ? "" : `, ${basis}`}`;
}

/** A first line, and facts below it with their names aligned. */
function block(first: string, facts: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return [first, ...facts.map(([name, text]) => `  ${name.padEnd(width)}  ${visible(text)}`)]
    .map((line) => `${line}\n`)
    .join("");
}
