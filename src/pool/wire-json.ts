import { printable } from "./printable.js";

/**
 * Reads JSON values as Go's decoder does: unknown fields are ignored, field names are matched without regard to case,
 * `null` and a missing field are the zero value. A value of the wrong type is a problem, as it is there.
 */

/** Gives the value that `json` stands for; `path` names it in a problem. @throws ShapeProblem */
export type Decoder<T> = (json: unknown, path: string) => T;

/** What is wrong with a JSON value. Never leaves this folder: reply.ts makes a MalformedReplyError of it. */
export class ShapeProblem extends Error {}

/** The fields of an object. */
export class Fields {
  private readonly byName = new Map<string, unknown>();

  constructor(
    private readonly path: string,
    entries: readonly (readonly [string, unknown])[],
  ) {
    for (const [name, value] of entries) this.byName.set(name.toLowerCase(), value);
  }

  /** Whether the field is there and not `null`. */
  has(name: string): boolean {
    return (this.byName.get(name.toLowerCase()) ?? null) !== null;
  }

  get<T>(name: string, decode: Decoder<T>): T {
    return decode(this.byName.get(name.toLowerCase()), this.path === "" ? name : `${this.path}.${name}`);
  }

  /** As `get`, for a field without which the object means nothing. */
  need<T>(name: string, decode: Decoder<T>): T {
    if (!this.has(name)) throw new ShapeProblem(`${this.path || "it"} has no ${name}`);
    return this.get(name, decode);
  }
}

/** An object; `null` has no fields. */
export const fields: Decoder<Fields> = (json, path) => {
  if (isNull(json)) return new Fields(path, []);
  if (typeof json !== "object" || Array.isArray(json)) throw mismatch("an object", json, path);
  return new Fields(path, Object.entries(json));
};

/** A string; `null` is the empty one. */
export const text: Decoder<string> = (json, path) => {
  if (isNull(json)) return "";
  if (typeof json !== "string") throw mismatch("a string", json, path);
  return json;
};

/** A number that a 64-bit float can hold; `null` is 0. */
export const finite: Decoder<number> = (json, path) => {
  if (isNull(json)) return 0;
  if (typeof json !== "number" || !Number.isFinite(json)) throw mismatch("a number", json, path);
  return json;
};

/** A whole number; `null` is 0. */
export const integer: Decoder<number> = (json, path) => {
  const value = finite(json, path);
  if (!Number.isInteger(value)) throw mismatch("a whole number", json, path);
  return value;
};

/** A list; `null` is the empty one. */
export function listOf<T>(item: Decoder<T>): Decoder<readonly T[]> {
  return (json, path) => {
    if (isNull(json)) return [];
    if (!Array.isArray(json)) throw mismatch("a list", json, path);
    return json.map((element, index) => item(element, `${path}[${index}]`));
  };
}

/** A map from any key to values of one kind; `null` is the empty one. Keys keep their case. */
export function mapOf<T>(item: Decoder<T>): Decoder<Readonly<Record<string, T>>> {
  return (json, path) => {
    if (isNull(json)) return {};
    if (typeof json !== "object" || Array.isArray(json)) throw mismatch("an object", json, path);
    return Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, item(value, path === "" ? key : `${path}.${key}`)]),
    );
  };
}

/** @throws ShapeProblem where Go's decoder accepts `null` for lack of a better idea, and a reply of `null` means nothing. */
export function present<T>(decode: Decoder<T>): Decoder<T> {
  return (json, path) => {
    if (isNull(json)) throw new ShapeProblem(`${path || "it"} is null`);
    return decode(json, path);
  };
}

/** That `json`, found at `path`, is not what was expected. */
export function mismatch(expected: string, json: unknown, path: string): ShapeProblem {
  return new ShapeProblem(`${path || "it"} is not ${expected} but ${shown(json)}`);
}

function isNull(json: unknown): json is null | undefined {
  return json === null || json === undefined;
}

function shown(json: unknown): string {
  if (Array.isArray(json)) return "a list";
  if (typeof json === "object" && json !== null) return "an object";
  if (typeof json === "string") return `"${printable(json, 40)}"`;
  return typeof json === "number" || typeof json === "boolean" ? `${json}` : "null";
}
