import type { AllocateResult } from "../cluster/results.js";
import { durationText } from "../lib/time-text.js";
import type { ResultStyle } from "./allocate-view.js";
import { timestamp } from "./json/schema-version.js";
import { resourcesSentence } from "./resources-text.js";
import { type Column, renderTable } from "./table.js";

/** Several allocs, one a line. */
export function allocationsTable(results: readonly AllocateResult[], style: ResultStyle): Promise<string> {
  const { columns: width, nowMs, colors } = style;
  const lease: Column<AllocateResult> =
    width === undefined
      ? { title: "EXPIRES", cell: ({ alloc }) => timestamp(alloc.expiresMs) }
      : { title: "LEASE", cell: ({ alloc }) => durationText(alloc.expiresMs - nowMs), align: "right" };
  const columns: Column<AllocateResult>[] = [
    { title: "ALLOC", cell: ({ alloc }) => alloc.uri },
    { title: "RESOURCES", cell: ({ alloc }) => resourcesSentence(alloc.resources) },
    { ...lease, dropFirst: 3 },
    { title: "INSTANCE", cell: ({ instance }) => instance.id, dropFirst: 1 },
    { title: "TYPE", cell: ({ instance }) => instance.type, dropFirst: 2 },
    { title: "ZONE", cell: ({ instance }) => instance.zone, dropFirst: 4 },
    { title: "FROM", cell: ({ reused }) => (reused ? "member" : "launch"), dropFirst: 5 },
  ];
  return renderTable(columns, results, { columns: width, title: colors.strong });
}
