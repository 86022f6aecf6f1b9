import type { PlannedProbe, ProbePlan } from "../cluster/probe/plan.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { limitText } from "../lib/time-text.js";
import type { Colors } from "./colors.js";
import { hourlyText } from "./hourly-text.js";
import { renderTable, type Column } from "./table.js";
import { visible } from "./visible.js";

/** How a plan is looked at. */
export interface ProbePlanStyle {
  /** Width of the terminal; undefined for a pipe. */
  readonly columns: number | undefined;
  readonly colors: Colors;
}

/** What a probe would do: a line for each type, and what all of it costs. */
export async function probePlanText(plan: ProbePlan, { columns, colors }: ProbePlanStyle): Promise<string> {
  const cells: Column<PlannedProbe>[] = [
    { title: "TYPE", cell: ({ type }) => type },
    { title: "SAMPLES", cell: ({ samples }) => String(samples), align: "right" },
    { title: "MARKETS", cell: ({ places }) => distinct(places.map(({ market }) => market)).join(", then ") },
    {
      title: "ZONES",
      cell: ({ places }) => distinct(places.map(({ zone }) => zone ?? "EC2's choice")).join(" "),
      dropFirst: 1,
    },
    { title: "$/H", cell: ({ places: [first] }) => hourlyText(first), align: "right" },
    { title: "USUAL $", cell: ({ usualUsd }) => usdText(usualUsd), align: "right" },
    { title: "MOST $", cell: ({ mostUsd }) => usdText(mostUsd), align: "right" },
  ];
  const table = await renderTable(cells, plan.types, { columns, title: colors.strong });
  const skipped = plan.skipped.map(({ type, reason }) => `${type} would not be probed: ${visible(reason)}\n`).join("");
  return `${table}${skipped}`;
}

/** One sentence: how much is to be probed, and what it costs. */
export function probePlanSummary(
  plan: ProbePlan,
  { timeoutMs, budgetUsd }: { readonly timeoutMs: number; readonly budgetUsd: number | undefined },
): string {
  const samples = plan.types.reduce((sum, type) => sum + type.samples, 0);
  const most = `${usdText(plan.mostUsd)} USD at most, should each take ${limitText(timeoutMs)}`;
  const budget = budgetUsd === undefined ? "" : `; the budget is ${usdText(budgetUsd)} USD`;
  return `${counted(samples, "instance")} of ${counted(plan.types.length, "type")}, for about ${usdText(plan.usualUsd)} USD (${most}${budget})`;
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}
