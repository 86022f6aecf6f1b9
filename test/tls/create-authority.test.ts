import type { X509Certificate } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { ConfigError } from "../../src/errors.js";
import { parseAuthority } from "../../src/tls/authority.js";
import { createAuthority, writeAuthorityFile } from "../../src/tls/create-authority.js";
import { authority, recordedAuthorityPem, rsaKeyPair } from "./material.js";

describe("createAuthority", () => {
  it("makes, of the same key and moment, the certificate that Reflow made, but for the signature over its key identifier", async () => {
    const { certificate, privateKey } = authority;
    const keyPair = { privateKey, publicKey: certificate.publicKey };
    const made = parseAuthority(await createAuthority({ nowMs: Date.parse(certificate.validFrom), keyPair }), "made");
    const madeAgain = withoutKeyIdentifier(made.certificate);
    expect(madeAgain).toEqual(withoutKeyIdentifier(certificate));
    expect(made.keyPem).toBe(authority.keyPem);
  });

  it("makes a new RSA key of 2048 bits and writes the certificate first, then the key in PKCS#1 form", async () => {
    const pem = await createAuthority({ nowMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678) });
    const { certificate, privateKey, certificatePem, keyPem } = parseAuthority(pem, "made");
    expect({
      text: pem === certificatePem + keyPem,
      label: keyPem.split("\n")[0],
      bits: privateKey.asymmetricKeyDetails?.modulusLength,
      serial: certificate.serialNumber,
      names: [certificate.subject, certificate.issuer],
      from: certificate.validFrom,
      to: certificate.validTo,
      ca: certificate.ca,
      usage: certificate.keyUsage,
      selfSigned: certificate.verify(certificate.publicKey),
    }).toEqual({
      text: true,
      label: "-----BEGIN RSA PRIVATE KEY-----",
      bits: 2048,
      serial: "01",
      names: ["CN=infra", "CN=infra"],
      from: "Jan  2 03:04:05 2026 GMT",
      to: "Dec 31 00:00:00 2999 GMT",
      ca: true,
      usage: ["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.1"],
      selfSigned: true,
    });
    expect(privateKey.equals(rsaKeyPair.privateKey)).toBe(false);
    // On a busy machine an RSA key may take seconds.
  }, 30_000);
});

/** The signed part of a certificate with the 20 bytes of its key identifier blanked. */
function withoutKeyIdentifier(certificate: X509Certificate): string {
  const hex = certificate.raw.toString("hex");
  const at = hex.indexOf("0603551d0e0416") + "0603551d0e0416".length;
  // A signature by RSA 2048 is 256 bytes at the end.
  return `${hex.slice(0, at + 4)}${"-".repeat(40)}${hex.slice(at + 44, -512)}`;
}

describe("writeAuthorityFile", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reflow-ec2-create-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("writes the text for its owner alone, in a folder that it makes, and leaves nothing else there", async () => {
    const path = join(folder, "new", "ca.pem");
    await writeAuthorityFile(path, recordedAuthorityPem(2023));
    expect({
      text: await readFile(path, "utf8"),
      mode: ((await stat(path)).mode & 0o777).toString(8),
      folderMode: ((await stat(join(folder, "new"))).mode & 0o777).toString(8),
      files: await readdir(join(folder, "new")),
    }).toEqual({ text: recordedAuthorityPem(2023), mode: "600", folderMode: "700", files: ["ca.pem"] });
  });

  it("never replaces a file", async () => {
    const path = join(folder, "ca.pem");
    await writeFile(path, "what was there");
    await expect(writeAuthorityFile(path, "new")).rejects.toMatchObject({
      code: "config",
      message: `TLS authority ${path}: there is a file already, and an authority is never replaced`,
    });
    expect([await readFile(path, "utf8"), await readdir(folder)]).toEqual(["what was there", ["ca.pem"]]);
  });

  it("lets exactly one of many writers win, and its text is whole", async () => {
    const path = join(folder, "ca.pem");
    const texts = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(10_000));
    const outcomes = await Promise.allSettled(texts.map((text) => writeAuthorityFile(path, text)));
    const winners = texts.filter((_text, index) => outcomes[index]?.status === "fulfilled");
    expect(winners).toEqual([await readFile(path, "utf8")]);
    expect(await readdir(folder)).toEqual(["ca.pem"]);
  });

  it.each([
    ["a folder that is a file", "file/ca.pem"],
    ["a folder below a file", "file/folder/ca.pem"],
    ["a name with a zero byte", "a\0b"],
    ["a name that is too long", "x".repeat(300)],
  ])("tells that it cannot write to %s", async (_name, name) => {
    await writeFile(join(folder, "file"), "");
    const failure = await writeAuthorityFile(join(folder, name), "text").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).message).toContain(`TLS authority ${join(folder, name)}: cannot be written: `);
    expect(await readdir(folder)).toEqual(["file"]);
  });
});
