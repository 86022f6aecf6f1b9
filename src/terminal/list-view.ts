import type { MemberView } from "../cluster/results.js";
import type { Colors } from "./colors.js";
import { timestamp } from "./json/schema-version.js";
import { usdText } from "../lib/money-text.js";
import { cpuUsage, sizeUsage } from "./resources-text.js";
import { type Column, renderTable } from "./table.js";
import { durationText } from "../lib/time-text.js";

/** How and when a listing is looked at. */
export interface ListStyle {
  readonly nowMs: number;
  /** Width of the terminal; undefined for a pipe, which gets exact times and every column. */
  readonly columns: number | undefined;
  /** With addresses, EC2's own state and what is wrong; nothing is left out. */
  readonly wide: boolean;
  readonly colors: Colors;
}

/** The members as a table, one a line, in the order given; a title alone when there are none. */
export function listTable(members: readonly MemberView[], style: ListStyle): Promise<string> {
  const exact = style.columns === undefined;
  const age: Column<MemberView> = exact
    ? { title: "LAUNCHED", cell: (member) => timestamp(member.launchTimeMs) }
    : { title: "AGE", cell: (member) => durationText(style.nowMs - member.launchTimeMs), align: "right" };
  const columns: Column<MemberView>[] = [
    { title: "ID", cell: (member) => member.id },
    { title: "TYPE", cell: (member) => member.type },
    { title: "STATE", cell: (member) => member.health },
    { title: "MARKET", cell: (member) => member.market, dropFirst: 3 },
    { title: "ZONE", cell: (member) => member.zone || "-", dropFirst: 4 },
    age,
    { title: "VERSION", cell: (member) => member.version || "-", dropFirst: 6 },
    { title: "CPU", cell: (member) => cpuUsage(member.total, member.available), align: "right" },
    { title: "MEM", cell: (member) => sizeUsage(member.total, member.available, "mem"), align: "right", dropFirst: 1 },
    {
      title: "DISK",
      cell: (member) => sizeUsage(member.total, member.available, "disk"),
      align: "right",
      dropFirst: 5,
    },
    { title: "ALLOCS", cell: (member) => String(liveAllocs(member)), align: "right", dropFirst: 2 },
    { title: "$/H", cell: (member) => usdText(member.hourlyUsd), align: "right" },
  ];
  const reclaim: Column<MemberView> = { title: "RECLAIM", cell: (member) => member.reclaim?.status ?? "-" };
  const wideColumns: Column<MemberView>[] = [
    { title: "EC2STATE", cell: (member) => member.state },
    { title: "ADDRESS", cell: (member) => member.publicDnsName || "-" },
    reclaim,
    { title: "PROBLEM", cell: (member) => member.problem || "-" },
  ];
  // A notice is rare, and whoever works on the instance has two minutes: it is shown unasked, and only where there is one.
  const noticed = members.some((member) => member.reclaim !== undefined) ? [reclaim] : [];
  return renderTable(style.wide ? [...columns, ...wideColumns] : [...columns, ...noticed], members, {
    columns: style.wide ? undefined : style.columns,
    title: style.colors.strong,
  });
}

/** Allocs whose lease still runs. */
function liveAllocs(member: MemberView): number {
  return member.allocs.filter(({ expired }) => !expired).length;
}
