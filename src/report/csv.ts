import { PROBE_MILESTONES, type ProbeReport, type ProbeSample } from "../cluster/probe/model.js";
import { amount } from "../pool/resources.js";
import { cleanText, refusalText, timeText } from "./summary.js";

type Cell = string | number | undefined;

/** A column, and what a sample has in it. */
interface CsvColumn {
  readonly name: string;
  readonly cell: (sample: ProbeSample, report: ProbeReport) => Cell;
}

/** All columns. The order is stable: new ones come last. */
const COLUMNS: readonly CsvColumn[] = [
  { name: "region", cell: (_sample, { region }) => region },
  { name: "reflow_version", cell: (_sample, { reflowVersion }) => reflowVersion },
  { name: "type", cell: ({ type }) => type },
  { name: "sample", cell: ({ sample }) => sample },
  { name: "outcome", cell: ({ outcome }) => outcome },
  { name: "market", cell: ({ market }) => market },
  { name: "zone", cell: ({ zone }) => zone },
  { name: "instance_id", cell: ({ instanceId }) => instanceId },
  { name: "image_id", cell: ({ imageId }) => imageId },
  { name: "started", cell: ({ startedMs }) => (startedMs === undefined ? undefined : timeText(startedMs)) },
  ...PROBE_MILESTONES.map((milestone) => ({
    name: `${milestone}_s`,
    cell: ({ reached }: ProbeSample) => rounded(reached[milestone]),
  })),
  { name: "offered_cpu", cell: ({ offered }) => offered && amount(offered, "cpu") },
  { name: "offered_mem_bytes", cell: ({ offered }) => offered && Math.trunc(amount(offered, "mem")) },
  { name: "offered_disk_bytes", cell: ({ offered }) => offered && Math.trunc(amount(offered, "disk")) },
  { name: "hourly_usd", cell: ({ hourlyUsd }) => hourlyUsd },
  { name: "cost_usd", cell: ({ costUsd }) => Number(costUsd.toFixed(6)) },
  { name: "waiting_for", cell: ({ waitingFor }) => waitingFor },
  { name: "refusals", cell: ({ refusals }) => refusals.map(refusalText).join("\n") },
  { name: "problem", cell: ({ problem }) => problem },
  { name: "hint", cell: ({ hint }) => hint },
  { name: "end_seen", cell: ({ ends }) => (ends.length === 0 ? undefined : String(ends.every(({ seen }) => seen))) },
  { name: "price_basis", cell: ({ priceBasis }) => priceBasis },
];

/** The names of the columns, in order. */
export const CSV_COLUMNS: readonly string[] = COLUMNS.map(({ name }) => name);

/**
 * The samples as CSV by RFC 4180: a header, a record for each sample, lines ended by CRLF, in UTF-8. What is not known is
 * empty. Text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
export function probeCsv(report: ProbeReport): string {
  const records = report.samples.map((sample) => COLUMNS.map(({ cell }) => field(cell(sample, report))));
  return [CSV_COLUMNS, ...records].map((fields) => `${fields.join(",")}\r\n`).join("");
}

function field(value: Cell): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = cleanText(value);
  const safe = /^\s*[=+\-@]|^\t/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Milliseconds are as fine as the clock. */
function rounded(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Number(seconds.toFixed(3));
}
