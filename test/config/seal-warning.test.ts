import { describe, expect, it } from "@jest/globals";
import { sealWarning } from "../../src/config/seal-warning.js";

describe("a warning of credentials that end", () => {
  it.each([
    [Date.UTC(2026, 10, 23, 14, 5, 59), "at 2026-11-23 14:05 UTC"],
    [undefined, "when the token expires"],
    [Number.NaN, "when the token expires"],
    [Number.POSITIVE_INFINITY, "when the token expires"],
  ])("for %s says %j", (expiresMs, end) => {
    const warning = sealWarning(2023, expiresMs);
    expect(warning).toBe(
      `the AWS credentials are temporary: instances launched with them lose their access ${end}; ` +
        "give instances a profile (ec2cluster.instanceprofile) and `session: ec2metadata` instead",
    );
  });

  it("does not advise for 2020 what Reflow of that year does not do", () => {
    const warning = sealWarning(2020);
    expect(warning).toBe(
      "the AWS credentials are temporary: instances launched with them lose their access when the token expires; " +
        "use credentials without a session token instead",
    );
  });
});
