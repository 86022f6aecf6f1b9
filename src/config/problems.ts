import type { z } from "zod";
import { explainIssue, kindOf, type IssueWords } from "./explain-issue.js";
import { PROVIDERS_BY_KEY } from "./provider-table.js";
import { keysAt } from "./schema-path.js";
import type { YamlPath, YamlProblem } from "./yaml-problem.js";

/** Sections that each refuse keys they do not know; a key of the one is often written under the other. */
const STRICT_SECTIONS = ["ec2cluster", "reflow-ec2"] as const;

/** What the schema's complaint about a configuration says to a person. */
export function explainConfigIssue(issue: z.core.$ZodIssue, data: unknown): readonly Omit<YamlProblem, "line">[] {
  return explainIssue(issue, data, CONFIG_WORDS);
}

const CONFIG_WORDS: IssueWords = { keysAt, unknownKey: keyOfOtherSection, found };

function keyOfOtherSection(path: YamlPath, key: string): string | undefined {
  const other = STRICT_SECTIONS.find((section) => section !== path[0] && keysAt([section]).includes(key));
  return path.length === 1 && other !== undefined
    ? `expected under \`${other}:\`, found under \`${path[0]}:\``
    : undefined;
}

function found(path: YamlPath, value: unknown): string | undefined {
  const key = path[0];
  if (typeof value === "boolean" && path.length === 1 && key !== undefined && key in PROVIDERS_BY_KEY) {
    return `a boolean; Reflow reads a bare off, on, yes or no as one, so write it in quotes: ${key}: "off"`;
  }
  // What setup sealed is secret.
  return key === "instances" ? kindOf(value) : undefined;
}
