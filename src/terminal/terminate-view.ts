import type { TerminateCandidate, TerminateResult } from "../cluster/results.js";
import type { Colors } from "./colors.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { renderTable } from "./table.js";
import { durationText } from "../lib/time-text.js";

/** What would go: a table, and a line with the sum. */
export async function terminatePreview(
  instances: readonly TerminateCandidate[],
  style: { readonly nowMs: number; readonly columns: number | undefined; readonly colors: Colors },
): Promise<string> {
  const table = await renderTable<TerminateCandidate>(
    [
      { title: "ID", cell: ({ id }) => id },
      { title: "TYPE", cell: ({ type }) => type },
      { title: "STATE", cell: ({ state }) => state, dropFirst: 1 },
      { title: "ZONE", cell: ({ zone }) => zone || "-", dropFirst: 2 },
      { title: "AGE", cell: ({ launchTimeMs }) => durationText(style.nowMs - launchTimeMs), align: "right" },
      { title: "$/H", cell: ({ hourlyUsd }) => usdText(hourlyUsd), align: "right" },
      { title: "LEASES", cell: ({ liveAllocs }) => String(liveAllocs), align: "right" },
    ],
    instances,
    { columns: style.columns, title: style.colors.strong },
  );
  return `${table}${terminateSummary(instances)}\n`;
}

/** `2 instances, 0.2600 USD/h, 1 live lease`. */
export function terminateSummary(instances: readonly TerminateCandidate[]): string {
  const leases = instances.reduce((sum, { liveAllocs }) => sum + liveAllocs, 0);
  const prices = instances.map(({ hourlyUsd }) => hourlyUsd);
  const known = prices.reduce<number>((sum, price) => sum + (price ?? 0), 0);
  const price = prices.every((each) => each === undefined) ? undefined : known;
  const bound = price !== undefined && prices.includes(undefined) ? "at least " : "";
  return [
    counted(instances.length, "instance"),
    `${bound}${usdText(price)} USD/h`,
    ...(leases > 0 ? [counted(leases, "live lease")] : []),
  ].join(", ");
}

/** What became of each instance. */
export function terminateTable(
  results: readonly TerminateResult[],
  style: { readonly columns: number | undefined; readonly colors: Colors },
): Promise<string> {
  return renderTable<TerminateResult>(
    [
      { title: "ID", cell: ({ id }) => id },
      { title: "FROM", cell: ({ from }) => from },
      { title: "TO", cell: ({ to }) => to },
    ],
    results,
    { columns: style.columns, title: style.colors.strong },
  );
}
