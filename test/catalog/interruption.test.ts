import { describe, expect, it } from "@jest/globals";
import { interruptionLevel, interruptionText } from "../../src/catalog/interruption.js";

describe("how often spot instances of a type are interrupted", () => {
  it.each([
    [undefined, 1],
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ] as const)("puts range %p on level %d: below 10 %, 15 %, 20 %, any", (interruption, level) => {
    expect(interruptionLevel(interruption)).toBe(level);
  });

  it.each([
    [1, "interrupted in more than 5 % of cases"],
    [4, "interrupted in more than 20 % of cases"],
  ] as const)("tells range %d by its lower bound", (interruption, text) => {
    expect(interruptionText({ interruption })).toBe(text);
  });
});
