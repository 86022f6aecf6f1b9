import {
  PROBE_MILESTONES,
  type ProbedType,
  type ProbeGate,
  type ProbeMilestone,
  type ProbeReport,
  type ProbeSample,
} from "../cluster/probe/model.js";
import { isVerified } from "../cluster/probe/statistics.js";
import { counted } from "../lib/counted.js";
import { memoryChart, phaseChart, priceChart } from "./html/charts.js";
import { type Html, type HtmlColumn, list, table, text } from "./html/markup.js";
import { POLICY, STYLE } from "./html/style.js";
import {
  endsOf,
  figure,
  headline,
  latenessText,
  marketsText,
  memoryText,
  MILESTONE_TEXT,
  notVerified,
  outcomesText,
  priceText,
  refusalText,
  refusedOnTheWay,
  skipText,
  timeText,
  unseenText,
  waitedText,
} from "./summary.js";

/**
 * The report as one page that needs nothing else: no script, no request, no font. Each chart has a table with its figures;
 * nothing is told by colour alone.
 */
export function probeHtml(report: ProbeReport): string {
  return (
    `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n` +
    `<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n` +
    `<title>Probe of instance types in ${text(report.region)}, ${timeText(report.startedMs).slice(0, 10)}</title>\n` +
    `<link rel="icon" href="data:,">\n<style>${STYLE}</style>\n</head>\n<body>\n` +
    `<header>\n${head(report)}</header>\n<main>\n${sections(report).join("")}</main>\n</body>\n</html>\n`
  );
}

function head(report: ProbeReport): Html {
  const { region, cluster, generation, reflowVersion, market, startedMs } = report;
  const facts: [string, string][] = [
    ["Region", region],
    ["Cluster", cluster],
    ["Market", market === "fallback" ? "spot, else on-demand" : market],
    ["Reflow", `${reflowVersion} (${generation})`],
    ["Begun", timeText(startedMs)],
    ["Times are late by at most", latenessText(report)],
  ];
  const items = facts.map(([term, value]) => `<div><dt>${text(term)}</dt><dd>${text(value)}</dd></div>\n`);
  const { text: ends, unseen } = endsOf(report.samples);
  return (
    `<h1>Probe of instance types</h1>\n<p class="headline">${text(headline(report))}</p>\n` +
    `<dl>\n${items.join("")}</dl>\n<p class="${unseen.length === 0 ? "faint" : "bad"}">${text(ends)}</p>\n` +
    list(unseen.map((end) => text(unseenText(end))))
  );
}

function sections({ types, samples, skipped, gates }: ProbeReport): readonly Html[] {
  const measured = types.filter(({ reached }) => reached.offer !== undefined);
  const failures = notVerified(samples);
  const refused = refusedOnTheWay(samples);
  return [
    ...(gates.length === 0 ? [] : [section("gates", "Gates", gates.map(gateHtml).join(""))]),
    ...(types.length === 0
      ? []
      : [
          section(
            "types",
            "Types",
            table("Outcome, boot time, memory and price of each type", typeColumns(samples), types),
          ),
        ]),
    ...(measured.length === 0
      ? []
      : [
          section(
            "boot",
            "From launch to offer",
            `<p>Seconds since RunInstances. A bar ends at the median (p50) over the verified samples; below it a circle for each sample, ` +
              `a line from the fastest to the slowest, and a tick at p90, which is the slowest of fewer than ten.</p>\n` +
              phaseChart(measured, samples) +
              table("Seconds until each milestone: p50 (fastest to slowest), p90", milestoneColumns(), measured),
          ),
          section(
            "memory",
            "Memory offered",
            `<p>The filled part is what the reflowlet offers, the outline what AWS advertises.</p>\n${memoryChart(measured)}`,
          ),
        ]),
    ...(types.some(({ hourlyUsd }) => hourlyUsd !== undefined)
      ? [
          section(
            "price",
            "Price",
            `<p>What the bill will say for an hour: instance, volumes, CPU credits.</p>\n${priceChart(types)}`,
          ),
        ]
      : []),
    ...(refused.length === 0
      ? []
      : [section("refused-first", "Refused elsewhere first", list(refused.map((line) => text(line))))]),
    ...(failures.length === 0 ? [] : [section("not-verified", "Not verified", failures.map(failureHtml).join(""))]),
    ...(skipped.length === 0
      ? []
      : [section("not-begun", "Not begun", list(skipped.map((skip) => text(skipText(skip)))))]),
  ];
}

function section(id: string, title: string, content: Html): Html {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${text(title)}</h2>\n${content}</section>\n`;
}

function typeColumns(samples: readonly ProbeSample[]): readonly HtmlColumn<ProbedType>[] {
  return [
    { title: "Type", cell: ({ type }) => text(type) },
    {
      title: "Outcome",
      cell: (type) => `<span class="${outcomeClass(type)}">${text(outcomesText(type.outcomes))}</span>`,
    },
    { title: "Market", cell: (type) => text(marketsText(type, samples)) },
    { title: "Boot p50, s", cell: ({ reached }) => figure(reached.offer?.p50), number: true },
    { title: "p90", cell: ({ reached }) => figure(reached.offer?.p90), number: true },
    { title: "Min", cell: ({ reached }) => figure(reached.offer?.min), number: true },
    { title: "Max", cell: ({ reached }) => figure(reached.offer?.max), number: true },
    { title: "vCPU", cell: ({ vcpu }) => String(vcpu), number: true },
    { title: "Memory offered", cell: (type) => text(memoryText(type)), number: true },
    { title: "Price an hour", cell: (type) => text(priceText(type)), number: true },
  ];
}

/** Failures are the type's own; where EC2 had none, or somebody ended the probe, nothing is known of it. */
function outcomeClass(type: ProbedType): string {
  if (isVerified(type)) return "good";
  return type.outcomes.failed + type.outcomes["timed-out"] > 0 ? "bad" : "warn";
}

function milestoneColumns(): readonly HtmlColumn<ProbedType>[] {
  const cell = (milestone: ProbeMilestone, { reached }: ProbedType): Html => {
    const own = reached[milestone];
    if (own === undefined) return "-";
    return own.count === 1
      ? figure(own.p50)
      : `${figure(own.p50)} (${figure(own.min)} to ${figure(own.max)})<br>p90 ${figure(own.p90)}`;
  };
  return [
    { title: "Type", cell: ({ type }) => text(type) },
    ...PROBE_MILESTONES.map((milestone, index) => ({
      title: `${index + 1} ${MILESTONE_TEXT[milestone]}`,
      cell: (type: ProbedType) => cell(milestone, type),
      number: true,
    })),
  ];
}

function gateHtml({ gate, passed, failures, notes }: ProbeGate): Html {
  const verdict = passed
    ? `<span class="good">✓ passed</span>`
    : `<span class="bad">✗ ${counted(failures.length, "type")} fell short</span>`;
  const told = [...failures.map(({ type, problem }) => `${type}: ${problem}`), ...notes.map((note) => `Note: ${note}`)];
  return `<p><code>${text(gate)}</code>: ${verdict}</p>\n${list(told.map(text))}`;
}

function failureHtml(sample: ProbeSample): Html {
  const { type, outcome, instanceId, zone, market, hint, refusals } = sample;
  const title = `${type} #${sample.sample}: ${outcome.replace("-", " ")}`;
  const reason = [sample.problem, waitedText(sample)].filter((part) => part !== "").join(", ");
  const where =
    instanceId === undefined
      ? ""
      : `<p class="faint">${text(`${instanceId}, ${market}, ${zone ?? "zone unknown"}`)}</p>\n`;
  const console =
    sample.console === ""
      ? ""
      : `<p>End of the console:</p>\n<pre tabindex="0" role="region" aria-label="${text(`End of the console of ${title}`)}">${text(sample.console)}</pre>\n`;
  return (
    `<details>\n<summary>${text(title)}</summary>\n<p>${text(reason)}</p>\n` +
    `${hint === undefined ? "" : `<p>${text(hint)}</p>\n`}${where}` +
    `${list(refusals.map((refusal) => text(`refused: ${refusalText(refusal)}`)))}${console}</details>\n`
  );
}
