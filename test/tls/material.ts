import { createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { parseAuthority, type Authority } from "../../src/tls/authority.js";
import { issueCertificate, type IssuedCertificate, type IssueOptions } from "../../src/tls/issue.js";
import { createKeyPair, type KeyPair } from "../../src/tls/key-pair.js";

/** A moment at which the recorded authorities are valid. */
export const NOW_MS = Date.UTC(2026, 10, 24, 12);
export const DAY_MS = 24 * 60 * 60 * 1000;

/** The text of an authority file that Reflow wrote. */
export function recordedAuthorityPem(year: 2020 | 2023): string {
  return readFileSync(new URL(`../fixtures/config/authority-${year}.pem`, import.meta.url), "utf8");
}

export const authority: Authority = parseAuthority(recordedAuthorityPem(2023), "authority-2023.pem");

/** Another authority; like every one of Reflow's it has the same name as ours. */
export const impostor: Authority = parseAuthority(recordedAuthorityPem(2020), "authority-2020.pem");

/** An RSA key that takes no time to make. */
export const rsaKeyPair: KeyPair = keyPairOf(impostor);

const p256KeyPair = createKeyPair("p256");

function keyPairOf({ privateKey }: Authority): KeyPair {
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/** Issues a certificate for a P-256 key that all of them share. */
export async function issue(issuer: Authority, options: Partial<IssueOptions> = {}): Promise<IssuedCertificate> {
  return issueCertificate(issuer, { nowMs: NOW_MS, key: "p256", keyPair: await p256KeyPair, ...options });
}

/** Issues a certificate for an RSA key, as those of Reflow's servers are. */
export async function issueForServer(
  issuer: Authority,
  options: Partial<IssueOptions> = {},
): Promise<IssuedCertificate> {
  return issue(issuer, { keyPair: rsaKeyPair, ...options });
}

/** Good certificates for both sides, issued once. */
export const goodClient: IssuedCertificate = await issue(authority);
export const goodServer: IssuedCertificate = await issueForServer(authority);

/** The certificates that a peer may present, by the kinds of the recorded handshakes. */
export const KINDS: readonly {
  readonly name: string;
  readonly options: Partial<IssueOptions>;
  readonly issuer?: Authority;
}[] = [
  { name: "good, P-256 key", options: {} },
  { name: "good, RSA key", options: { keyPair: rsaKeyPair } },
  { name: "another subject", options: { subject: "CN=reflow-ec2" } },
  { name: "no extended key usage", options: { extendedKeyUsage: [] } },
  { name: "of another authority of the same name", options: {}, issuer: impostor },
  { name: "expired", options: { notBeforeMs: NOW_MS - 2 * DAY_MS, notAfterMs: NOW_MS - DAY_MS } },
  { name: "not yet valid", options: { notBeforeMs: NOW_MS + DAY_MS, notAfterMs: NOW_MS + 2 * DAY_MS } },
  { name: "for servers only", options: { extendedKeyUsage: ["serverAuth"] } },
  { name: "for clients only", options: { extendedKeyUsage: ["clientAuth"] } },
];
