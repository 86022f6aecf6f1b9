import { reasonFor } from "./not-needed.js";
import type { Fault } from "./table.js";

/** Breaks that fail the boot, as a table of Markdown: what, how, where it shows, and the line on the console. */
export function faultTable(faults: readonly Fault[]): string {
  const rows = new Map<string, { readonly hows: string[]; readonly cells: readonly string[] }>();
  for (const { trial, place, how, step, line } of faults) {
    if (trial === undefined) continue;
    const cells = [step, line === "" ? "" : code(line)];
    const key = JSON.stringify([place, ...cells]);
    const row = rows.get(key) ?? { hows: [], cells: [place, ...cells] };
    row.hows.push(how);
    rows.set(key, row);
  }
  if (rows.size === 0) return "";
  const lines = [...rows.values()].map(({ hows, cells: [place = "", ...others] }) =>
    rowOf([place, [...new Set(hows)].join(", "), ...others]),
  );
  return ["| broken | how | step | console |", "| --- | --- | --- | --- |", ...lines, ""].join("\n");
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.map(escape).join(" | ")} |`;
}

/** Breaks that a machine comes up with, by the reasons why. */
export function harmlessTable(faults: readonly Fault[]): string {
  const byReason = new Map<string, string[]>();
  for (const fault of faults) {
    if (fault.trial !== undefined) continue;
    const why = reasonFor(fault)?.why ?? "not known";
    const places = byReason.get(why) ?? [];
    byReason.set(why, [...places, `${fault.part}: ${fault.place}`]);
  }
  const lines = [...byReason].map(([why, places]) => `| ${escape([...new Set(places)].join("; "))} | ${why} |`);
  return ["| what | why |", "| --- | --- |", ...lines, ""].join("\n");
}

function code(line: string): string {
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
}

function escape(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
