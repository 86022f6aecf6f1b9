import { describe, expect, it } from "@jest/globals";
import { oursRefused, peerNotTrusted, printable } from "../../src/tls/trust-messages.js";
import { authority, goodClient } from "./material.js";

describe("printable", () => {
  it.each([
    ["CN=infra", "CN=infra"],
    ["CN=infra\nO=x", "CN=infra O=x"],
    ["\u001b[2Jx\u0007", "[2Jx"],
    ["a\u202eb\u2028c\u200bd", "a b c d"],
    ["  ", ""],
    ["x".repeat(120), "x".repeat(120)],
    ["x".repeat(121), `${"x".repeat(119)}…`],
  ])("makes %j fit for a line of a terminal", (text, expected) => {
    expect(printable(text)).toBe(expected);
  });
});

describe("the error for a peer that is not trusted", () => {
  it.each(["other-authority", "expired", "not-yet-valid", "wrong-usage"] as const)(
    "tells for %s that nothing was sent, and what to do",
    (problem) => {
      const { message, hint, exitCode } = peerNotTrusted("10.0.0.7:9000", problem, authority.certificate);
      expect(message).toMatch(/^10\.0\.0\.7:9000 presents a certificate .*\(?CN=infra.*; nothing was sent to it$/);
      expect({ exitCode, hint }).toEqual({ exitCode: 8, hint: expect.stringMatching(/^[A-Z].*\.$/) as unknown });
    },
  );

  it("tells that there was no certificate", () => {
    expect(peerNotTrusted("10.0.0.7:9000", "no-certificate", undefined)).toMatchObject({
      problem: "no-certificate",
      message: "10.0.0.7:9000 presents no certificate; nothing was sent to it",
    });
  });
});

describe("the error for a peer that refuses us", () => {
  it("holds to one line what the peer said", () => {
    const { certificatePem } = goodClient;
    const error = oursRefused("10.0.0.7:9000", { reason: "other", said: "no\u001b[2J\nentry" }, certificatePem);
    expect({ problem: error.problem, message: error.message }).toEqual({
      problem: "refused-ours",
      message: "10.0.0.7:9000 refuses our certificate (it said: no [2J entry)",
    });
  });
});
