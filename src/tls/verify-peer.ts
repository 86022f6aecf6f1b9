import type { X509Certificate } from "node:crypto";
import type { Authority } from "./authority.js";
import type { CertificateProblem } from "./refusal.js";

/** What a peer does with its certificate. */
export type PeerRole = "server" | "client";

const USAGES: Readonly<Record<PeerRole, string>> = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };
const ANY_USAGE = "2.5.29.37.0";

/**
 * Tells why a peer's certificate is not to be trusted in a role; undefined when it is. OpenSSL cannot be asked: it
 * takes a genuine peer's certificate for a self-signed one, as the subject is the authority's own and there are no
 * key identifiers. Names of hosts do not matter: Reflow's certificates have none.
 */
export function verifyPeer(
  authority: Authority,
  certificate: X509Certificate,
  nowMs: number,
  role: PeerRole,
): CertificateProblem | undefined {
  if (!issuedBy(authority, certificate)) return "other-authority";
  // Written so that a date that cannot be read is a problem.
  if (!(nowMs >= Date.parse(certificate.validFrom))) return "not-yet-valid";
  if (!(nowMs <= Date.parse(certificate.validTo))) return "expired";
  return usableAs(role, certificate) ? undefined : "wrong-usage";
}

/** The name alone proves nothing: every authority of Reflow's is called the same. */
function issuedBy(authority: Authority, certificate: X509Certificate): boolean {
  try {
    return certificate.checkIssued(authority.certificate) && certificate.verify(authority.certificate.publicKey);
  } catch {
    return false;
  }
}

function usableAs(role: PeerRole, certificate: X509Certificate): boolean {
  if (certificate.ca) return false;
  // Node calls the extended key usage `keyUsage`, and its types do not tell that it may be missing.
  const usages = certificate.keyUsage as readonly string[] | undefined;
  return usages === undefined || usages.includes(USAGES[role]) || usages.includes(ANY_USAGE);
}
