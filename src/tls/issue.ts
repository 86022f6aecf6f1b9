import { randomBytes, X509Certificate } from "node:crypto";
import type { Authority } from "./authority.js";
import { createKeyPair, privateKeyPem, type KeyKind, type KeyPair } from "./key-pair.js";
import { signCertificate, type Usage } from "./sign-certificate.js";

/** A certificate with its private key, PEM. */
export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What to issue; what is left out is as in the certificates that Reflow issues. */
export interface IssueOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** The key to make. Reflow's programs take either. */
  readonly key: KeyKind;
  /** A key that is there already: none is made. */
  readonly keyPair?: KeyPair | undefined;
  /** E.g. `CN=reflow-ec2`; the authority's own subject when left out. */
  readonly subject?: string | undefined;
  /** Empty for a certificate without the extension, which allows everything; both when left out. */
  readonly extendedKeyUsage?: readonly Usage[] | undefined;
  /** A minute ago when left out. */
  readonly notBeforeMs?: number | undefined;
  /** In 27 weeks when left out. */
  readonly notAfterMs?: number | undefined;
}

const MINUTE_MS = 60_000;
const REFLOW_LIFETIME_MS = 27 * 7 * 24 * 60 * MINUTE_MS;

/**
 * Issues a certificate of the shape that Reflow's have: the authority's own subject, no alternative names, no key
 * identifiers, for clients and servers, valid from a minute ago for 27 weeks (189 days).
 */
export async function issueCertificate(authority: Authority, options: IssueOptions): Promise<IssuedCertificate> {
  const { publicKey, privateKey } = options.keyPair ?? (await createKeyPair(options.key));
  const der = await signCertificate(
    {
      serialNumber: randomBytes(16).toString("hex"),
      subject: options.subject ?? authority.certificate.raw,
      issuer: authority.certificate.raw,
      notBeforeMs: options.notBeforeMs ?? options.nowMs - MINUTE_MS,
      notAfterMs: options.notAfterMs ?? options.nowMs + REFLOW_LIFETIME_MS,
      authority: false,
      extendedKeyUsage: options.extendedKeyUsage ?? ["serverAuth", "clientAuth"],
      publicKey,
    },
    authority.privateKey,
  );
  return { certificatePem: new X509Certificate(der).toString(), keyPem: privateKeyPem(privateKey) };
}
