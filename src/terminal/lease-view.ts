import type { NamedLease, RenewedLease } from "../cluster/lease/by-uri.js";
import { limitText } from "../lib/time-text.js";
import type { Colors } from "./colors.js";
import { renderTable } from "./table.js";

/** How a result is looked at. */
interface Style {
  readonly columns: number | undefined;
  readonly colors: Colors;
}

/** What became of each alloc that was to be freed. */
export function freeTable(results: readonly NamedLease<undefined>[], style: Style): Promise<string> {
  return leaseTable(results, style, () => "freed");
}

/** What became of each lease that was to be renewed. */
export function keepaliveTable(results: readonly NamedLease<RenewedLease>[], style: Style): Promise<string> {
  return leaseTable(results, style, ({ grantedMs }) => `runs for ${limitText(grantedMs)}`);
}

/** Why something was not done is told beside the table, as it is long. */
function leaseTable<T>(
  results: readonly NamedLease<T>[],
  { columns, colors }: Style,
  done: (value: T) => string,
): Promise<string> {
  return renderTable<NamedLease<T>>(
    [
      { title: "URI", cell: ({ uri }) => uri },
      {
        title: "RESULT",
        cell: (result) =>
          result.kind === "done" ? done(result.value) : result.error.code === "lease-lost" ? "lost" : "failed",
      },
    ],
    results,
    { columns, title: colors.strong },
  );
}
