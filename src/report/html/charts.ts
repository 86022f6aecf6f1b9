import { PROBE_MILESTONES, type ProbedType, type ProbeMilestone, type ProbeSample } from "../../cluster/probe/model.js";
import { percentText } from "../../lib/percent-text.js";
import { secondsText } from "../../lib/time-text.js";
import { figure, memoryText, MILESTONE_TEXT, priceText } from "../summary.js";
import { type Html, text } from "./markup.js";

/** Widths in percent of the chart, so that it fits any screen while texts keep their size. */
const HEIGHT = { bar: 20, spread: 14, axis: 20 } as const;

/** A share of the width below which a number would not fit into its segment on a narrow screen. */
const ROOM_FOR_NUMBER = 7;

/**
 * A bar for each type: segments end at the p50 of the milestones, so that the bar ends at the p50 of the offer; below it a dot
 * for each verified sample, a line from the least to the greatest, and a tick at p90.
 */
export function phaseChart(types: readonly ProbedType[], samples: readonly ProbeSample[]): Html {
  const charted = types.filter(({ reached }) => reached.offer !== undefined);
  const longest = Math.max(1, ...charted.map(({ reached }) => reached.offer?.max ?? 0));
  const step = tickStep(longest);
  const span = Math.ceil(longest / step) * step;
  const items = charted.map((type) => {
    const boots = samples
      .filter((sample) => sample.type === type.type && sample.outcome === "verified")
      .flatMap(({ reached }) => reached.offer ?? []);
    return chartItem(type.type, spreadText(type), phaseBar(type, boots, span));
  });
  return `${legend()}<ul class="chart">\n<li aria-hidden="true">${axis(span, step)}</li>\n${items.join("")}</ul>\n`;
}

/** What is offered, as a bar within the outline of what AWS advertises. */
export function memoryChart(types: readonly ProbedType[]): Html {
  const items = types.flatMap((type) => {
    if (type.memoryRatio === undefined) return [];
    const label = `${type.type}: offered ${memoryText(type)}`;
    const bars =
      `<rect class="segment tone0" x="0" y="1" width="${share(Math.min(1, type.memoryRatio))}" height="12"/>` +
      `<rect class="nominal" x="0" y="1" width="100%" height="12"/>`;
    return [chartItem(type.type, memoryText(type), svg(14, label, bars))];
  });
  return `<ul class="chart">\n${items.join("")}</ul>\n`;
}

/** Prices an hour, the longest bar for the dearest. */
export function priceChart(types: readonly ProbedType[]): Html {
  const dearest = Math.max(0, ...types.map(({ hourlyUsd }) => hourlyUsd ?? 0));
  const items = types.map(({ type, hourlyUsd, priceBasis }) => {
    const price = `${priceText({ hourlyUsd, priceBasis })} an hour`;
    const width = share(dearest === 0 ? 0 : (hourlyUsd ?? 0) / dearest);
    return chartItem(
      type,
      price,
      svg(14, `${type}: ${price}`, `<rect class="segment tone0" x="0" y="1" width="${width}" height="12"/>`),
    );
  });
  return `<ul class="chart">\n${items.join("")}</ul>\n`;
}

function chartItem(title: string, figures: string, drawing: Html): Html {
  return `<li><div class="row"><strong>${text(title)}</strong> <span>${text(figures)}</span></div>${drawing}</li>\n`;
}

/** `p50 61.0s, p90 72.4s, 58.2s to 72.4s, 5 samples`. */
function spreadText({ reached: { offer } }: ProbedType): string {
  if (offer === undefined) return "";
  if (offer.count === 1) return `${secondsText(offer.p50)}, 1 sample`;
  return (
    `p50 ${secondsText(offer.p50)}, p90 ${secondsText(offer.p90)}, ` +
    `${secondsText(offer.min)} to ${secondsText(offer.max)}, ${offer.count} samples`
  );
}

function phaseBar(type: ProbedType, boots: readonly number[], span: number): Html {
  let from = 0;
  const parts: string[] = [];
  const told: string[] = [];
  for (const [index, milestone] of PROBE_MILESTONES.entries()) {
    const to = type.reached[milestone]?.p50;
    if (to === undefined) continue;
    parts.push(segment(index, from / span, to / span));
    told.push(`${MILESTONE_TEXT[milestone]} ${figure(to)}`);
    from = to;
  }
  const { offer } = type.reached;
  const middle = HEIGHT.bar + HEIGHT.spread / 2 + 1;
  if (offer !== undefined && boots.length > 1) {
    const tick = share(offer.p90 / span);
    parts.push(
      `<line class="whisker" x1="${share(offer.min / span)}" x2="${share(offer.max / span)}" y1="${middle}" y2="${middle}"/>`,
      `<line class="whisker" x1="${tick}" x2="${tick}" y1="${middle - 6}" y2="${middle + 6}"/>`,
    );
  }
  parts.push(...boots.map((boot) => `<circle class="sample" cx="${share(boot / span)}" cy="${middle}" r="3.5"/>`));
  const label = `${type.type}: ${spreadText(type)}. Seconds until, p50: ${told.join(", ")}.`;
  return svg(HEIGHT.bar + HEIGHT.spread, label, parts.join(""));
}

/** The segment until a milestone, with the number that the legend gives it where there is room. */
function segment(index: number, from: number, to: number): Html {
  const kind = toneOf(index);
  const number =
    (to - from) * 100 < ROOM_FOR_NUMBER
      ? ""
      : `<text class="${kind}" x="${share((from + to) / 2)}" y="14" text-anchor="middle">${index + 1}</text>`;
  return `<rect class="segment ${kind}" x="${share(from)}" y="0" width="${share(to - from)}" height="${HEIGHT.bar}"/>${number}`;
}

/** Neighbours differ, and so do those between which a step took no time. */
function toneOf(index: number): string {
  return `tone${index % 4}`;
}

function legend(): Html {
  const items = PROBE_MILESTONES.map((milestone: ProbeMilestone, index) => {
    const kind = toneOf(index);
    const swatch =
      `<svg height="16" aria-hidden="true"><rect class="segment ${kind}" width="100%" height="16"/>` +
      `<text class="${kind}" x="50%" y="12" text-anchor="middle">${index + 1}</text></svg>`;
    return `<li>${swatch}${text(MILESTONE_TEXT[milestone])}</li>\n`;
  });
  return `<ul class="legend" aria-label="Segments of a bar, in order: what each ends with">\n${items.join("")}</ul>\n`;
}

function axis(span: number, step: number): Html {
  const count = Math.round(span / step);
  const ticks = Array.from({ length: count + 1 }, (_none, index) => {
    const x = share(index / count);
    const anchor = index === 0 ? "start" : index === count ? "end" : "middle";
    const label = `${Number((index * step).toFixed(3))}${index === count ? " s" : ""}`;
    return (
      `<text x="${x}" y="11" text-anchor="${anchor}">${label}</text>` +
      `<line x1="${x}" x2="${x}" y1="14" y2="${HEIGHT.axis}"/>`
    );
  });
  return `<svg class="axis" height="${HEIGHT.axis}"><line x1="0" x2="100%" y1="${HEIGHT.axis}" y2="${HEIGHT.axis}"/>${ticks.join("")}</svg>`;
}

/** A round number of seconds of which at most six go into `longest`. */
function tickStep(longest: number): number {
  const power = 10 ** Math.floor(Math.log10(longest / 5));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => longest / step <= 6) ?? 10 * power;
}

function svg(height: number, label: string, content: Html): Html {
  return `<svg height="${height}" role="img" aria-label="${text(label)}">${content}</svg>`;
}

function share(part: number): string {
  return percentText(part, "").replace("NaN", "0");
}
