import type { Authority } from "../../../tls/authority.js";
import { issueCertificate, type IssuedCertificate } from "../../../tls/issue.js";
import type { KeyPair } from "../../../tls/key-pair.js";

/** What was last issued by an authority. */
interface Issued {
  readonly keyPair: KeyPair;
  readonly hour: number;
  readonly certificate: Promise<IssuedCertificate>;
}

const HOUR_MS = 3_600_000;

const issued = new WeakMap<Authority, Issued>();

/**
 * A certificate of the authority for a machine's server. Machines that share a key also share the certificate of an
 * hour: nothing in it tells them apart, and issuing one takes ten milliseconds.
 */
export function sharedCertificate(authority: Authority, keyPair: KeyPair, nowMs: number): Promise<IssuedCertificate> {
  const hour = Math.floor(nowMs / HOUR_MS);
  const before = issued.get(authority);
  if (before?.keyPair === keyPair && before.hour === hour) return before.certificate;
  const certificate = issueCertificate(authority, { nowMs, key: "rsa2048", keyPair });
  issued.set(authority, { keyPair, hour, certificate });
  return certificate;
}
