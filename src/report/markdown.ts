import {
  PROBE_MILESTONES,
  type ProbedType,
  type ProbeGate,
  type ProbeReport,
  type ProbeSample,
} from "../cluster/probe/model.js";
import {
  cleanLine,
  cleanText,
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

/** The report as GitHub-flavoured Markdown, fit for a job's summary. */
export function probeMarkdown(report: ProbeReport): string {
  const { region, cluster, generation, reflowVersion, market, startedMs, samples, gates, skipped } = report;
  const { text, unseen } = endsOf(samples);
  const failures = notVerified(samples);
  const blocks = [
    "## Probe of instance types",
    `**${headline(report)}**`,
    `Region ${escape(region)}, cluster ${escape(cluster)}, market ${market}, Reflow ${escape(reflowVersion)} ` +
      `(${generation}), begun ${timeText(startedMs)}. Times are late by at most ${latenessText(report)}. ${text}`,
    ...(unseen.length === 0 ? [] : [list(unseen.map(unseenText))]),
    ...(report.types.length === 0 ? [] : [table(report), ...milestones(report.types)]),
    ...(skipped.length === 0 ? [] : ["### Not begun", list(skipped.map(skipText))]),
    ...(gates.length === 0 ? [] : ["### Gates", ...gates.map(gateText)]),
    ...refusedFirst(samples),
  ];
  return [...blocks, ...explained(failures, MOST_BYTES - bytesOf(blocks))].map((block) => `${block}\n`).join("\n");
}

/** GitHub shows no summary of more than 1 MiB. */
const MOST_BYTES = 1_000_000;

const bytesOf = (blocks: readonly string[]): number =>
  blocks.reduce((sum, block) => sum + Buffer.byteLength(block) + 2, 0);

/** Failures, a block each, as many as there is room for. */
function explained(failures: readonly ProbeSample[], room: number): readonly string[] {
  if (failures.length === 0) return [];
  const blocks = ["### Not verified"];
  let left = room - 200;
  for (const [index, sample] of failures.entries()) {
    const block = details(sample, consoleRoom(failures.length));
    left -= bytesOf([block]);
    if (left < 0) return [...blocks, `And ${failures.length - index} more, of which the other reports tell.`];
    blocks.push(block);
  }
  return blocks;
}

/** Figures of so many types are read in a file of their own. */
const MOST_WITH_MILESTONES = 100;

/** All figures of each milestone, folded. */
function milestones(types: readonly ProbedType[]): readonly string[] {
  const measured = types.filter(({ reached }) => reached.offer !== undefined);
  if (measured.length === 0 || measured.length > MOST_WITH_MILESTONES) return [];
  const rows = measured.flatMap(({ type, reached }) =>
    PROBE_MILESTONES.flatMap((milestone) => {
      const own = reached[milestone];
      if (own === undefined) return [];
      const cells = [escape(type), MILESTONE_TEXT[milestone], ...[own.p50, own.p90, own.min, own.max].map(figure)];
      return [`| ${cells.join(" | ")} |`];
    }),
  );
  const header = ["| type | until | p50 | p90 | min | max |", "| --- | --- | ---: | ---: | ---: | ---: |"];
  return ["<details><summary>Seconds until each milestone</summary>", [...header, ...rows].join("\n"), "</details>"];
}

/** Verified samples that EC2 refused elsewhere first. */
function refusedFirst(samples: readonly ProbeSample[]): readonly string[] {
  const told = refusedOnTheWay(samples);
  return told.length === 0 ? [] : ["### Refused elsewhere first", list(told)];
}

const HEADER = [
  "| type | outcome | market | boot p50 | p90 | min | max | memory offered | $/h |",
  "| --- | --- | --- | ---: | ---: | ---: | ---: | --- | ---: |",
];

function table({ types, samples }: ProbeReport): string {
  const rows = types.map((type) => {
    const boot = type.reached.offer;
    const cells = [
      escape(type.type),
      outcomesText(type.outcomes),
      marketsText(type, samples),
      ...[boot?.p50, boot?.p90, boot?.min, boot?.max].map(figure),
      memoryText(type),
      priceText(type),
    ];
    return `| ${cells.join(" | ")} |`;
  });
  return `${[...HEADER, ...rows].join("\n")}\n\nBoot: seconds from RunInstances until the offer, over verified samples; of fewer than ten, p90 is the slowest.`;
}

function gateText({ gate, passed, failures, notes }: ProbeGate): string {
  const verdict = passed ? "✅ passed" : `❌ fell short: ${failures.length}`;
  const told = [...failures.map(({ type, problem }) => `${type}: ${problem}`), ...notes.map((note) => `Note: ${note}`)];
  return [`${escape(gate)}: ${verdict}`, ...listOf(told)].join("\n\n");
}

/** Characters that each of so many consoles may have. */
function consoleRoom(failures: number): number {
  return Math.min(8_000, Math.max(200, Math.floor(500_000 / failures)));
}

function details(sample: ProbeSample, room: number): string {
  const title = `${sample.type} #${sample.sample}: ${sample.outcome.replace("-", " ")}`;
  const facts = [
    `${[sample.problem, waitedText(sample)].filter((part) => part !== "").join(", ")}`,
    ...(sample.hint === undefined ? [] : [sample.hint]),
    ...(sample.instanceId === undefined
      ? []
      : [`instance ${sample.instanceId} in ${sample.zone ?? "an unknown zone"}`]),
    ...sample.refusals.map((refusal) => `refused: ${refusalText(refusal)}`),
  ].filter((fact) => fact !== "");
  return [
    `<details><summary>${entities(cleanLine(title))}</summary>`,
    ...listOf(facts),
    ...(sample.console === "" ? [] : ["End of the console:", fenced(ending(cleanText(sample.console), room))]),
    "</details>",
  ].join("\n\n");
}

function listOf(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [list(items)];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${escape(item)}`).join("\n");
}

/** The end of a text, from the start of a line. */
function ending(text: string, room: number): string {
  if (text.length <= room) return text;
  return `…\n${text.slice(-room).replace(/^[^\n]*\n/, "")}`;
}

/** A block that nothing in its text can end. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text.replace(/\n$/, "")}\n${fence}`;
}

/**
 * Foreign text on one line, in a table as well, taken for nothing but text: colons, dots and at signs make no links, emoji or
 * mentions of it, dollars no formulas, digits and dashes at its start no list.
 */
function escape(text: string): string {
  return entities(cleanLine(text))
    .replace(/[\\`*_[\]~@$]|:(?=\S)|^[-+#]|(?<=^\d{1,9})[.)]/g, "\\$&")
    .replace(/\bwww\./gi, "www\\.");
}

/** For HTML within Markdown; a pipe would end a cell. */
function entities(text: string): string {
  return text.replace(/[&<>|"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
