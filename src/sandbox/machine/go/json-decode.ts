import { JsonSyntaxError, scanJson, type JsonValue } from "./json-scanner.js";

/**
 * Reads JSON into typed fields by the rules of Go's encoding/json: field names without regard to case, unknown fields
 * ignored, `null` leaves a field as it is, a value of the wrong type is skipped and reported once the rest is read.
 */

/** A type of Go that a JSON value is read into; `name` is what Go calls it in errors. */
export type GoType =
  | { readonly kind: "string"; readonly name: string }
  | { readonly kind: "float"; readonly name: string }
  /** A signed 64-bit integer, read as bigint. */
  | { readonly kind: "int"; readonly name: string }
  | { readonly kind: "slice"; readonly name: string; readonly item: GoType }
  | { readonly kind: "map"; readonly name: string; readonly item: GoType }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly GoField[] };

/** A field of a Go structure: its name in JSON, and its type. */
export interface GoField {
  readonly name: string;
  readonly type: GoType;
}

/** What a decoded field holds: absent fields are undefined, maps have no prototype. */
export type GoValue =
  string | number | bigint | readonly GoValue[] | { readonly [key: string]: GoValue | undefined } | undefined;

/** What was read, and what Go says was wrong; with a fault the value holds what could be read. */
export interface Decoded {
  readonly value: Readonly<Record<string, GoValue>>;
  readonly error: string | undefined;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Reads the first JSON value of `text` into a structure of type `target`. Never throws. */
export function decodeGoJson(text: string, target: Extract<GoType, { kind: "struct" }>): Decoded {
  let json: JsonValue;
  try {
    json = scanJson(text);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return { value: {}, error: error.message };
    throw error;
  }
  const decoder = new Decoder();
  const value = decoder.decode(json, target, undefined);
  return { value: isRecord(value) ? value : {}, error: decoder.error };
}

/** Where a value stands, for errors: `Struct.Field.Field`. */
interface Place {
  readonly struct: string;
  readonly path: string;
}

class Decoder {
  /** The first type error; Go reads on and reports it at the end. */
  error: string | undefined;

  decode(json: JsonValue, type: GoType, place: Place | undefined): GoValue {
    if (json.kind === "null") return undefined;
    switch (type.kind) {
      case "string":
        return json.kind === "string" ? json.value : this.mismatch(json, type, place);
      case "float":
        return json.kind === "number" ? this.float(json.text, type, place) : this.mismatch(json, type, place);
      case "int":
        return json.kind === "number" ? this.int(json.text, type, place) : this.mismatch(json, type, place);
      case "slice":
        if (json.kind !== "array") return this.mismatch(json, type, place);
        return json.items.map((item) => this.decode(item, type.item, place));
      case "map": {
        if (json.kind !== "object") return this.mismatch(json, type, place);
        const entries = Object.create(null) as Record<string, GoValue>;
        for (const [key, item] of json.members) entries[key] = this.decode(item, type.item, place) ?? zero(type.item);
        return entries;
      }
      case "struct":
        return json.kind === "object" ? this.struct(json, type, place) : this.mismatch(json, type, place);
    }
  }

  private struct(
    json: Extract<JsonValue, { kind: "object" }>,
    type: Extract<GoType, { kind: "struct" }>,
    place: Place | undefined,
  ): GoValue {
    const fields = Object.create(null) as Record<string, GoValue>;
    for (const [key, item] of json.members) {
      const field =
        type.fields.find((candidate) => candidate.name === key) ??
        type.fields.find((candidate) => candidate.name.toLowerCase() === key.toLowerCase());
      if (field === undefined) continue;
      const path = place === undefined ? field.name : `${place.path}.${field.name}`;
      const value = this.decode(item, field.type, { struct: bareName(type.name), path });
      if (value !== undefined) fields[field.name] = value;
    }
    return fields;
  }

  private float(text: string, type: GoType, place: Place | undefined): GoValue {
    const value = Number(text);
    return Number.isFinite(value) ? value : this.fault(`number ${text}`, type, place);
  }

  private int(text: string, type: GoType, place: Place | undefined): GoValue {
    if (!/^-?\d{1,20}$/.test(text)) return this.fault(`number ${text}`, type, place);
    const value = BigInt(text);
    return value >= MIN_INT64 && value <= MAX_INT64 ? value : this.fault(`number ${text}`, type, place);
  }

  private mismatch(json: JsonValue, type: GoType, place: Place | undefined): GoValue {
    return this.fault(json.kind, type, place);
  }

  private fault(what: string, type: GoType, place: Place | undefined): undefined {
    const where = place === undefined ? "Go value" : `Go struct field ${place.struct}.${place.path}`;
    this.error ??= `json: cannot unmarshal ${what} into ${where} of type ${type.name}`;
    return undefined;
  }
}

/** The name without its package; a structure without a name has none. */
function bareName(typeName: string): string {
  return /^\w+\.(\w+)$/.exec(typeName)?.[1] ?? "";
}

/** What Go puts into a map for a value that is null or of the wrong type. */
function zero(type: GoType): GoValue {
  if (type.kind === "string") return "";
  if (type.kind === "float") return 0;
  if (type.kind === "int") return 0n;
  return undefined;
}

function isRecord(value: GoValue): value is Record<string, GoValue> {
  return typeof value === "object" && !Array.isArray(value);
}
