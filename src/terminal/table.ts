import { visible } from "./visible.js";

/** One column of a table. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly align?: "left" | "right";
  /** Columns with the highest number go first when the width does not suffice; those without stay. */
  readonly dropFirst?: number;
}

/** How a table is laid out. */
export interface TableStyle {
  /** Width that the table must fit; undefined for a pipe, where nothing is left out. */
  readonly columns: number | undefined;
  /** Marks the titles. */
  readonly title: (text: string) => string;
}

const GAP = 2;

/**
 * Rows under titles, in columns two spaces apart, no borders, nothing at the ends of lines. Where a terminal is too
 * narrow, the least important columns are left out rather than lines broken.
 */
export async function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  style: TableStyle,
): Promise<string> {
  const filled = columns.map((column) => ({
    ...column,
    cells: rows.map((row) => visible(column.cell(row))),
  }));
  const shown = fit(filled, style.columns);
  const { default: Table } = await import("cli-table3");
  const table = new Table({
    head: shown.map(({ title }) => style.title(title)),
    colAligns: shown.map(({ align }) => align ?? "left"),
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
  });
  table.push(...rows.map((_row, index) => shown.map(({ cells }) => cells[index] ?? "")));
  return table
    .toString()
    .split("\n")
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

interface FilledColumn {
  readonly title: string;
  readonly cells: readonly string[];
  readonly dropFirst?: number;
}

/** The columns that fit, in their order. */
function fit<C extends FilledColumn>(columns: readonly C[], width: number | undefined): readonly C[] {
  if (width === undefined || tableWidth(columns) <= width) return columns;
  const least = columns.reduce<C | undefined>(
    (found, column) => ((column.dropFirst ?? 0) > (found?.dropFirst ?? 0) ? column : found),
    undefined,
  );
  return least === undefined
    ? columns
    : fit(
        columns.filter((column) => column !== least),
        width,
      );
}

function tableWidth(columns: readonly FilledColumn[]): number {
  const widths = columns.map(({ title, cells }) => Math.max(title.length, ...cells.map((cell) => cell.length)));
  return widths.reduce((sum, width) => sum + width, 0) + GAP * (columns.length - 1);
}

const NO_BORDERS = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
