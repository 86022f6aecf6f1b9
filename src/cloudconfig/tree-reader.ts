import type { ConfigProblem } from "../errors.js";

/**
 * Who reads a cloud-config. A `user`'s file may have either spelling of keys, and an unknown key is a mistake in it;
 * a `machine` of today ignores unknown keys, and dashed ones are unknown to it.
 */
export type CloudConfigReader = "user" | "machine";

/** A mapping whose keys have been looked at; values by key with underscores. */
export type Fields = ReadonlyMap<string, unknown>;

/** Takes plain values out of what a YAML parser gave, and collects what is wrong instead of throwing. */
export class TreeReader {
  readonly problems: ConfigProblem[] = [];

  constructor(
    private readonly source: string,
    private readonly reader: CloudConfigReader,
  ) {}

  report(key: string, message: string): void {
    this.problems.push({ source: this.source, key, message });
  }

  /** The fields of a mapping; none where nothing is given. */
  fields(value: unknown, key: string, known: readonly string[]): Fields {
    const fields = new Map<string, unknown>();
    if (isAbsent(value)) return fields;
    if (typeof value !== "object" || Array.isArray(value)) {
      this.report(key, `expected a mapping with ${known.join(", ")}, found ${describe(value)}`);
      return fields;
    }
    for (const [spelling, field] of Object.entries(value)) {
      const name = this.reader === "user" ? spelling.replaceAll("-", "_") : spelling;
      const path = join(key, spelling);
      if (!known.includes(name)) {
        if (this.reader === "user") this.report(path, `unknown key; expected one of ${known.join(", ")}`);
      } else if (fields.has(name)) {
        this.report(path, `given twice, in both spellings; keep ${name}`);
      } else {
        fields.set(name, field);
      }
    }
    return fields;
  }

  /** The items of a list, each with its path; none where nothing is given. */
  items(value: unknown, key: string): (readonly [item: unknown, path: string])[] {
    if (isAbsent(value)) return [];
    if (!Array.isArray(value)) {
      this.report(key, `expected a list, found ${describe(value)}`);
      return [];
    }
    return value.map((item: unknown, index) => [item, `${key}[${index}]`] as const);
  }

  /** Text; empty where nothing is given. Other scalars count as they are written, bytes as one character each. */
  text(value: unknown, key: string): string {
    if (isAbsent(value)) return "";
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
    this.report(key, `expected text, found ${describe(value)}`);
    return "";
  }

  /** Text that must be there. */
  requiredText(value: unknown, key: string): string {
    if (isAbsent(value)) this.report(key, "is missing");
    return this.text(value, key);
  }

  /** A boolean; false where nothing is given. The words of YAML 1.1 count, as they do for coreos-cloudinit. */
  flag(value: unknown, key: string): boolean {
    if (isAbsent(value)) return false;
    if (typeof value === "boolean") return value;
    const word = typeof value === "string" ? value.toLowerCase() : "";
    if (["true", "yes", "on"].includes(word)) return true;
    if (["false", "no", "off"].includes(word)) return false;
    this.report(key, `expected true or false, found ${describe(value)}`);
    return false;
  }
}

/** The path of a field inside `key`. */
export function join(key: string, field: string): string {
  return key === "" ? field : `${key}.${field}`;
}

function isAbsent(value: unknown): value is null | undefined | "" {
  return value === undefined || value === null || value === "";
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return JSON.stringify(value.slice(0, 40));
    case "number":
    case "boolean":
      return String(value);
    default:
      return "a mapping";
  }
}
