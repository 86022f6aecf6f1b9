import type { CatalogDates, CatalogType } from "../catalog/model.js";
import type { FitVerdict, InstanceTypeView } from "../commands/shared/instance-catalogue.js";
import { usdText } from "../lib/money-text.js";
import { sizeText } from "../pool/resources.js";
import type { Colors } from "./colors.js";
import { type Column, renderTable } from "./table.js";

/** A type to be shown; `fit` where it was asked whether something fits. */
export interface InstanceRow extends InstanceTypeView {
  readonly fit: FitVerdict | undefined;
}

/** How the types are looked at. */
export interface InstancesStyle {
  /** Width of the terminal; undefined for a pipe, which gets every column. */
  readonly columns: number | undefined;
  /** With everything that is known; nothing is left out. */
  readonly wide: boolean;
  readonly colors: Colors;
}

const MIB = 2 ** 20;

/** The Spot Advisor's ranges of interruption. */
export const INTERRUPTION_RANGES = ["<5%", "5-10%", "10-15%", "15-20%", ">20%"] as const;

/** The types as a table, one a line, in the order given. */
export function instancesTable(rows: readonly InstanceRow[], style: InstancesStyle): Promise<string> {
  const judged = rows.some(({ fit }) => fit !== undefined);
  const columns: Column<InstanceRow>[] = [
    { title: "TYPE", cell: ({ facts }) => facts.type },
    { title: "CPU", cell: ({ facts }) => String(facts.vcpu), align: "right" },
    { title: "MEM", cell: ({ facts }) => sizeText(facts.memoryMiB * MIB), align: "right", dropFirst: 4 },
    { title: "USABLE", cell: ({ facts }) => sizeText(facts.usableMemoryBytes), align: "right", dropFirst: 1 },
    { title: "FROM", cell: ({ facts }) => facts.memorySource, dropFirst: 5 },
    { title: "$/H", cell: ({ price }) => usdText(price?.totalUsd), align: "right" },
    { title: "INTERRUPTED", cell: ({ facts }) => interruptionRange(facts) ?? "-", align: "right", dropFirst: 7 },
    { title: "VERIFIED", cell: ({ facts }) => verifiedText(facts), dropFirst: 2 },
    { title: "BOOT", cell: ({ facts }) => bootText(facts), align: "right", dropFirst: 6 },
    { title: "ARCH", cell: ({ facts }) => facts.architectures.join(","), dropFirst: 8 },
    { title: "EBS MB/S", cell: ({ facts }) => numberText(facts.ebsBaselineMBps), align: "right", dropFirst: 9 },
    judged
      ? { title: "FITS", cell: ({ fit }) => fitText(fit) }
      : { title: "LAUNCH", cell: ({ problem }) => (problem === "" ? "yes" : "no"), dropFirst: 3 },
  ];
  const wideColumns: Column<InstanceRow>[] = [
    { title: "DISK", cell: ({ diskBytes }) => sizeText(diskBytes), align: "right" },
    { title: "STORE GB", cell: ({ facts }) => numberText(facts.instanceStorageGB || undefined), align: "right" },
    { title: "GPUS", cell: ({ facts }) => numberText(facts.gpus || undefined), align: "right" },
    { title: "SPOT $/H", cell: ({ spotEstimateUsd }) => estimateText(spotEstimateUsd), align: "right" },
    { title: "MEASURED", cell: ({ facts }) => facts.measuredOn ?? "-" },
    { title: "NO LAUNCH BECAUSE", cell: ({ problem }) => problem || "-" },
  ];
  return renderTable(style.wide ? [...columns, ...wideColumns] : columns, rows, {
    columns: style.wide ? undefined : style.columns,
    title: style.colors.strong,
  });
}

/** How often spot instances of the type are interrupted; undefined where nobody says. */
export function interruptionRange({ interruption }: CatalogType): string | undefined {
  return interruption === undefined ? undefined : INTERRUPTION_RANGES[interruption];
}

/** How old the data is, e.g. `prices of 2026-02-17, offerings of 2026-08-01, own measurements of 2026-11-25`. */
export function dataDatesText(asOf: CatalogDates): string {
  const dates: readonly (readonly [string, string | undefined])[] = [
    ["prices", asOf.prices],
    ["offerings", asOf.offerings],
    ["spot advice", asOf.advisor],
    ["Reflow's probes", asOf.verified],
    ["own measurements", asOf.measured],
  ];
  return dates.flatMap(([what, date]) => (date === undefined ? [] : [`${what} of ${date}`])).join(", ");
}

function verifiedText({ verified, probeFailed }: CatalogType): string {
  return verified ? "yes" : probeFailed ? "failed" : "no";
}

function bootText({ bootSeconds }: CatalogType): string {
  return bootSeconds === undefined ? "-" : `${Math.round(bootSeconds)}s`;
}

function fitText(fit: FitVerdict | undefined): string {
  return fit === undefined ? "-" : fit.fits ? "yes" : fit.reason;
}

function estimateText(usd: number | undefined): string {
  return usd === undefined ? "-" : `~${usdText(usd)}`;
}

function numberText(value: number | undefined): string {
  return value === undefined ? "-" : String(Number(value.toFixed(2)));
}
