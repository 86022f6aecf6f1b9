import type { BaselineType, ProbeBaseline } from "../../cluster/probe/gates.js";
import { PROBE_MILESTONES, type ProbeMilestone } from "../../cluster/probe/model.js";
import { errorText, UsageError } from "../../errors.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/**
 * What gates need of an earlier `probe -o json`. What they do not need is not looked at.
 * @param file the file's name, for messages
 * @throws UsageError that names the file, the place in it, and what was expected there.
 */
export function readProbeJson(text: string, file: string): ProbeBaseline {
  const at = new Place(file, "", parse(text, file));
  const version = at.member("schemaVersion");
  if (version.value !== SCHEMA_VERSION)
    version.fail(`expected ${SCHEMA_VERSION}, which is all that this version reads`);
  const types = at.member("types").items();
  const byType = new Map<string, BaselineType>();
  for (const type of types) {
    const name = type.member("type").string();
    if (byType.has(name)) type.member("type").fail("occurs twice");
    byType.set(name, { p50: medians(type.member("reached")), memoryRatio: type.member("memoryRatio").numberOrNull() });
  }
  return { file, startedMs: at.member("started").time(), region: at.member("region").stringIfThere(), types: byType };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(`--baseline ${file} is not JSON: ${errorText(error)}`, { hint: HINT });
  }
}

function medians(reached: Place): BaselineType["p50"] {
  const p50: Partial<Record<ProbeMilestone, number>> = {};
  for (const milestone of PROBE_MILESTONES) {
    const own = reached.member(milestone);
    if (own.value !== undefined) p50[milestone] = own.member("p50").seconds();
  }
  return p50;
}

const HINT = "Give a file to which `reflow-ec2 probe … -o json` wrote.";

/** A value in the file, and the way to it. */
class Place {
  constructor(
    readonly file: string,
    readonly path: string,
    readonly value: unknown,
  ) {}

  member(name: string): Place {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return this.fail("expected an object");
    const path = this.path === "" ? name : `${this.path}.${name}`;
    return new Place(this.file, path, Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined);
  }

  items(): readonly Place[] {
    if (!Array.isArray(this.value)) return this.fail("expected a list");
    return this.value.map((item: unknown, index) => new Place(this.file, `${this.path}[${index}]`, item));
  }

  string(): string {
    return typeof this.value === "string" ? this.value : this.fail("expected a text");
  }

  stringIfThere(): string | undefined {
    return this.value === undefined ? undefined : this.string();
  }

  seconds(): number {
    const { value } = this;
    return typeof value === "number" && value >= 0 ? value : this.fail("expected seconds, a number not below 0");
  }

  numberOrNull(): number | undefined {
    if (this.value === null) return undefined;
    return typeof this.value === "number" ? this.value : this.fail("expected a number or null");
  }

  time(): number {
    const ms = Date.parse(this.string());
    return Number.isNaN(ms) ? this.fail("expected a time such as 2026-01-01T00:00:00.000Z") : ms;
  }

  fail(expected: string): never {
    const where = this.path === "" ? "the file" : this.path;
    const found = this.value === undefined ? "missing" : shown(this.value);
    throw new UsageError(`--baseline ${this.file}: ${where} is ${found}: ${expected}`, { hint: HINT });
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
