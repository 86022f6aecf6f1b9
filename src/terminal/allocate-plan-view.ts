import type { AllocatePlan, FleetLaunch, PlannedReuse, TruePrice } from "../cluster/results.js";
import { counted } from "../lib/counted.js";
import { usdText } from "../lib/money-text.js";
import { instanceText, type ResultStyle } from "./allocate-view.js";
import { factsBlock } from "./facts-block.js";
import { resourcesSentence } from "./resources-text.js";
import { type Column, renderTable } from "./table.js";
import { visible } from "./visible.js";

/** How a plan is looked at. */
export interface PlanStyle extends ResultStyle {
  /** With the offerings that were not considered. */
  readonly explain: boolean;
}

/** What `allocate` would do: for one alloc all that is known, for many a table. */
export async function allocatePlanText(plan: AllocatePlan, style: PlanStyle): Promise<string> {
  const allocs = [...plan.reuse, ...plan.launches].reduce((sum, part) => sum + part.allocs, plan.unserved.length);
  const text = allocs === 1 ? onePlanText(plan, style) : await fleetText(plan, allocs, style);
  return style.explain ? `${text}\n${await rejectedText(plan, style)}` : text;
}

function onePlanText({ reuse: [reuse], launches: [launch], ...plan }: AllocatePlan, style: PlanStyle): string {
  const { strong } = style.colors;
  if (reuse !== undefined) {
    return factsBlock(
      `would reserve on ${strong(visible(reuse.instance.id))}`,
      [
        ["instance", `already there: ${instanceText(reuse.instance)}`],
        ["free", resourcesSentence(reuse.available)],
      ],
      style,
    );
  }
  if (launch === undefined) return "would do nothing\n";
  const { instanceType, market, zone, resources, price, reason } = launch;
  return factsBlock(
    `would launch ${strong(visible(instanceType))}`,
    [
      ["market", zone === undefined ? market : `${market} in ${zone}`],
      ["offers", resourcesSentence(resources)],
      ["price", priceText(price)],
      ["why", reason],
      ["data", `as of ${datesText(plan)}`],
    ],
    style,
  );
}

async function fleetText(plan: AllocatePlan, allocs: number, style: PlanStyle): Promise<string> {
  const { reuse, launches, unserved, hourlyUsd } = plan;
  const count = launches.reduce((sum, launch) => sum + launch.count, 0);
  const served = reuse.reduce((sum, part) => sum + part.allocs, 0);
  const lines = [
    `would serve ${allocs - unserved.length} of ${counted(allocs, "alloc")}: ${served} by members, the others by launching ${counted(count, "instance")} for ${usdText(hourlyUsd)} USD/h (prices of ${datesText(plan)})`,
  ];
  const tables = [
    ...(launches.length > 0 ? [await launchTable(launches, style)] : []),
    ...(reuse.length > 0 ? [await reuseTable(reuse, style)] : []),
  ];
  return [`${lines.join("\n")}\n`, ...tables, ...unservedLines(unserved)].join("");
}

function datesText({ dataAsOf, measuredAsOf }: Pick<AllocatePlan, "dataAsOf" | "measuredAsOf">): string {
  return measuredAsOf === undefined ? dataAsOf : `${dataAsOf}, own measurements of ${measuredAsOf}`;
}

/** Those next to each other that share a reason on one line: a limit may leave out hundreds. */
function unservedLines(unserved: AllocatePlan["unserved"]): readonly string[] {
  const runs: { first: number; last: number; readonly reason: string }[] = [];
  for (const { alloc, reason } of unserved) {
    const run = runs.at(-1);
    if (run !== undefined && run.reason === reason && run.last === alloc - 1) run.last = alloc;
    else runs.push({ first: alloc, last: alloc, reason });
  }
  return runs.map(({ first, last, reason }) => {
    const which = first === last ? `alloc ${first + 1}` : `allocs ${first + 1} to ${last + 1}`;
    return `${which} would not be served: ${visible(reason)}\n`;
  });
}

function launchTable(launches: readonly FleetLaunch[], style: PlanStyle): Promise<string> {
  const columns: Column<FleetLaunch>[] = [
    { title: "LAUNCH", cell: ({ count }) => String(count), align: "right" },
    { title: "TYPE", cell: ({ instanceType }) => instanceType },
    { title: "MARKET", cell: ({ market }) => market, dropFirst: 3 },
    { title: "ZONE", cell: ({ zone }) => zone ?? "any", dropFirst: 2 },
    { title: "ALLOCS", cell: ({ allocs }) => String(allocs), align: "right" },
    { title: "$/H EACH", cell: ({ price }) => usdText(price.totalUsd), align: "right" },
    { title: "OFFERS EACH", cell: ({ resources }) => resourcesSentence(resources), dropFirst: 4 },
    { title: "WHY", cell: ({ reason }) => reason, dropFirst: 5 },
  ];
  return renderTable(columns, launches, tableStyle(style));
}

function reuseTable(reuse: readonly PlannedReuse[], style: PlanStyle): Promise<string> {
  const columns: Column<PlannedReuse>[] = [
    { title: "MEMBER", cell: ({ instance }) => instance.id },
    { title: "TYPE", cell: ({ instance }) => instance.type },
    { title: "ALLOCS", cell: ({ allocs }) => String(allocs), align: "right" },
    { title: "FREE NOW", cell: ({ available }) => resourcesSentence(available), dropFirst: 1 },
  ];
  return renderTable(columns, reuse, tableStyle(style));
}

/** Offerings that were not considered; the zones of a type that share a reason on one line. */
function rejectedText({ rejected }: AllocatePlan, style: PlanStyle): Promise<string> {
  const rows = new Map<
    string,
    { readonly type: string; readonly market: string; readonly zones: string[]; readonly reason: string }
  >();
  for (const { instanceType: type, market, zone = "any", reason } of rejected) {
    const key = JSON.stringify([type, market, reason]);
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { type, market, zones: [zone], reason });
    else row.zones.push(zone);
  }
  return renderTable(
    [
      { title: "NOT CONSIDERED", cell: ({ type }) => type },
      { title: "MARKET", cell: ({ market }) => market, dropFirst: 1 },
      { title: "ZONES", cell: ({ zones }) => zones.join(" "), dropFirst: 2 },
      { title: "BECAUSE", cell: ({ reason }) => reason },
    ],
    [...rows.values()],
    tableStyle(style),
  );
}

function tableStyle({ columns, colors }: PlanStyle): Parameters<typeof renderTable>[2] {
  return { columns, title: colors.strong };
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
