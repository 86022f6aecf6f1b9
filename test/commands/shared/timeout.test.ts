import { describe, expect, it } from "@jest/globals";
import { parseTimeout } from "../../../src/commands/shared/timeout.js";
import { UsageError } from "../../../src/errors.js";

describe("a time limit", () => {
  it.each([
    ["90s", 90_000],
    ["15m", 900_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["250ms", 250],
    ["90", 90_000],
    ["0.5", 500],
    ["168h", 604_800_000],
  ])("%s is %d milliseconds", (text, ms) => {
    expect(parseTimeout(text, "--timeout")).toBe(ms);
  });

  it.each([
    ["", "--timeout '' is not a duration"],
    ["soon", "--timeout 'soon' is not a duration"],
    ["5 m", "--timeout '5 m' is not a duration"],
    ["1d", "--timeout '1d' is not a duration"],
    ["1e3", "--timeout '1e3' is not a duration"],
    ["0", "--timeout '0' leaves no time"],
    ["0s", "--timeout '0s' leaves no time"],
    ["-5m", "--timeout '-5m' leaves no time"],
    ["168h1s", "--timeout '168h1s' is longer than 168h0m0s"],
    ["9".repeat(400), `--timeout '${"9".repeat(400)}' is longer than 168h0m0s`],
  ])("%j is refused", (text, message) => {
    expect(() => parseTimeout(text, "--timeout")).toThrow(new UsageError(message));
  });
});
