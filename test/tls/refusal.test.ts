import { describe, expect, it } from "@jest/globals";
import { alertNumber, refusalByAlert, refusalByReply } from "../../src/tls/refusal.js";

describe("alertNumber", () => {
  it.each([
    ["error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48", 48],
    [
      "write EPROTO 80DC8724D57F0000:error:0A000410:SSL routines::sslv3 alert handshake failure:SSL alert number 40\n",
      40,
    ],
    ["error:0A00010B:SSL routines:ssl3_get_record:wrong version number", undefined],
    ["SSL alert number 4800", undefined],
    ["", undefined],
  ])("finds the alert in %j", (text, number) => {
    expect(alertNumber(text)).toBe(number);
  });
});

describe("refusalByAlert", () => {
  it("knows the alerts that are about certificates, and only these", () => {
    const known = Array.from({ length: 256 }, (_, alert) => alert).filter(
      (alert) => refusalByAlert(alert) !== undefined,
    );
    expect(known).toEqual([40, 42, 43, 44, 45, 46, 48, 49, 51, 116]);
  });
});

describe("refusalByReply", () => {
  it.each([
    [403, "expired", { reason: "expired", said: "client certificate refused: expired" }],
    [403, "no-certificate", { reason: "no-certificate", said: "client certificate refused: no-certificate" }],
    [403, "whatever", { reason: "other", said: "client certificate refused: whatever" }],
    [403, undefined, undefined],
    [403, ["expired", "expired"], undefined],
    [200, "expired", undefined],
  ] as const)("takes status %i with the header %j for %j", (status, header, refusal) => {
    expect(refusalByReply(status, header)).toEqual(refusal);
  });
});
