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
  if (rows.length > MANY_ROWS && shown.every(isPlain)) return paddedLines(shown, rows.length, style);
  const { default: Table } = await import("cli-table3");
  const layout = {
    colWidths: shown.map((column) => widthOf(column) + GAP),
    colAligns: shown.map(({ align }) => align ?? ("left" as const)),
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
  };
  const lines = [
    shown.map(({ title }) => style.title(title)),
    ...rows.map((_row, index) => shown.map(({ cells }) => cells[index] ?? "")),
  ];
  let text = "";
  for (let from = 0; from < lines.length; from += ROWS_AT_ONCE) {
    const table = new Table(layout);
    table.push(...lines.slice(from, from + ROWS_AT_ONCE));
    text += `${table.toString()}\n`;
  }
  return text.replace(/ +$/gm, "");
}

/** cli-table3 takes about a millisecond for a row: too long for what needs no more than padding. */
const MANY_ROWS = 200;

/** The same lines as the library's, for cells whose width is their length. */
function paddedLines(columns: readonly (FilledColumn & Aligned)[], count: number, style: TableStyle): string {
  const gap = " ".repeat(GAP);
  const widths = columns.map(widthOf);
  const line = (cellOf: (column: FilledColumn) => string, mark = (text: string): string => text): string =>
    columns
      .map((column, index) => {
        const cell = cellOf(column);
        const room = " ".repeat((widths[index] ?? 0) - cell.length);
        return column.align === "right" ? `${room}${mark(cell)}` : `${mark(cell)}${room}`;
      })
      .join(gap)
      .trimEnd();
  const lines = [line(({ title }) => title, style.title)];
  for (let row = 0; row < count; row += 1) lines.push(line(({ cells }) => cells[row] ?? ""));
  return lines.map((each) => `${each}\n`).join("");
}

interface Aligned {
  readonly align?: "left" | "right";
}

/** Only printable ASCII, and so without colors. */
function isPlain({ cells }: FilledColumn): boolean {
  return cells.every((cell) => /^[ -~]*$/.test(cell));
}

/** The layout of a table costs the square of its rows; as the widths are ours, pieces fit together. */
const ROWS_AT_ONCE = 50;

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
  return columns.reduce((sum, column) => sum + widthOf(column) + GAP, -GAP);
}

function widthOf({ title, cells }: FilledColumn): number {
  return cells.reduce((width, cell) => Math.max(width, cellWidth(cell)), title.length);
}

/** Columns that a text may take: what is not ASCII may be twice as wide, and nothing is to be cut. */
function cellWidth(text: string): number {
  let width = 0;
  for (const character of text) width += character <= "~" ? 1 : 2;
  return width;
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
