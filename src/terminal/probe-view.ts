import { PROBE_MILESTONES, type ProbedType, type ProbeReport, type ProbeSample } from "../cluster/probe/model.js";
import { isVerified } from "../cluster/probe/statistics.js";
import { counted } from "../lib/counted.js";
import { percentText } from "../lib/percent-text.js";
import { amount, sizeText } from "../pool/resources.js";
import type { Colors } from "./colors.js";
import { hourlyText } from "./hourly-text.js";
import { type Column, renderTable } from "./table.js";
import { visible } from "./visible.js";

/** How the result of a probe is looked at. */
export interface ProbeStyle {
  /** Width of the terminal; undefined for a pipe. */
  readonly columns: number | undefined;
  /** With all milestones; nothing is left out. */
  readonly wide: boolean;
  readonly colors: Colors;
}

/** The types as a table, one a line; below it what was not verified, not begun, or fell short of a gate, and why. */
export async function probeText(report: ProbeReport, style: ProbeStyle): Promise<string> {
  const table = report.types.length === 0 ? "" : await typeTable(report, style);
  const blocks = [table, problemLines(report, style.colors), gateLines(report, style.colors)];
  return blocks.filter((block) => block !== "").join("\n");
}

/** Types that came up whenever EC2 had them: what `-o name` prints. */
export function verifiedTypes({ types }: ProbeReport): readonly string[] {
  return types.filter(isVerified).map(({ type }) => type);
}

function typeTable({ types, samples }: ProbeReport, { columns, wide, colors }: ProbeStyle): Promise<string> {
  const of = (type: ProbedType): readonly ProbeSample[] => samples.filter((sample) => sample.type === type.type);
  const several = types.some(({ reached }) => (reached.offer?.count ?? 0) > 1);
  const right = "right" as const;
  const shown: Column<ProbedType>[] = [
    { title: "TYPE", cell: ({ type }) => type },
    { title: "OUTCOME", cell: outcomeText },
    { title: "MARKET", cell: (type) => distinct(of(type).map(({ market }) => market)), dropFirst: 2 },
    { title: several ? "BOOT P50" : "BOOT", cell: ({ reached }) => boot(reached.offer?.p50), align: right },
    ...(several
      ? [{ title: "P90", cell: ({ reached }: ProbedType) => boot(reached.offer?.p90), align: right, dropFirst: 1 }]
      : []),
    { title: "MEM", cell: memoryCell, align: right },
    {
      title: "OFFERED",
      cell: ({ memoryRatio }) => (memoryRatio === undefined ? "-" : percentText(memoryRatio, "")),
      align: right,
      dropFirst: 3,
    },
    { title: "$/H", cell: hourlyText, align: right, dropFirst: 5 },
  ];
  const milestones: Column<ProbedType>[] = PROBE_MILESTONES.slice(0, -1).map((milestone) => ({
    title: milestone.toUpperCase(),
    cell: ({ reached }) => boot(reached[milestone]?.p50),
    align: right,
  }));
  const least: Column<ProbedType>[] = [
    { title: "MIN", cell: ({ reached }) => boot(reached.offer?.min), align: right },
    { title: "MAX", cell: ({ reached }) => boot(reached.offer?.max), align: right },
    { title: "ZONE", cell: (type) => distinct(of(type).map(({ zone }) => zone ?? "")) },
  ];
  const last: Column<ProbedType> = { title: "NOTE", cell: (type) => note(of(type)), dropFirst: 4 };
  return renderTable([...shown, ...(wide ? [...least, ...milestones] : []), last], types, {
    columns: wide ? undefined : columns,
    title: colors.strong,
  });
}

/** `verified`, `3/5 verified`, and what became of all where none was. */
function outcomeText({ outcomes, samples }: ProbedType): string {
  if (outcomes.verified > 0)
    return outcomes.verified === samples ? "verified" : `${outcomes.verified}/${samples} verified`;
  const others = Object.entries(outcomes).filter(([, count]) => count > 0);
  return others.length === 1 ? (others[0]?.[0] ?? "-") : others.map(([name, count]) => `${count} ${name}`).join(", ");
}

function memoryCell({ offered, memoryBytes }: ProbedType): string {
  return offered === undefined
    ? `-/${sizeText(memoryBytes)}`
    : `${sizeText(amount(offered, "mem"))}/${sizeText(memoryBytes)}`;
}

/** A word for the first sample that was not verified: the milestone that it waited for, or EC2's code. */
function note(samples: readonly ProbeSample[]): string {
  const first = samples.find(({ outcome }) => outcome !== "verified");
  if (first === undefined) return "-";
  if (first.waitingFor !== undefined) return `no ${first.waitingFor}`;
  return first.refusals.at(-1)?.code ?? first.outcome;
}

function problemLines({ samples, skipped }: ProbeReport, colors: Colors): string {
  const hints = new Set<string>();
  const failed = samples
    .filter(({ outcome }) => outcome !== "verified")
    .map((sample) => {
      const mark = sample.outcome === "interrupted" || sample.outcome === "unavailable" ? colors.warning : colors.bad;
      // One cause may have many samples fail: what to do about it is said once.
      const hint = sample.hint === undefined || hints.has(sample.hint) ? "" : `\n  ${visible(sample.hint)}`;
      if (sample.hint !== undefined) hints.add(sample.hint);
      return `${visible(sample.type)} #${sample.sample} ${mark(sample.outcome)}: ${visible(sample.problem)}${hint}\n`;
    });
  const unseen = samples
    .flatMap(({ ends }) => ends)
    .filter(({ seen }) => !seen)
    .map(({ instanceId, state, problem }) => {
      const why = problem === "" ? "" : `: ${visible(problem)}`;
      return `${colors.bad("not seen to end")}: ${visible(instanceId)}, last ${state}${why}\n`;
    });
  const notBegun = skipped.map(
    ({ type, samples: count, reason }) =>
      `${visible(type)}: ${counted(count, "sample")} not begun: ${visible(reason)}\n`,
  );
  return [...failed, ...notBegun, ...unseen].join("");
}

function gateLines({ gates }: ProbeReport, colors: Colors): string {
  return gates
    .map(({ gate, passed, failures, notes }) => {
      const told = [...failures.map(({ type, problem }) => `${type}: ${problem}`), ...notes];
      const lines = told.map((line) => `  ${visible(line)}\n`);
      return `${visible(gate)}: ${passed ? colors.good("passed") : colors.bad("fell short")}\n${lines.join("")}`;
    })
    .join("");
}

function boot(seconds: number | undefined): string {
  return seconds === undefined ? "-" : `${seconds.toFixed(1)}s`;
}

/** The values, each once; `-` where there are none. */
function distinct(values: readonly string[]): string {
  return [...new Set(values.filter((value) => value !== ""))].join(",") || "-";
}
