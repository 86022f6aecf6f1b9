import type { z } from "zod";
import { didYouMean } from "../lib/near-match.js";
import { quote } from "./quote.js";
import { PROVIDERS_BY_KEY } from "./provider-table.js";
import { keysAt } from "./schema-path.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

type Issue = z.core.$ZodIssue;

/** Sections that each refuse keys they do not know; a key of the one is often written under the other. */
const STRICT_SECTIONS = ["ec2cluster", "reflow-ec2"] as const;

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
export function explainIssue(issue: Issue, data: unknown): readonly Omit<YamlProblem, "line">[] {
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key) }));
  }
  // A rule of ours that says the whole sentence.
  if (issue.code === "custom" && issue.params?.["sentence"] === true) return [{ path, message: issue.message }];
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "another key";
    return [{ path, message: `expected ${expected}, found ${show(String(path.at(-1)))}` }];
  }
  return [{ path, message: `expected ${expectation(issue, path)}, found ${found(issue, path, data)}` }];
}

function expectation(issue: Issue, path: YamlPath): string {
  // The library's own text remains only where a mapping was expected.
  return issue.message.startsWith("Invalid input") ? `a mapping with ${keyWords(path)}` : issue.message;
}

function keyWords(path: YamlPath): string {
  const keys = keysAt(path);
  if (keys.length === 0) return "keys";
  return keys.length > 4 ? `keys such as ${keys.slice(0, 3).join(", ")}` : `the keys ${keys.join(", ")}`;
}

function unknownKey(path: YamlPath, key: string): string {
  const known = keysAt(path);
  const other = STRICT_SECTIONS.find((section) => section !== path[0] && keysAt([section]).includes(key));
  if (path.length === 1 && other !== undefined) return `expected under \`${other}:\`, found under \`${path[0]}:\``;
  const near = didYouMean(key, known);
  return `no such key under \`${dottedKey(path)}:\`${near === "" ? `; expected ${keyList(known)}` : near}`;
}

function keyList(keys: readonly string[]): string {
  return keys.length > 8 ? `one of ${keys.slice(0, 8).join(", ")}, ...` : `one of ${keys.join(", ")}`;
}

function found(issue: Issue, path: YamlPath, data: unknown): string {
  const value = path.reduce<unknown>(
    (at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined),
    data,
  );
  const key = path[0];
  if (typeof value === "boolean" && path.length === 1 && key !== undefined && key in PROVIDERS_BY_KEY) {
    return `a boolean; Reflow reads a bare off, on, yes or no as one, so write it in quotes: ${key}: "off"`;
  }
  const near =
    issue.code === "invalid_value" && typeof value === "string" ? didYouMean(value, words(issue.values)) : "";
  // What setup sealed is secret.
  return key === "instances" ? kindOf(value) : `${show(value)}${near}`;
}

function words(values: readonly unknown[]): readonly string[] {
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

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
}
