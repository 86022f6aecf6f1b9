import { randomBytes, X509Certificate } from "node:crypto";
import { link, mkdir, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError } from "../errors.js";
import { authorityError } from "./authority.js";
import { nodeErrorCode, nodeErrorText } from "./node-error.js";
import { createKeyPair, privateKeyPem, type KeyPair } from "./key-pair.js";
import { signCertificate } from "./sign-certificate.js";

/** How to make an authority. */
export interface CreateAuthorityOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** An RSA key that is there already: none is made. */
  readonly keyPair?: KeyPair | undefined;
}

/** As Reflow's: Go's "January 0, 3000". */
const NOT_AFTER_MS = Date.UTC(2999, 11, 31);

/**
 * Makes an authority of the shape that Reflow's setup makes (RSA 2048, CN `infra`, serial 1, until the end of 2999)
 * and gives the text of its file: the certificate, then the key in PKCS#1 form. Writes nothing.
 */
export async function createAuthority(options: CreateAuthorityOptions): Promise<string> {
  const { publicKey, privateKey } = options.keyPair ?? (await createKeyPair("rsa2048"));
  const der = await signCertificate(
    {
      serialNumber: "01",
      subject: "CN=infra",
      issuer: "CN=infra",
      notBeforeMs: options.nowMs,
      notAfterMs: NOT_AFTER_MS,
      authority: true,
      extendedKeyUsage: ["clientAuth", "serverAuth"],
      publicKey,
    },
    privateKey,
  );
  return new X509Certificate(der).toString() + privateKeyPem(privateKey);
}

/**
 * Writes an authority's text to `path` with mode 0600, whole or not at all, in a folder that is made when missing.
 * @throws ConfigError when there is a file already (an authority is never replaced: the instances that it made could
 * not be reached any more) or when it cannot be written.
 */
export async function writeAuthorityFile(path: string, pem: string): Promise<void> {
  const draftPath = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeDraft(draftPath, pem);
    await publish(draftPath, path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw authorityError(
      path,
      `cannot be written: ${nodeErrorText(error)}`,
      "Name a file in a folder that this user may write to (`tls: tls,file=PATH`) and run `reflow-ec2 setup` again.",
      error,
    );
  } finally {
    await rm(draftPath, { force: true }).catch(() => undefined);
  }
}

async function writeDraft(path: string, pem: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const draft = await open(path, "wx", 0o600);
  try {
    await draft.writeFile(pem);
    await draft.sync();
  } finally {
    await draft.close();
  }
}

/** A link, unlike a rename, fails when the name is taken, even if it was taken just now. */
async function publish(draftPath: string, path: string): Promise<void> {
  try {
    await link(draftPath, path);
  } catch (error) {
    if (nodeErrorCode(error) !== "EEXIST") throw error;
    throw authorityError(
      path,
      "there is a file already, and an authority is never replaced",
      "Use the authority that is there, or move it away if no instance of it is left, and run `reflow-ec2 setup`.",
      error,
    );
  }
}
