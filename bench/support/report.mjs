// How results are written down: rows of named figures, bars, and the conditions of the measurement.
import { availableParallelism, cpus, loadavg } from "node:os";
import { round } from "./statistics.mjs";

/** What figures depend on. */
export function conditions() {
  return {
    date: new Date().toISOString(),
    node: `Node ${process.version}`,
    processor: `${availableParallelism()} x ${cpus()[0]?.model.trim() ?? "unknown"}`,
    load: `load ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")}`,
  };
}

/** A bar and whether what was measured stays within it. */
export function bar(what, measured, limit, unit) {
  return { what, measured: round(measured), limit, unit, met: measured <= limit };
}

/** A report as text: each table with aligned columns, then the bars. */
export function formatReport({ name, tables, bars }) {
  const parts = tables.map(({ title, rows }) => `${title}\n${alignedTable(rows)}`);
  const verdicts = bars.map(
    ({ what, measured, limit, unit, met }) => `${met ? "met   " : "MISSED"}  ${what}: ${measured} of ${limit} ${unit}`,
  );
  return `== ${name}\n\n${[...parts, verdicts.join("\n")].filter((part) => part !== "").join("\n\n")}\n`;
}

/** Rows of the same fields; the first column is text, the others stand under their ends. */
function alignedTable(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines
    .map((line) => line.map((text, at) => (at === 0 ? text.padEnd(widths[at]) : text.padStart(widths[at]))).join("  "))
    .join("\n");
}

function cell(value) {
  return value === undefined ? "-" : String(value);
}
