import { fields, listOf, mismatch, present, ShapeProblem, text, type Decoder } from "./wire-json.js";

/** Reflow's error kinds and how it prints each; `Other` prints nothing. */
const KIND_TEXT = {
  Other: "",
  Canceled: "canceled",
  Timeout: "timeout",
  Temporary: "temporary",
  NotExist: "resource does not exist",
  NotAllowed: "access denied",
  NotSupported: "operation not supported",
  TooManyTries: "too many tries",
  Integrity: "integrity error",
  ResourcesExhausted: "resources exhausted",
  Eval: "evaluation error",
  Unavailable: "unavailable",
  Fatal: "fatal",
  Invalid: "invalid",
  Net: "network error",
  Precondition: "precondition was not met",
  OOM: "OOM error",
  Module: "module",
  DockerExec: "docker exec",
} as const;

/** What sort of error it is; decides what to do about it. */
export type ErrorKind = keyof typeof KIND_TEXT;

/** An error as Reflow's programs hand it on, each level with what it was doing. */
export interface ReflowError {
  /** The operation, e.g. `keepalive`; may be empty. */
  readonly op: string;
  readonly args: readonly string[];
  readonly kind: ErrorKind;
  /** What caused it: another such error, or the text of one that is not Reflow's. */
  readonly cause?: ReflowError | string | undefined;
}

/** Real chains have two or three levels; deeper ones are refused, so that no reply can exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * An error from its JSON, put together again by the rules that Go applies when it decodes: an error takes over the
 * kind of its cause unless it has another of its own, and a cause with nothing left to say makes way for its own cause.
 * An unknown kind is `Other`.
 */
export const reflowErrorDecoder: Decoder<ReflowError> = present((json, path) => {
  const error = decodeLevel(json, path, 0);
  if (typeof error === "string")
    throw new ShapeProblem("it is an error without operation or kind, which servers never send");
  return error;
});

function decodeLevel(json: unknown, path: string, depth: number): ReflowError | string {
  if (depth > MAX_DEPTH) throw new ShapeProblem("it is nested too deeply");
  const error = fields(json, path);
  if (!["Op", "Arg", "Kind", "Cause", "Error"].some((name) => error.has(name))) {
    throw mismatch("an error of Reflow", json, path);
  }
  const plain = error.get("Error", text);
  if (plain !== "") return plain;
  // The first word that is not empty names the operation, wherever it comes from.
  const words = [error.get("Op", text), ...error.get("Arg", listOf(text))];
  const [op = "", ...args] = words[0] === "" ? words.slice(1) : words;
  const kind = parseKind(error.get("Kind", text));
  if (!error.has("Cause")) return { op, args, kind };
  return wrap(
    op,
    args,
    kind,
    error.get("Cause", (cause, causePath) => decodeLevel(cause, causePath, depth + 1)),
  );
}

function wrap(op: string, args: readonly string[], kind: ErrorKind, cause: ReflowError | string): ReflowError {
  if (typeof cause === "string") return { op, args, kind, cause };
  if (kind !== "Other" && kind !== cause.kind) return { op, args, kind, cause };
  const inner: ReflowError = { ...cause, kind: "Other" };
  const left = inner.op === "" ? inner.cause : inner;
  return { op, args, kind: cause.kind, ...(left === undefined ? {} : { cause: left }) };
}

function parseKind(name: string): ErrorKind {
  return Object.hasOwn(KIND_TEXT, name) ? (name as ErrorKind) : "Other";
}

/** The kind that decides: the first one on the way down the causes that is not `Other`. */
export function decisiveKind(error: ReflowError): ErrorKind {
  let level: ReflowError | string | undefined = error;
  while (typeof level === "object") {
    if (level.kind !== "Other") return level.kind;
    level = level.cause;
  }
  return "Other";
}

/** The text at the bottom of the causes, e.g. `zombie alloc`; empty when there is none. */
export function rootCauseText(error: ReflowError): string {
  let level: ReflowError | string | undefined = error;
  while (typeof level === "object") level = level.cause;
  return level ?? "";
}

/** The text that Reflow prints: `free 1ccf: operation not supported: zombie alloc`. `separator` stands between errors of Reflow. */
export function reflowErrorText(error: ReflowError, separator = ":\n\t"): string {
  const kind = KIND_TEXT[error.kind];
  let result = error.op === "" ? "" : [error.op, ...error.args].join(" ");
  const append = (joint: string, more: string): void => {
    result += result === "" ? more : joint + more;
  };
  if (kind !== "") append(": ", kind);
  if (typeof error.cause === "string") append(": ", error.cause);
  else if (error.cause !== undefined) append(separator, reflowErrorText(error.cause, separator));
  return result;
}
