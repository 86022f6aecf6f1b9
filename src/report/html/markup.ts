import { cleanText } from "../summary.js";

/** HTML that was made here; text becomes it by `text()` alone. */
export type Html = string;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text from anywhere, for an element or an attribute in quotes. */
export function text(value: string): Html {
  return cleanText(value).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A column of a table of rows of one kind. */
export interface HtmlColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Html;
  readonly number?: boolean;
}

/** A table that scrolls by itself where it is too wide; the first column heads its rows. */
export function table<Row>(caption: string, columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): Html {
  const cssClass = ({ number }: HtmlColumn<Row>): string => (number === true ? ` class="number"` : "");
  const head = columns.map((column) => `<th scope="col"${cssClass(column)}>${text(column.title)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = columns.map((column, index) =>
      index === 0 ? `<th scope="row">${column.cell(row)}</th>` : `<td${cssClass(column)}>${column.cell(row)}</td>`,
    );
    return `<tr>${cells.join("")}</tr>\n`;
  });
  return (
    `<div class="scroll" role="region" tabindex="0" aria-label="${text(caption)}">\n` +
    `<table><caption>${text(caption)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body.join("")}</tbody></table>\n</div>\n`
  );
}

/** Items of a list. */
export function list(items: readonly Html[]): Html {
  return items.length === 0 ? "" : `<ul>\n${items.map((item) => `<li>${item}</li>\n`).join("")}</ul>\n`;
}
