import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { verifyPeer, type PeerRole } from "../../src/tls/verify-peer.js";
import { authority, DAY_MS, impostor, issue, KINDS, NOW_MS } from "./material.js";

const certificate = async (...given: Parameters<typeof issue>): Promise<X509Certificate> =>
  new X509Certificate((await issue(...given)).certificatePem);

describe("verifyPeer", () => {
  const expected: Readonly<Record<string, readonly [asServer: string | undefined, asClient: string | undefined]>> = {
    "good, P-256 key": [undefined, undefined],
    "good, RSA key": [undefined, undefined],
    "another subject": [undefined, undefined],
    "no extended key usage": [undefined, undefined],
    "of another authority of the same name": ["other-authority", "other-authority"],
    expired: ["expired", "expired"],
    "not yet valid": ["not-yet-valid", "not-yet-valid"],
    "for servers only": [undefined, "wrong-usage"],
    "for clients only": ["wrong-usage", undefined],
  };

  it.each(KINDS)("judges a certificate that is $name", async ({ name, issuer = authority, options }) => {
    const presented = await certificate(issuer, options);
    const roles: readonly PeerRole[] = ["server", "client"];
    expect(roles.map((role) => verifyPeer(authority, presented, NOW_MS, role))).toEqual(expected[name]);
  });

  it.each([
    ["a second before its first", -1_000, "not-yet-valid"],
    ["in its first second", 0, undefined],
    ["in its last second", DAY_MS, undefined],
    ["a second after its last", DAY_MS + 1_000, "expired"],
  ] as const)("judges a certificate %s", async (_name, offsetMs, problem) => {
    const presented = await certificate(authority, { notBeforeMs: NOW_MS, notAfterMs: NOW_MS + DAY_MS });
    expect(verifyPeer(authority, presented, NOW_MS + offsetMs, "server")).toBe(problem);
  });

  it("does not take the authority itself for a peer", () => {
    expect(verifyPeer(authority, authority.certificate, NOW_MS, "server")).toBe("wrong-usage");
    expect(verifyPeer(authority, impostor.certificate, NOW_MS, "server")).toBe("other-authority");
  });

  it("does not trust a certificate that the authority's key signed under another issuer's name", async () => {
    const renamed = {
      ...authority,
      certificate: new X509Certificate((await issue(authority, { subject: "CN=other" })).certificatePem),
    };
    expect(verifyPeer(authority, await certificate(renamed), NOW_MS, "server")).toBe("other-authority");
  });

  it("does not trust a certificate of which one bit was changed", async () => {
    const der = Buffer.from((await certificate(authority)).raw);
    const last = der.length - 1;
    der[last] = (der[last] ?? 0) ^ 1;
    expect(verifyPeer(authority, new X509Certificate(der), NOW_MS, "server")).toBe("other-authority");
  });
});
