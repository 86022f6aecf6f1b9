import type { AllocInstance, AllocatePlan, AllocateResult, TruePrice } from "../cluster/results.js";
import type { Colors } from "./colors.js";
import { timestamp } from "./json/schema-version.js";
import { usdText } from "../lib/money-text.js";
import { resourcesSentence } from "./resources-text.js";
import { durationText, secondsText } from "../lib/time-text.js";
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
  return block(
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

/** What `allocate` would do. */
export function allocatePlanText(plan: AllocatePlan, style: ResultStyle): string {
  const { strong } = style.colors;
  if (plan.kind === "reuse") {
    return block(
      `would reserve on ${strong(visible(plan.instance.id))}`,
      [
        ["instance", `already there: ${instanceText(plan.instance)}`],
        ["free", resourcesSentence(plan.available)],
      ],
      style,
    );
  }
  const { instanceType, market, zone, resources, price, reason, dataAsOf } = plan.launch;
  return block(
    `would launch ${strong(visible(instanceType))}`,
    [
      ["market", zone === undefined ? market : `${market} in ${zone}`],
      ["offers", resourcesSentence(resources)],
      ["price", priceText(price)],
      ["why", reason],
      ["data", `as of ${dataAsOf}`],
    ],
    style,
  );
}

function instanceText({ id, type, market, zone, hourlyUsd }: AllocInstance): string {
  return `${id}, ${type}, ${market} in ${zone}, ${usdText(hourlyUsd)} USD/h`;
}

function leaseText(expiresMs: number, { nowMs, columns }: ResultStyle): string {
  if (columns === undefined) return `until ${timestamp(expiresMs)}`;
  if (expiresMs <= nowMs) return "has run out";
  return `runs out in ${durationText(expiresMs - nowMs)} unless it is kept alive`;
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
function block(
  first: string,
  facts: readonly (readonly [name: string, text: string])[],
  { columns }: ResultStyle,
): string {
  const indent = Math.max(...facts.map(([name]) => name.length)) + 2 * GAP;
  const lines = facts.flatMap(([name, text]) =>
    wrap(visible(text), columns === undefined ? undefined : columns - indent).map((line, index) =>
      `${" ".repeat(GAP)}${index === 0 ? name : ""}`.padEnd(indent).concat(line),
    ),
  );
  return [first, ...lines].map((line) => `${line}\n`).join("");
}

const GAP = 2;

/** Narrower columns of words are harder to read than lines that the terminal breaks. */
const LEAST_WIDTH = 30;

/** Lines of at most `width` characters, broken at spaces; a longer word stays whole. */
function wrap(text: string, width: number | undefined): readonly string[] {
  if (width === undefined || width < LEAST_WIDTH) return [text];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
