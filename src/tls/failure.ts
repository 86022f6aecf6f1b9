import { TrustError } from "../errors.js";
import { TransportError, type TransportFailure } from "../pool/transport.js";
import type { Phase } from "./exchange.js";
import { nodeErrorCode, nodeErrorText } from "./node-error.js";
import { alertNumber, refusalByAlert } from "./refusal.js";
import { oursRefused, printable } from "./trust-messages.js";

/** The exchange that failed. */
export interface FailedExchange {
  /** `<host>:<port>`. */
  readonly address: string;
  /** Method and path. */
  readonly request: string;
  readonly phase: Phase;
  /** The certificate that we present, PEM. */
  readonly certificatePem: string;
}

const FAILURE_BY_CODE: Readonly<Record<string, TransportFailure>> = {
  ECONNREFUSED: "refused",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  ETIMEDOUT: "timeout",
  ENOTFOUND: "unresolved",
  EAI_AGAIN: "unresolved",
  EAI_FAIL: "unresolved",
  EAI_NODATA: "unresolved",
  EAI_NONAME: "unresolved",
  EAI_MEMORY: "unresolved",
  HPE_HEADER_OVERFLOW: "too-large",
};

const REACH_HINT = "Check that the instance runs and that its security group lets this machine reach the port.";
const OTHER_PROGRAM_HINT = "Check that a reflowlet or a bootstrap listens there, and not another program.";

/** Says in our words how an exchange failed, whatever Node reports. */
export function describeFailure(error: unknown, failed: FailedExchange): TransportError | TrustError {
  if (error instanceof TransportError || error instanceof TrustError) return error;
  const code = nodeErrorCode(error);
  if (code === "EPROTO" || code.startsWith("ERR_SSL_")) return describeTlsFailure(error, failed);
  if (failed.phase === "body" && !code.startsWith("HPE_")) {
    return failure("malformed", `${failed.address} ended its reply half way`, OTHER_PROGRAM_HINT, error);
  }
  const kind = FAILURE_BY_CODE[code] ?? (code.startsWith("HPE_") ? "malformed" : "unreachable");
  return failure(kind, describe(kind, error, failed), kind === "malformed" ? OTHER_PROGRAM_HINT : REACH_HINT, error);
}

/** The time limit of an exchange has passed. */
export function describeTimeout(timeoutMs: number, failed: FailedExchange): TransportError {
  const limit = `within ${timeoutMs / 1000} s`;
  const what: Readonly<Record<Phase, string>> = {
    queue: `was busy with other requests of ours, so that ${failed.request} was not sent ${limit}`,
    connect: `accepted no connection ${limit}`,
    handshake: `accepted a connection, but did not finish the TLS handshake ${limit}`,
    reply: `did not reply to ${failed.request} ${limit}`,
    body: `sent only part of its reply to ${failed.request} ${limit}`,
  };
  return failure("timeout", `${failed.address} ${what[failed.phase]}`, REACH_HINT, undefined);
}

function describeTlsFailure(error: unknown, failed: FailedExchange): TransportError | TrustError {
  const alert = alertNumber(nodeErrorText(error));
  if (alert === undefined) {
    return failure("malformed", `${failed.address} does not speak TLS as it should`, OTHER_PROGRAM_HINT, error);
  }
  const refusal = refusalByAlert(alert);
  return refusal === undefined
    ? failure("reset", `${failed.address} broke off with TLS alert ${alert}`, OTHER_PROGRAM_HINT, error)
    : oursRefused(failed.address, refusal, failed.certificatePem, error);
}

function describe(kind: TransportFailure, error: unknown, { address, request, phase }: FailedExchange): string {
  switch (kind) {
    case "refused":
      return `${address} refused the connection: nothing listens there`;
    case "reset":
      return phase === "reply"
        ? `${address} dropped the connection without a reply to ${request}`
        : `${address} dropped the connection before the TLS handshake was finished`;
    case "timeout":
      return phase === "connect"
        ? `${address} accepted no connection in the time that the system allows`
        : `${address} was lost: nothing came in the time that the system allows`;
    case "unresolved":
      return `${address} has a name that cannot be resolved`;
    case "malformed":
      return `${address} did not answer ${request} in HTTP`;
    case "too-large":
      return `${address} answered ${request} with more headers than any reflowlet sends`;
    case "unreachable":
      return `${address} cannot be reached: ${printable(nodeErrorText(error))}`;
  }
}

function failure(kind: TransportFailure, message: string, hint: string, cause: unknown): TransportError {
  return new TransportError(kind, message, { hint, cause });
}

/** Whether the other side closed the connection without a word. */
export function isReset(error: unknown): boolean {
  return FAILURE_BY_CODE[nodeErrorCode(error)] === "reset";
}
