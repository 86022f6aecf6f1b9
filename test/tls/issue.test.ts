import { X509Certificate, createPrivateKey } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { issueCertificate } from "../../src/tls/issue.js";
import { verifyPeer } from "../../src/tls/verify-peer.js";
import { authority, DAY_MS, issue, NOW_MS, rsaKeyPair } from "./material.js";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
const SUBJECT_KEY_IDENTIFIER = "0603551d0e";
const AUTHORITY_KEY_IDENTIFIER = "0603551d23";

describe("issueCertificate", () => {
  it.each([
    ["p256", "ec", "-----BEGIN PRIVATE KEY-----"],
    ["rsa2048", "rsa", "-----BEGIN RSA PRIVATE KEY-----"],
  ] as const)(
    "issues certificates of Reflow's shape for a new %s key",
    async (key, type, label) => {
      const issued = await issueCertificate(authority, { nowMs: NOW_MS, key });
      const certificate = new X509Certificate(issued.certificatePem);
      const der = certificate.raw.toString("hex");
      expect({
        names: [certificate.subject, certificate.issuer, certificate.subjectAltName],
        from: certificate.validFrom,
        to: certificate.validTo,
        ca: certificate.ca,
        usage: certificate.keyUsage,
        keyIdentifiers: der.includes(SUBJECT_KEY_IDENTIFIER) || der.includes(AUTHORITY_KEY_IDENTIFIER),
        key: certificate.publicKey.asymmetricKeyType,
        label: issued.keyPem.split("\n")[0],
        keyMatches: certificate.checkPrivateKey(createPrivateKey(issued.keyPem)),
        trusted: [
          verifyPeer(authority, certificate, NOW_MS, "server"),
          verifyPeer(authority, certificate, NOW_MS, "client"),
        ],
      }).toEqual({
        names: ["CN=infra", "CN=infra", undefined],
        from: "Nov 24 11:59:00 2026 GMT",
        to: "Jun  1 12:00:00 2027 GMT",
        ca: false,
        usage: [SERVER_AUTH, CLIENT_AUTH],
        keyIdentifiers: false,
        key: type,
        label,
        keyMatches: true,
        trusted: [undefined, undefined],
      });
      // On a busy machine an RSA key may take seconds.
    },
    30_000,
  );

  it("follows what the caller wants to be different", async () => {
    const issued = await issueCertificate(authority, {
      nowMs: NOW_MS,
      key: "p256",
      keyPair: rsaKeyPair,
      subject: "CN=reflow-ec2",
      extendedKeyUsage: ["clientAuth"],
      notBeforeMs: NOW_MS + 500,
      notAfterMs: NOW_MS + DAY_MS + 999,
    });
    const certificate = new X509Certificate(issued.certificatePem);
    expect({
      names: [certificate.subject, certificate.issuer],
      dates: [certificate.validFrom, certificate.validTo],
      usage: certificate.keyUsage,
      keyMatches: certificate.checkPrivateKey(rsaKeyPair.privateKey),
    }).toEqual({
      names: ["CN=reflow-ec2", "CN=infra"],
      dates: ["Nov 24 12:00:00 2026 GMT", "Nov 25 12:00:00 2026 GMT"],
      usage: [CLIENT_AUTH],
      keyMatches: true,
    });
  });

  it("leaves the extended key usage out when none is wanted", async () => {
    const { certificatePem } = await issue(authority, { extendedKeyUsage: [] });
    expect(new X509Certificate(certificatePem).keyUsage).toBeUndefined();
  });

  it("gives each certificate a serial number of its own, positive and below 2^128", async () => {
    const issued = await Promise.all(Array.from({ length: 20 }, () => issue(authority)));
    const serials = issued.map(({ certificatePem }) => new X509Certificate(certificatePem).serialNumber);
    expect(new Set(serials).size).toBe(20);
    // A negative number would be printed with a minus.
    expect(serials.filter((serial) => !/^[0-9A-F]{1,32}$/.test(serial))).toEqual([]);
  });
});
