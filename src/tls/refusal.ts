import type { TrustProblem } from "../errors.js";

/** What was wrong with a certificate that one side refused. */
export type CertificateProblem = Exclude<TrustProblem, "refused-ours">;

/** The header by which our servers name what is wrong with a client's certificate: Node cannot send TLS alerts. */
export const REFUSAL_HEADER = "x-refused-certificate";

/** How a peer refused our certificate. */
export interface Refusal {
  readonly reason: CertificateProblem | "other";
  /** What it said, in its own words. */
  readonly said: string;
}

/**
 * TLS alerts that refuse a certificate (RFC 8446 section 6.2, RFC 5246 section 7.2.2). Go's servers say `expired` also
 * for what is not yet valid, `bad certificate` for a wrong usage, and under TLS 1.2 `handshake failure` where there is
 * no certificate.
 */
const CERTIFICATE_ALERTS: ReadonlyMap<number, Refusal> = new Map([
  [40, { reason: "no-certificate", said: "handshake failure" }],
  [42, { reason: "wrong-usage", said: "bad certificate" }],
  [43, { reason: "wrong-usage", said: "unsupported certificate" }],
  [44, { reason: "other", said: "certificate revoked" }],
  [45, { reason: "expired", said: "certificate expired" }],
  [46, { reason: "other", said: "certificate unknown" }],
  [48, { reason: "other-authority", said: "unknown certificate authority" }],
  [49, { reason: "other", said: "access denied" }],
  [51, { reason: "other", said: "decrypt error" }],
  [116, { reason: "no-certificate", said: "certificate required" }],
]);

/** The number of the TLS alert in what OpenSSL reports, or undefined when that is no alert. */
export function alertNumber(text: string): number | undefined {
  // Under TLS 1.2 the code is EPROTO and only the text holds the alert; under TLS 1.3 both have it.
  const digits = /SSL alert number (\d{1,3})\b/.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What a TLS alert says of our certificate, or undefined when it is about something else. */
export function refusalByAlert(alert: number): Refusal | undefined {
  return CERTIFICATE_ALERTS.get(alert);
}

const PROBLEMS: readonly CertificateProblem[] = [
  "other-authority",
  "expired",
  "not-yet-valid",
  "wrong-usage",
  "no-certificate",
];

/** What a reply of one of our own servers says of our certificate, or undefined when it is another reply. */
export function refusalByReply(status: number, header: string | readonly string[] | undefined): Refusal | undefined {
  if (status !== 403 || typeof header !== "string") return undefined;
  const reason = PROBLEMS.find((problem) => problem === header);
  return { reason: reason ?? "other", said: `client certificate refused: ${header}` };
}
