import { describe, expect, it } from "@jest/globals";
import { remember } from "../../src/lib/remember.js";

describe("a function that remembers", () => {
  it("works once for each text, and again for one that it has forgotten, the oldest first", () => {
    const worked: string[] = [];
    const upper = remember(2, (text) => {
      worked.push(text);
      return text.toUpperCase();
    });
    expect(["a", "a", "b", "c", "b", "a"].map(upper)).toEqual(["A", "A", "B", "C", "B", "A"]);
    expect(worked).toEqual(["a", "b", "c", "a"]);
  });

  it("does not remember failures", () => {
    let calls = 0;
    const fail = remember(2, (): string => {
      calls += 1;
      throw new Error(`failure ${calls}`);
    });
    expect(() => fail("a")).toThrow("failure 1");
    expect(() => fail("a")).toThrow("failure 2");
  });
});
