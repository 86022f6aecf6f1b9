import { isDeepStrictEqual } from "node:util";
import { ConfigError } from "../errors.js";
import { spliceYaml } from "./edit-splice.js";
import { dottedKey } from "./explain-issue.js";
import { isMapping } from "./file-entries.js";
import { isTextField } from "./schema-path.js";
import { readYaml } from "./yaml-source.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

/** One change of a file. */
export interface ConfigChange {
  /** From the top, e.g. `["ec2cluster", "subnets", 0]`; the number of a list's items is that of one more. */
  readonly path: YamlPath;
  /** Plain data; undefined takes the key away. */
  readonly value: unknown;
}

/**
 * The text of a configuration with some of its values changed. Comments, order, anchors and spacing stay: only the lines
 * of the changed values differ, and a value that is there already changes nothing. Sections that are missing are made.
 * New text is such as Reflow's Go reader takes it: words like `off` are in quotes. What the values mean is not checked.
 * @param text of the file; empty for one that is to be made
 * @param source the file's path, for messages
 * @throws ConfigError when the text is no YAML, and where a change would change other values too.
 */
export function editConfig(text: string, changes: readonly ConfigChange[], source = "the configuration"): string {
  return changes.reduce((edited, change) => changeOne(edited, change, source), text);
}

function changeOne(text: string, { path, value }: ConfigChange, source: string): string {
  const before = readYaml(text, isTextField);
  const [mistake] = before.problems;
  if (mistake !== undefined) throw fail(mistake, source);
  if (before.value !== null && !isMapping(before.value)) {
    throw fail({ line: 1, path: [], message: "expected a mapping with keys such as ec2cluster" }, source);
  }
  const wanted = changed(before.value, path, asRead(path, value), (at, expected) => {
    const message = `expected ${expected}; ${dottedKey(path)} cannot stand below it`;
    return fail({ line: before.lineOf(at), path: at, message }, source);
  });
  if (isDeepStrictEqual(wanted, before.value)) return text;
  const edited = spliceYaml(text, path, value);
  const after = readYaml(edited, isTextField);
  if (after.problems.length === 0 && isDeepStrictEqual(solid(after.value), solid(wanted))) return edited;
  throw fail(
    {
      line: before.lineOf(path),
      path,
      message: "an anchor, an alias or a tag stands in the way: the change would change other values too",
    },
    source,
    "Change it by hand.",
  );
}

function fail({ line, path, message }: YamlProblem, source: string, hint?: string): ConfigError {
  const key = dottedKey(path);
  return new ConfigError(`${source} cannot be changed`, [{ source, line, key, message }], {
    hint: hint ?? "Mend what is named, then try again.",
  });
}

/** The data with the change made. @param blocked what to throw where there is something else on the way than `expected` */
function changed(
  data: unknown,
  path: YamlPath,
  value: unknown,
  blocked: (at: YamlPath, expected: string) => Error,
  depth = 0,
): unknown {
  const key = path[depth];
  if (key === undefined) return value;
  const further = (below: unknown): unknown => changed(below, path, value, blocked, depth + 1);
  if (typeof key === "number") {
    const found: unknown = data ?? [];
    if (!Array.isArray(found)) throw blocked(path.slice(0, depth), "a list, found another value");
    const list = found as readonly unknown[];
    if (key > list.length) {
      throw blocked(path.slice(0, depth), `more items, found ${list.length}: [${list.length}] would add one`);
    }
    const next = key === list.length && value === undefined ? undefined : further(list[key]);
    if (next === undefined && !Array.isArray(data)) return data;
    return [...list.slice(0, key), ...(next === undefined ? [] : [next]), ...list.slice(key + 1)];
  }
  if (data !== undefined && data !== null && !isMapping(data)) {
    throw blocked(path.slice(0, depth), "a mapping, found another value");
  }
  const next = further(isMapping(data) && Object.hasOwn(data, key) ? data[key] : undefined);
  if (next !== undefined) return { ...data, [key]: next };
  if (!isMapping(data) || !Object.hasOwn(data, key)) return data;
  return Object.fromEntries(Object.entries(data).filter(([name]) => name !== key));
}

/** A new value as it will be read: whatever stands in a text field is text. */
function asRead(path: YamlPath, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => asRead([...path, index], item));
  if (isMapping(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, asRead([...path, key], child)]));
  }
  const bare = typeof value === "number" || typeof value === "boolean";
  return bare && isTextField(path) ? String(value) : value;
}

/** Without what means nothing: an emptied section reads as nothing, an empty mapping or not at all. */
function solid(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(solid);
  if (!isMapping(value)) return value === null ? undefined : value;
  const entries = Object.entries(value)
    .map(([key, child]) => [key, solid(child)] as const)
    .filter(([, child]) => child !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
