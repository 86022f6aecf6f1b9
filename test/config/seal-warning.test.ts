import { describe, expect, it } from "@jest/globals";
import { sealWarning } from "../../src/config/seal-warning.js";

describe("a warning of credentials that end", () => {
  it.each([
    [Date.UTC(2026, 10, 23, 14, 5, 59), "at 2026-11-23 14:05 UTC"],
    [undefined, "when the token expires"],
    [Number.NaN, "when the token expires"],
    [Number.POSITIVE_INFINITY, "when the token expires"],
  ])("for %s says %j", (expiresMs, end) => {
    const warning = sealWarning(expiresMs);
    expect(warning).toBe(
      `the AWS credentials are temporary: instances launched with them lose their access ${end}; ` +
        "give instances a profile (ec2cluster.instanceprofile) and `session: ec2metadata` instead",
    );
  });
});
