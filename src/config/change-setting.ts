import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { ConfigError, UsageError } from "../errors.js";
import type { ConfigProblem } from "../errors.js";
import { counted } from "../lib/counted.js";
import { didYouMean } from "../lib/near-match.js";
import { editConfig } from "./edit-config.js";
import type { ConfigChange } from "./edit-config.js";
import { dottedKey, show } from "./explain-issue.js";
import { isMapping } from "./file-entries.js";
import { loadConfig } from "./load-config.js";
import type { LoadContext } from "./load-config.js";
import { hasSecrets, isSecretPath } from "./mask-config.js";
import { isTextField, keysAt, schemaAt } from "./schema-path.js";
import type { YamlPath } from "./yaml-problem.js";
import { readYaml } from "./yaml-source.js";

/**
 * What a key and a text of the command line mean: where the schema wants text the text itself, else what YAML 1.1 reads,
 * such as `[subnet-1, subnet-2]`.
 * @param key dotted, e.g. `reflow-ec2.sweep`, `ec2cluster.subnets[0]`
 * @param text undefined to take the key away
 * @throws UsageError for a key that no configuration has, and for a value that is no YAML.
 */
export function parseSetting(key: string, text: string | undefined): ConfigChange {
  const path = pathOf(key);
  const [top = ""] = path;
  if (path.includes("") || !keysAt([]).includes(String(top))) {
    throw new UsageError(`there is no key ${show(key)}${nearConfigKey(key.replace(INDEX, ""))}`, {
      hint: "'reflow-ec2 config -o name' lists the keys; what Reflow does not know is to be changed by hand.",
    });
  }
  if (text === undefined || schemaAt(path) instanceof z.ZodString) return { path, value: text };
  const { value, problems } = readYaml(text, (below) => isTextField([...path, ...below]));
  const [mistake] = problems;
  if (mistake !== undefined) {
    throw new UsageError(`the value ${show(text)} cannot be read: ${mistake.message}`, {
      hint: "Lists are written as '[a, b]', mappings as '{a: 1}'.",
    });
  }
  if (value === null) {
    throw new UsageError(`there is no value for ${key}`, { hint: "Give one, or take the key away with --unset." });
  }
  return { path, value };
}

/** The items of lists that follow a key, counted from 0. */
const INDEX = /\[[0-9]{1,6}\]/g;

/** Keys and indices from the top; an empty one where a key is missing. */
function pathOf(key: string): YamlPath {
  return key.split(".").flatMap((word) => {
    const indices = word.match(INDEX) ?? [];
    const name = word.slice(0, word.length - indices.join("").length);
    return word.endsWith(indices.join("")) ? [name, ...indices.map((index) => Number(index.slice(1, -1)))] : [word];
  });
}

/**
 * `; did you mean "reflow-ec2.sweep"?`, or nothing. A key that lacks nothing but its section is as near as can be.
 * @param others words beside the keys of the schema
 */
export function nearConfigKey(key: string, others: readonly string[] = []): string {
  const all = keysBelow([]);
  const same = all.find((candidate) => candidate.endsWith(`.${key}`));
  return same === undefined ? didYouMean(key, [...all, ...others]) : `; did you mean ${show(same)}?`;
}

/** Dotted paths of all keys of the schema. */
function keysBelow(path: readonly string[]): readonly string[] {
  return keysAt(path).flatMap((key) => [[...path, key].join("."), ...keysBelow([...path, key])]);
}

/** What a change came to. */
export interface ChangedSetting {
  readonly key: string;
  /** The file's new text. */
  readonly text: string;
  readonly changed: boolean;
  /** 1-based; absent where the key has gone. */
  readonly line?: number | undefined;
  /** Plain data; null where there was none. Absent when it is, or may hold, a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
  /** The file holds secrets: nobody but its owner may read it. */
  readonly hasSecrets: boolean;
  /** Mistakes that the file had before and has still. */
  readonly problems: readonly ConfigProblem[];
}

/**
 * Changes a value in the text of a configuration and leaves the rest as it is.
 * @throws ConfigError with all mistakes that the change would bring; where the text cannot be changed without more.
 */
export function changeSetting(text: string, change: ConfigChange, context: LoadContext): ChangedSetting {
  const { path } = change;
  const edited = editConfig(text, [change], context.source);
  const earlier = problemsOf(text, context);
  const problems = problemsOf(edited, context);
  const fresh = problems.filter((problem) => !earlier.some((other) => isSame(problem, other)));
  if (fresh.length > 0) {
    throw new ConfigError(
      `nothing is written: ${context.source} would have ${counted(fresh.length, "mistake")}`,
      fresh,
      {
        hint: "The lines are those of the changed file. Give another value; docs/config.md tells what each key takes.",
      },
    );
  }
  const [old, now] = [readYaml(text, isTextField), readYaml(edited, isTextField)];
  // Where an item of a list has gone, the next one stands.
  const after = change.value === undefined ? null : valueAt(now.value, path);
  return {
    key: dottedKey(path),
    text: edited,
    changed: edited !== text,
    ...(change.value === undefined ? {} : { line: now.lineOf(path) }),
    ...(isSecretPath(path.map(String)) ? {} : { before: valueAt(old.value, path), after }),
    hasSecrets: isMapping(now.value) && hasSecrets(now.value),
    problems,
  };
}

function problemsOf(text: string, context: LoadContext): readonly ConfigProblem[] {
  try {
    loadConfig(text, context);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** Lines move. */
function isSame({ key, message }: ConfigProblem, other: ConfigProblem): boolean {
  return isDeepStrictEqual([key, message], [other.key, other.message]);
}

function valueAt(data: unknown, path: YamlPath): unknown {
  return (
    path.reduce<unknown>((at, step) => {
      if (typeof step === "number") return Array.isArray(at) ? (at as readonly unknown[])[step] : undefined;
      return isMapping(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    }, data) ?? null
  );
}
