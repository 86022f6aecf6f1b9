import { describe, expect, it } from "@jest/globals";
import { visible } from "../../src/terminal/visible.js";

describe("text from outside", () => {
  it.each([
    ["plain text, größer 😀", "plain text, größer 😀"],
    ["\u001b[2J", "\\x1b[2J"],
    ["a\r\nb\tc", "a\\x0d\\x0ab\\x09c"],
    ["\u0007\u007f\u009b", "\\x07\\x7f\\x9b"],
    ["user\u202etxt.exe", "user\\u{202e}txt.exe"],
    ["\u2028\ud800", "\\u{2028}\\u{d800}"],
  ])("%j is shown as %j", (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});
