import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { ConfigError } from "../errors.js";
import { nodeErrorCode, nodeErrorText } from "./node-error.js";
import { pemBlocks } from "./pem.js";

/** The authority that issues the certificates of a cluster's instances and of everyone who talks to them. */
export interface Authority {
  /** The authority's certificate, PEM. */
  readonly certificatePem: string;
  /** Its private key, PKCS#1 PEM. */
  readonly keyPem: string;
  readonly certificate: X509Certificate;
  readonly privateKey: KeyObject;
  /** The text as it was read: what is sealed into an instance's configuration. */
  readonly pem: string;
}

/** No authority file is near this; whoever names a disk image gets an answer instead of a full memory. */
const LARGEST_FILE_BYTES = 1024 * 1024;

const RESTORE_HINT =
  "Restore the authority file that the cluster's instances were launched with, or run `reflow-ec2 setup` to make a new one.";

/**
 * Reads an authority as Reflow does: of all PEM blocks the last `CERTIFICATE` and the last `RSA PRIVATE KEY` (PKCS#1)
 * count, others are ignored, both are needed. The key must be the certificate's, and the certificate an authority's.
 * @param source where the text came from, for messages: a path, or `instances.tls in <path>`.
 * @throws ConfigError that says what is missing or wrong and names `setup`; never a word of the key.
 */
export function parseAuthority(pem: string, source: string): Authority {
  const blocks = pemBlocks(pem);
  const last = (label: string): string | undefined => blocks.findLast((block) => block.label === label)?.text;
  const certificateText = last("CERTIFICATE");
  const keyText = last("RSA PRIVATE KEY");
  const missing = [
    ...(certificateText === undefined ? ["CERTIFICATE"] : []),
    ...(keyText === undefined ? ["RSA PRIVATE KEY"] : []),
  ];
  if (certificateText === undefined || keyText === undefined) {
    const other = last("PRIVATE KEY") ?? last("ENCRYPTED PRIVATE KEY") ?? last("EC PRIVATE KEY");
    const nearMatch =
      keyText === undefined && other !== undefined
        ? "; its key has another format: Reflow reads RSA keys in PKCS#1 form only (`openssl rsa -traditional`)"
        : "";
    throw authorityError(source, `no ${missing.join(" and no ")} block in PEM form${nearMatch}`, RESTORE_HINT);
  }
  const certificate = attempt(source, "the certificate cannot be read", () => new X509Certificate(certificateText));
  const privateKey = attempt(source, "the private key cannot be read", () => createPrivateKey(keyText));
  if (privateKey.asymmetricKeyType !== "rsa" || !certificate.checkPrivateKey(privateKey)) {
    throw authorityError(source, "the private key is not the certificate's", RESTORE_HINT);
  }
  if (!certificate.ca) throw authorityError(source, "the certificate is not an authority's", RESTORE_HINT);
  return {
    certificatePem: certificate.toString(),
    keyPem: privateKey.export({ type: "pkcs1", format: "pem" }).toString(),
    certificate,
    privateKey,
    pem,
  };
}

/**
 * Reads the authority file at `path`; never makes one.
 * @throws ConfigError that names `setup` when the file is missing, cannot be read or is no authority file.
 */
export async function readAuthorityFile(path: string): Promise<Authority> {
  return parseAuthority(await readText(path), path);
}

async function readText(path: string): Promise<string> {
  try {
    const status = await stat(path);
    if (!status.isFile()) throw authorityError(path, "not a file", RESTORE_HINT);
    if (status.size > LARGEST_FILE_BYTES) throw authorityError(path, "too large for an authority file", RESTORE_HINT);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (nodeErrorCode(error) === "ENOENT") {
      throw authorityError(
        path,
        "there is no such file",
        "Run `reflow-ec2 setup` to make an authority, or copy the one that the cluster's instances were launched with.",
        error,
      );
    }
    throw authorityError(
      path,
      `cannot be read: ${nodeErrorText(error)}`,
      "Make the file readable for this user (its mode is 0600), or name another (`tls: tls,file=PATH`) and run `reflow-ec2 setup`.",
      error,
    );
  }
}

function attempt<T>(source: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw authorityError(source, `${what}: ${nodeErrorText(error)}`, RESTORE_HINT, error);
  }
}

/** One mistake of an authority's text or file, as the error that users see. */
export function authorityError(source: string, message: string, hint: string, cause?: unknown): ConfigError {
  return new ConfigError(`TLS authority ${source}: ${message}`, [{ source, key: "", message }], { hint, cause });
}
