import type { GoJson } from "../go/json-encode.js";

/** An error as Reflow's servers send it. */
export interface ReflowError {
  readonly op: string;
  readonly args: readonly string[];
  /** A kind of Reflow's, e.g. `NotExist`. */
  readonly kind: string;
  /** The text of the plain error underneath, if there is one. */
  readonly cause?: string;
}

/** An error that a handler throws to reply with it. */
export class ReflowFault extends Error {
  constructor(readonly error: ReflowError) {
    super(`${error.op} ${error.kind}`);
  }
}

/** Kinds with an HTTP status of their own; every other kind is 500. */
const STATUS: Readonly<Record<string, number>> = { NotExist: 404, NotAllowed: 405, Temporary: 503 };

/** The HTTP status that Reflow's servers give to a kind of error. */
export function statusOfKind(kind: string): number {
  return STATUS[kind] ?? 500;
}

/** A plain error as it is sent: wrapped, without operation, of the kind `Other`. */
export function plainError(text: string): ReflowError {
  return { op: "", args: [], kind: "Other", cause: text };
}

/** The JSON shape of an error; field names and order are Reflow's. */
export function errorJson(error: ReflowError): GoJson {
  return {
    Op: error.op,
    Arg: error.args.length === 0 ? null : error.args,
    Kind: error.kind,
    ...(error.cause === undefined ? {} : { Cause: { Op: "", Arg: null, Kind: "", Error: error.cause } }),
    Error: "",
  };
}
