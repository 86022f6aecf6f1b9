import { X509Certificate } from "node:crypto";
import { TrustError } from "../errors.js";
import type { CertificateProblem, Refusal } from "./refusal.js";

const SAME_AUTHORITY_HINT =
  "The instance was launched with another TLS authority than this configuration names. Use the configuration that launched it, or terminate the instance.";
const CLOCK_HINT =
  "Compare this machine's clock with the instance's; an instance that is older than its certificate (27 weeks) has to be terminated.";

/** Why we do not trust the peer at `address`; `certificate` is the one that it presented. */
export function peerNotTrusted(
  address: string,
  problem: CertificateProblem,
  certificate: X509Certificate | undefined,
): TrustError {
  const { what, hint } = describePeer(problem, certificate);
  return new TrustError(problem, `${address} presents ${what}; nothing was sent to it`, { hint });
}

function describePeer(
  problem: CertificateProblem,
  certificate: X509Certificate | undefined,
): { readonly what: string; readonly hint: string } {
  const subject = printable(certificate?.subject ?? "");
  const until = printable(certificate?.validTo ?? "");
  switch (problem) {
    case "other-authority":
      return {
        what: `a certificate of another authority (${subject}, valid until ${until})`,
        hint: SAME_AUTHORITY_HINT,
      };
    case "expired":
      return { what: `a certificate that was valid until ${until} (${subject})`, hint: CLOCK_HINT };
    case "not-yet-valid":
      return {
        what: `a certificate that is valid only from ${printable(certificate?.validFrom ?? "")} (${subject})`,
        hint: CLOCK_HINT,
      };
    case "wrong-usage":
      return {
        what: `a certificate that is not for servers (${subject}, valid until ${until})`,
        hint: "Only a client or an impostor presents such a certificate. Check what listens there.",
      };
    case "no-certificate":
      return { what: "no certificate", hint: "Only an impostor presents none. Check what listens there." };
  }
}

/** How the peer at `address` refused the certificate that we presented (PEM). */
export function oursRefused(address: string, refusal: Refusal, certificatePem: string, cause?: unknown): TrustError {
  const { what, hint } = describeRefusal(refusal.reason, new X509Certificate(certificatePem));
  return new TrustError("refused-ours", `${address} ${what} (it said: ${printable(refusal.said)})`, { hint, cause });
}

function describeRefusal(
  reason: Refusal["reason"],
  ours: X509Certificate,
): { readonly what: string; readonly hint: string } {
  const dates = `valid from ${printable(ours.validFrom)} until ${printable(ours.validTo)}`;
  switch (reason) {
    case "other-authority":
      return { what: "does not know the authority of our certificate", hint: SAME_AUTHORITY_HINT };
    case "expired":
      return {
        what: `takes our certificate, ${dates}, for expired or not yet valid`,
        hint: "Compare this machine's clock with the instance's, and run the command again.",
      };
    case "not-yet-valid":
      return {
        what: `takes our certificate, ${dates}, for not yet valid`,
        hint: "Compare this machine's clock with the instance's, and run the command again.",
      };
    case "wrong-usage":
      return {
        what: "does not take our certificate for one of a client",
        hint: "The certificate must allow clientAuth. Let reflow-ec2 issue it from the cluster's authority.",
      };
    case "no-certificate":
      return { what: "demands a client certificate and got none that it takes", hint: SAME_AUTHORITY_HINT };
    case "other":
      return { what: "refuses our certificate", hint: SAME_AUTHORITY_HINT };
  }
}

/** A peer's words on one line, without control characters and of bounded length, fit for a terminal. */
export function printable(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
