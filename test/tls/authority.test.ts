import { generateKeyPairSync } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ConfigError } from "../../src/errors.js";
import { parseAuthority, readAuthorityFile } from "../../src/tls/authority.js";
import { authority, issue, recordedAuthorityPem } from "./material.js";

const recorded = recordedAuthorityPem(2023);
const other = recordedAuthorityPem(2020);
const certificateOf = (pem: string): string => pem.slice(0, pem.indexOf("-----BEGIN RSA"));
const keyOf = (pem: string): string => pem.slice(pem.indexOf("-----BEGIN RSA"));
const ecKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

function mistakeOf(pem: string): { message: string; hint: string | undefined; problems: unknown } {
  try {
    parseAuthority(pem, "ca.pem");
  } catch (error) {
    if (error instanceof ConfigError) return { message: error.message, hint: error.hint, problems: error.problems };
    throw error;
  }
  throw new Error("it was taken");
}

describe("parseAuthority", () => {
  it.each([2020, 2023] as const)("reads the file that Reflow's setup of %i wrote", (year) => {
    const pem = recordedAuthorityPem(year);
    const { certificate, privateKey, ...texts } = parseAuthority(pem, "ca.pem");
    expect(texts).toEqual({ certificatePem: certificateOf(pem), keyPem: keyOf(pem), pem });
    expect([certificate.subject, certificate.ca, certificate.checkPrivateKey(privateKey)]).toEqual([
      "CN=infra",
      true,
      true,
    ]);
  });

  it("takes the last certificate and the last key, in whatever order, and ignores other blocks", () => {
    const parameters = "-----BEGIN DH PARAMETERS-----\nMAA=\n-----END DH PARAMETERS-----\n";
    const text = `# note\n${other}${keyOf(recorded)}${parameters}${certificateOf(recorded)}`;
    expect(parseAuthority(text, "ca.pem")).toMatchObject({ keyPem: authority.keyPem, pem: text });
  });

  it("reads a text with carriage returns and indentation", () => {
    const text = recorded.replaceAll(/^/gm, "  ").replaceAll("\n", "\r\n");
    expect(parseAuthority(text, "ca.pem").certificatePem).toBe(authority.certificatePem);
  });

  it.each([
    ["nothing", "", "no CERTIFICATE and no RSA PRIVATE KEY block in PEM form"],
    ["no key", certificateOf(recorded), "no RSA PRIVATE KEY block in PEM form"],
    ["no certificate", keyOf(recorded), "no CERTIFICATE block in PEM form"],
    [
      "a key of another format",
      certificateOf(recorded) + authority.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      "no RSA PRIVATE KEY block in PEM form; its key has another format: Reflow reads RSA keys in PKCS#1 form only (`openssl rsa -traditional`)",
    ],
    [
      "the key of another authority",
      certificateOf(recorded) + keyOf(other),
      "the private key is not the certificate's",
    ],
  ])("refuses a text with %s and names setup", (_name, text, message) => {
    expect(mistakeOf(text)).toEqual({
      message: `TLS authority ca.pem: ${message}`,
      hint: "Restore the authority file that the cluster's instances were launched with, or run `reflow-ec2 setup` to make a new one.",
      problems: [{ source: "ca.pem", key: "", message }],
    });
  });

  it("refuses a certificate that is not an authority's", async () => {
    const leaf = await issue(authority, {
      keyPair: { publicKey: authority.certificate.publicKey, privateKey: authority.privateKey },
    });
    expect(mistakeOf(leaf.certificatePem + leaf.keyPem).message).toBe(
      "TLS authority ca.pem: the certificate is not an authority's",
    );
  });

  it.each([
    ["a damaged certificate", recorded.replace("MIIC", "MIID"), "the certificate cannot be read"],
    ["a damaged key", recorded.replace("MIIEow", "MIIEpw"), "the private key cannot be read"],
    [
      "an encrypted key",
      certificateOf(recorded) +
        authority.privateKey
          .export({ type: "pkcs1", format: "pem", cipher: "aes-128-cbc", passphrase: "x" })
          .toString(),
      "the private key cannot be read",
    ],
    [
      "an elliptic key under the name of an RSA key",
      certificateOf(recorded) + ecKey.export({ type: "sec1", format: "pem" }).toString().replaceAll("EC P", "RSA P"),
      "the private key",
    ],
  ])("refuses %s and tells nothing of the key", (_name, text, message) => {
    const mistake = mistakeOf(text);
    expect(mistake.message).toContain(`TLS authority ca.pem: ${message}`);
    expect(JSON.stringify(mistake)).not.toContain(keyOf(recorded).slice(100, 130));
  });

  it("gives a ConfigError for any text whatever", () => {
    const spoilt = fc
      .tuple(fc.nat(recorded.length - 1), fc.nat(200), fc.string())
      .map(([at, length, text]) => recorded.slice(0, at) + text + recorded.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), spoilt), (text) => {
        try {
          return parseAuthority(text, "ca.pem").pem === text;
        } catch (error) {
          return error instanceof ConfigError;
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });
});

describe("readAuthorityFile", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reflow-ec2-authority-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("reads a file, also through a link", async () => {
    await writeFile(join(folder, "ca.pem"), recorded, { mode: 0o600 });
    await symlink("ca.pem", join(folder, "link.pem"));
    expect((await readAuthorityFile(join(folder, "link.pem"))).pem).toBe(recorded);
  });

  it("names setup when the file is missing, and makes none", async () => {
    const path = join(folder, "missing.pem");
    await expect(readAuthorityFile(path)).rejects.toMatchObject({
      code: "config",
      exitCode: 2,
      message: `TLS authority ${path}: there is no such file`,
      hint: "Run `reflow-ec2 setup` to make an authority, or copy the one that the cluster's instances were launched with.",
    });
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it.each([
    ["a folder", "folder", "not a file"],
    ["a file of two megabytes", "large", "too large for an authority file"],
    ["a path below a file", "large/ca.pem", "cannot be read: ENOTDIR"],
    ["a path with a zero byte", "a\0b", "cannot be read: "],
    ["an empty file", "empty", "no CERTIFICATE and no RSA PRIVATE KEY block in PEM form"],
  ])("refuses %s", async (_name, name, message) => {
    await mkdir(join(folder, "folder"), { recursive: true });
    await writeFile(join(folder, "large"), Buffer.alloc(2 * 1024 * 1024));
    await writeFile(join(folder, "empty"), "");
    const path = join(folder, name);
    const failure = await readAuthorityFile(path).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConfigError);
    expect((failure as ConfigError).message).toContain(`TLS authority ${path}: ${message}`);
    expect((failure as ConfigError).hint).toContain("`reflow-ec2 setup`");
  });

  const asRoot = process.getuid?.() === 0;
  (asRoot ? it.skip : it)("says that a file may not be read", async () => {
    const path = join(folder, "closed.pem");
    await writeFile(path, recorded);
    await chmod(path, 0o000);
    await expect(readAuthorityFile(path)).rejects.toThrow(`TLS authority ${path}: cannot be read: EACCES`);
  });
});
