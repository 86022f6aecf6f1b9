import { describe, expect, it } from "@jest/globals";
import { ConfigError, InstanceError, InterruptedError, UsageError } from "../../src/errors.js";
import { NO_COLORS } from "../../src/terminal/colors.js";
import { formatError, formatProblem } from "../../src/terminal/error-text.js";

describe("an error", () => {
  it("keeps the lines of its message, such as a console's end, indented", () => {
    const error = new InstanceError("i-1 never answered; its console ends:\nkernel panic\n  at boot\n", {
      hint: "Try\nagain.",
    });
    expect(formatError(error, 0, NO_COLORS)).toBe(
      "error: i-1 never answered; its console ends:\n  kernel panic\n    at boot\nhint: Try\n  again.\n",
    );
  });

  it("cannot take over the terminal by its message, hint or cause", () => {
    const error = new UsageError("no \u001b]0;evil\u0007", { hint: "\u009b2J", cause: new Error("\rgone\n") });
    expect(formatError(error, 1, NO_COLORS)).toBe(
      "error: no \\x1b]0;evil\\x07\nhint: \\x9b2J\ncaused by: \\x0dgone\\x0a\n",
    );
  });

  it("whose causes bite their own tail is cut after ten", () => {
    const error = new Error("round");
    error.cause = error;
    expect(formatError(error, 1, NO_COLORS).match(/caused by: round/g)).toHaveLength(10);
  });

  it("does not say twice what is the only mistake", () => {
    const problem = { source: "a.yaml", key: "", message: "there is no such file" };
    const error = new ConfigError("configuration file a.yaml: there is no such file", [problem]);
    expect(formatError(error, 0, NO_COLORS)).toBe("error: configuration file a.yaml: there is no such file\n");
  });

  it("of an interruption is one line, without label and hint", () => {
    expect(formatError(new InterruptedError("SIGTERM", 15), 0, NO_COLORS)).toBe("interrupted by SIGTERM\n");
  });
});

describe("a mistake in a configuration", () => {
  it.each([
    [{ source: "a.yaml", line: 7, key: "tls", message: "is missing" }, "a.yaml:7: tls: is missing"],
    [{ source: "a.yaml", line: 1, key: "", message: "is no YAML" }, "a.yaml:1: is no YAML"],
    [{ source: "AWS_REGION", key: "", message: "is empty" }, "AWS_REGION: is empty"],
  ])("%j is %s", (problem, text) => {
    expect(formatProblem(problem)).toBe(text);
  });
});
