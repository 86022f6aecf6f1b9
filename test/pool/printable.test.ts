import { describe, expect, it } from "@jest/globals";
import { printable } from "../../src/pool/printable.js";

describe("printable", () => {
  it.each([
    ["plain words", "plain words"],
    [" a\r\n\tb  c ", "a b c"],
    ["Zürich 東京 €5 😀", "Zürich 東京 €5 😀"],
    ["\u001b[31mred\u0007", "\\u{1b}[31mred\\u{7}"],
    ["\u202eevil\u200b", "\\u{202e}evil\\u{200b}"],
    ["\ud800", "\\u{d800}"],
    ["exactly twenty chars", "exactly twenty chars"],
    ["more than twenty chars", "more than twenty cha…"],
    ["😀".repeat(21), `${"😀".repeat(20)}…`],
    ["x".repeat(1_000_000), `${"x".repeat(20)}…`],
    [" ".repeat(1_000_000), "…"],
  ])("makes one short line of %#", (text, line) => {
    expect(printable(text, 20)).toBe(line);
  });
});
