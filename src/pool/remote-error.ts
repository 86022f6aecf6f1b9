import { InterruptedError, ReflowEc2Error, TrustError } from "../errors.js";
import { printable } from "./printable.js";
import { decisiveKind, reflowErrorText, type ErrorKind, type ReflowError } from "./reflow-error.js";
import { TransportError, type PoolAddress } from "./transport.js";
import { formatAddress } from "./uri.js";

/** Causes such as S3's are long and worth reading whole; this only keeps a hostile peer from filling the screen. */
const SHOWN_CHARACTERS = 2_000;

/** A reflowlet or bootstrap said no, in its own words. */
export class RemoteError extends ReflowEc2Error {
  readonly code = "remote";
  readonly exitCode = 7;
  /** The kind that decides, found by going down the causes. */
  readonly kind: ErrorKind;
  readonly op: string;
  readonly args: readonly string[];

  constructor(
    address: PoolAddress,
    /** The HTTP status; the kind tells more. */
    readonly status: number,
    /** The whole error as it was sent. */
    readonly error: ReflowError,
  ) {
    const text = reflowErrorText(error, ": ") || `status ${status}`;
    super(`${formatAddress(address)}: ${printable(text, SHOWN_CHARACTERS)}`, {
      hint: hintFor(decisiveKind(error)),
      cause: error.cause,
    });
    this.kind = decisiveKind(error);
    this.op = error.op;
    this.args = error.args;
  }
}

function hintFor(kind: ErrorKind): string {
  if (kind === "NotExist") return "It may have ended meanwhile; see what is there with `reflow-ec2 list`.";
  if (isTransient(kind)) return "Try again in a moment.";
  return "The instance's console output and the reflowlet's log tell more.";
}

/**
 * The kind of anything that a pool call threw, as a Go client sees it: no complete reply and no trust are `Net`, or
 * `Timeout`, a call that was given up is `Canceled`, and what is not known `Other`.
 */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof RemoteError) return error.kind;
  if (error instanceof TransportError) return error.failure === "timeout" ? "Timeout" : "Net";
  if (error instanceof TrustError) return "Net";
  return error instanceof InterruptedError || isAbort(error) ? "Canceled" : "Other";
}

/** An aborted signal's default reason is no Error in every JavaScript realm. */
function isAbort(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";
}

/** The peer expects to be able to do it later. */
export function isTemporary(kind: ErrorKind): boolean {
  return kind === "Temporary" || kind === "Unavailable";
}

/** Trying again may well help. */
export function isTransient(kind: ErrorKind): boolean {
  return isTemporary(kind) || kind === "Timeout" || kind === "TooManyTries";
}
