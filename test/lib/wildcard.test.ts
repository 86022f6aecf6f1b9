import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { matchesWildcard, parseWildcard } from "../../src/lib/wildcard.js";

const matches = (pattern: string, text: string): boolean => matchesWildcard(parseWildcard(pattern), text);

describe("wildcards", () => {
  it.each<[pattern: string, text: string, expected: boolean]>([
    ["", "", true],
    ["", "a", false],
    ["a", "a", true],
    ["a", "A", false],
    ["a.c", "abc", false],
    ["*", "", true],
    ["*", "line\nline", true],
    ["?", "", false],
    ["a*c", "abbc", true],
    ["a*c", "abbcd", false],
    ["*b*b", "abab", true],
    ["*ab?", "aabab", false],
    ["*ab?", "abaabc", true],
    ["a\\*c", "a*c", true],
    ["a\\*c", "abc", false],
    ["\\?", "?", true],
    ["\\\\", "\\", true],
    ["\\n", "\\n", true],
    ["a\\", "a\\", true],
  ])("%j against %j", (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it("say the same as a regular expression for any pattern", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
        expect(matches(pattern, text)).toBe(expression.test(text));
      }),
    );
  });

  it("cannot be made slow", () => {
    expect(matches(`${"*a".repeat(200)}*b`, "a".repeat(256))).toBe(false);
  });
});
