import { describe, expect, it } from "@jest/globals";
import { pemBlocks } from "../../src/tls/pem.js";

const block = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;

describe("pemBlocks", () => {
  it.each([
    ["an empty text", "", []],
    ["no block", "key: value\n", []],
    [
      "two blocks with words between",
      `before\n${block("A", "aa")}between\n${block("B C", "bb")}after`,
      [
        { label: "A", text: block("A", "aa") },
        { label: "B C", text: block("B C", "bb") },
      ],
    ],
    ["carriage returns", block("A", "aa").replaceAll("\n", "\r\n"), [{ label: "A", text: block("A", "aa") }]],
    ["indentation", block("A", "aa").replaceAll(/^/gm, "    "), [{ label: "A", text: block("A", "aa") }]],
    ["no newline at the end", block("A", "aa").trimEnd(), [{ label: "A", text: block("A", "aa") }]],
    ["a block without an end", "-----BEGIN A-----\naa\n", []],
    ["an end without a begin", "-----END A-----\n", []],
    ["an end of another label", "-----BEGIN A-----\naa\n-----END B-----\n-----END A-----\n", []],
    [
      "a block that starts anew",
      `-----BEGIN A-----\nold\n${block("A", "new")}`,
      [{ label: "A", text: block("A", "new") }],
    ],
    ["markers within a line", "x -----BEGIN A-----\naa\n-----END A-----\n", []],
  ])("finds the complete blocks in a text with %s", (_name, text, expected) => {
    expect(pemBlocks(text)).toEqual(expected);
  });

  it("takes a text of nothing but beginnings in its stride", () => {
    expect(pemBlocks("-----BEGIN A-----\n".repeat(200_000))).toEqual([]);
  });
});
