import { describe, expect, it } from "@jest/globals";
import { usdText } from "../../src/lib/money-text.js";

describe("a price an hour", () => {
  it.each([
    [undefined, "?"],
    [0, "0.0000"],
    [0.1331, "0.1331"],
    [0.99999, "1.0000"],
    [4.608, "4.61"],
    [218.4, "218.40"],
  ])("of %s is %s", (usd, text) => {
    expect(usdText(usd)).toBe(text);
  });
});
