import { goYaml } from "./go-yaml.js";

/** How a file is laid out, so that what is added looks like the rest. */
export interface Layout {
  readonly eol: "\n" | "\r\n";
  /** Spaces for each level. */
  readonly indent: number;
  /** Lists stand further right than their key. */
  readonly indentSeq: boolean;
}

/** The layout of a text, by its first lines that tell. */
export function layoutOf(text: string): Layout {
  return {
    eol: text.includes("\r\n") ? "\r\n" : "\n",
    indent: /^( +)[\w"'<][^\n]*:/m.exec(text)?.[1]?.length ?? 2,
    indentSeq: !/^( *)[\w"'][^\n]*:[ \t]*(#[^\n]*)?\r?\n(\s*#[^\n]*\n)*\1- /m.test(text),
  };
}

/** A value as it stands behind its key: on the key's line, and on the lines below. */
export interface ValueText {
  readonly inline: string;
  readonly lines: readonly string[];
}

/** A value in a block mapping; `column` is that of the lines below the key. */
export function blockValue(value: unknown, column: number, layout: Layout): ValueText {
  if (typeof value === "string" && value.includes("\n")) {
    const [header = "", ...lines] = linesOf(goYaml([value], { inside: true })).map((line) => line.slice(2));
    return { inline: header, lines: indented(lines, column) };
  }
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return { inline: goYaml([value]).slice(2).trimEnd(), lines: [] };
  }
  return { inline: "", lines: indented(linesOf(goYaml(value, { ...layout, inside: true })), column) };
}

/** The lines of a mapping's entries at a column. */
export function blockLines(entries: Readonly<Record<string, unknown>>, column: number, layout: Layout): string[] {
  return indented(linesOf(goYaml(entries, { ...layout, inside: true })), column);
}

/** A value in one line. */
export function flowValue(value: unknown): string {
  // In a list, so that the text is one that may stand inside of others.
  return goYaml([value], { flow: true }).trimEnd().slice(1, -1);
}

/** Entries as they stand between the braces of a mapping. */
export function flowEntries(entries: Readonly<Record<string, unknown>>): string {
  return flowValue(entries).slice(1, -1);
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, "").split("\n");
}

function indented(lines: readonly string[], column: number): string[] {
  return lines.map((line) => (line === "" ? line : " ".repeat(column) + line));
}
