import type { z } from "zod";
import { didYouMean } from "../lib/near-match.js";
import { quote } from "./quote.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

type Issue = z.core.$ZodIssue;

/** What a kind of file knows to say about its own mistakes. */
export interface IssueWords {
  /** The keys that a mapping at a path may have; empty where it may have any. */
  readonly keysAt: (path: YamlPath) => readonly string[];
  /** A sentence of its own for a key that it does not know. */
  readonly unknownKey?: (path: YamlPath, key: string) => string | undefined;
  /** Words of its own for a value that was found. */
  readonly found?: (path: YamlPath, value: unknown) => string | undefined;
}

/** `ec2cluster.instancetypes[3]`. */
export function dottedKey(path: YamlPath): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      // Whatever stands in quotes in a file may be a key; a terminal must not take it for a command.
      const word = /^[\w.-]+$/.test(step) ? step : show(step);
      return index === 0 ? word : `.${word}`;
    })
    .join("");
}

/** What a schema's complaint about `data` says to a person; a complaint about several keys becomes several. */
export function explainIssue(issue: Issue, data: unknown, words: IssueWords): readonly Omit<YamlProblem, "line">[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key, words) }));
  }
  if (issue.code === "invalid_union") {
    const inside = insideOf(issue, data, path);
    if (inside !== undefined) return inside.flatMap((deeper) => explainIssue(deeper, data, words));
  }
  // A rule of ours that says the whole sentence.
  if (issue.code === "custom" && issue.params?.["sentence"] === true) return [{ path, message: issue.message }];
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "another key";
    return [{ path, message: `expected ${expected}, found ${show(String(path.at(-1)))}` }];
  }
  return [{ path, message: `expected ${expectation(issue, path, words)}, found ${found(issue, path, data, words)}` }];
}

/** Where a text or a mapping may stand and a mapping does: what is wrong inside of it. */
function insideOf(issue: z.core.$ZodIssueInvalidUnion, data: unknown, path: YamlPath): readonly Issue[] | undefined {
  const value = valueAt(data, path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const branch = issue.errors.find(
    (issues) => !issues.some(({ code, path: at }) => code === "invalid_type" && at.length === 0),
  );
  return branch?.map((deeper) => ({ ...deeper, path: [...path, ...deeper.path] }));
}

function expectation(issue: Issue, path: YamlPath, words: IssueWords): string {
  // The library's own text remains only where a mapping was expected.
  return issue.message.startsWith("Invalid input") ? `a mapping with ${keyWords(words.keysAt(path))}` : issue.message;
}

function keyWords(keys: readonly string[]): string {
  if (keys.length === 0) return "keys";
  return keys.length > 4 ? `keys such as ${keys.slice(0, 3).join(", ")}` : `the keys ${keys.join(", ")}`;
}

function unknownKey(path: YamlPath, key: string, words: IssueWords): string {
  const own = words.unknownKey?.(path, key);
  if (own !== undefined) return own;
  const known = words.keysAt(path);
  const near = didYouMean(key, known);
  const where = path.length === 0 ? "no such key" : `no such key under \`${dottedKey(path)}:\``;
  return `${where}${near === "" ? `; expected ${keyList(known)}` : near}`;
}

function keyList(keys: readonly string[]): string {
  return keys.length > 8 ? `one of ${keys.slice(0, 8).join(", ")}, ...` : `one of ${keys.join(", ")}`;
}

function found(issue: Issue, path: YamlPath, data: unknown, words: IssueWords): string {
  const value = valueAt(data, path);
  const own = words.found?.(path, value);
  if (own !== undefined) return own;
  const near =
    issue.code === "invalid_value" && typeof value === "string" ? didYouMean(value, texts(issue.values)) : "";
  return `${show(value)}${near}`;
}

function valueAt(data: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>((at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined), data);
}

function texts(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === "string");
}

function isRecord(value: unknown): value is Record<string | number, unknown> {
  return typeof value === "object" && value !== null;
}

/** A value of the file, short: of a text the beginning of its first line. What follows could be a key's. */
export function show(value: unknown): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}

/** What a value is, without telling it. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
