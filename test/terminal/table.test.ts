import { describe, expect, it } from "@jest/globals";
import { type Column, renderTable } from "../../src/terminal/table.js";

interface Fruit {
  readonly name: string;
  readonly color: string;
  readonly grams: number;
}

const columns: readonly Column<Fruit>[] = [
  { title: "NAME", cell: ({ name }) => name },
  { title: "COLOR", cell: ({ color }) => color, dropFirst: 1 },
  { title: "GRAMS", cell: ({ grams }) => String(grams), align: "right", dropFirst: 2 },
];
const fruits: readonly Fruit[] = [
  { name: "apple", color: "red", grams: 180 },
  { name: "fig", color: "violet", grams: 50 },
];
const plain = (text: string): string => text;
const render = (width: number | undefined, rows = fruits): Promise<string> =>
  renderTable(columns, rows, { columns: width, title: plain });

describe("a table", () => {
  it("has its columns two spaces apart, no borders, and nothing at the ends of lines", async () => {
    expect(await render(undefined)).toBe("NAME   COLOR   GRAMS\napple  red       180\nfig    violet     50\n");
  });

  it("keeps all columns where they just fit", async () => {
    expect(await render(20)).toBe(await render(undefined));
  });

  it.each([
    [19, "NAME   COLOR\napple  red\nfig    violet\n"],
    [12, "NAME\napple\nfig\n"],
    [1, "NAME\napple\nfig\n"],
  ])("leaves out the least important columns on %d columns, and never the others", async (width, text) => {
    expect(await render(width)).toBe(text);
  });

  it("has titles alone without rows", async () => {
    expect(await render(undefined, [])).toBe("NAME  COLOR  GRAMS\n");
  });

  it("keeps its layout when titles are marked", async () => {
    const bold = (text: string): string => `\u001b[1m${text}\u001b[22m`;
    const text = await renderTable(columns, fruits, { columns: undefined, title: bold });
    expect(text.replace(/\u001b\[\d+m/g, "")).toBe(await render(undefined));
  });

  it("lays many rows out as few", async () => {
    const rows = Array.from({ length: 120 }, (_, index) => ({ name: `fruit ${index}`, color: "red", grams: index }));
    const lines = (await render(undefined, rows)).split("\n");
    expect(lines).toEqual([
      "NAME       COLOR  GRAMS",
      ...rows.map(({ name, grams }) => `${name.padEnd(9)}  red    ${String(grams).padStart(5)}`),
      "",
    ]);
  });

  it("cuts nothing that is wider than its letters", async () => {
    const rows = [{ name: "林檎りんご", color: "红", grams: 1 }];
    expect(await render(undefined, rows)).toContain("林檎りんご  红");
  });

  it("keeps a hostile cell on its line", async () => {
    const rows = [{ name: "a\nb\u001b[31m", color: "", grams: 1 }];
    expect((await render(undefined, rows)).split("\n")[1]).toBe("a\\x0ab\\x1b[31m             1");
  });
});

describe("a table of many rows", () => {
  it("looks as one of few does, though the library has no hand in it", async () => {
    const columns: Column<number>[] = [
      { title: "NUMBER", cell: (row) => String(row), align: "right" },
      { title: "SQUARE", cell: (row) => "x".repeat(row % 7), dropFirst: 1 },
      { title: "LAST", cell: (row) => (row % 3 === 0 ? "" : `${row * row}`) },
    ];
    const style = { columns: undefined, title: (text: string) => `\u001b[1m${text}\u001b[22m` };
    const rows = Array.from({ length: 201 }, (_, index) => index);
    const long = await renderTable(columns, rows, style);
    const short = (await renderTable(columns, rows.slice(-150), style)).split("\n");
    const lines = long.split("\n");
    expect([lines[0], ...lines.slice(-151)]).toEqual([short[0], ...short.slice(1)]);
  });
});
