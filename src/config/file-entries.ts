import { explainConfigIssue } from "./problems.js";
import { ruleProblems } from "./rules.js";
import type { RuleProblem } from "./rules.js";
import { fileSchema } from "./schema.js";
import type { FileEntries } from "./schema.js";
import { keysAt } from "./schema-path.js";
import type { YamlPath } from "./yaml-problem.js";
import type { YamlSource } from "./yaml-source.js";

/** A file's entries after schema and rules. */
export interface Checked {
  /** The file's entries, without those that the schema refuses. */
  readonly entries: FileEntries;
  readonly problems: readonly RuleProblem[];
}

/** Checks what a YAML file holds: first each value by itself, then the rules between those that are right. */
export function checkEntries(yaml: YamlSource, knownInstanceType: ((type: string) => boolean) | undefined): Checked {
  const raw = isMapping(yaml.value) ? withoutNothing(yaml.value) : {};
  const parsed = fileSchema.safeParse(raw);
  const issues = parsed.success ? [] : parsed.error.issues.flatMap((issue) => explainConfigIssue(issue, raw));
  // The rules are applied to what is left, so that all mistakes come at once.
  const rest = parsed.success
    ? parsed
    : fileSchema.safeParse(
        without(
          raw,
          issues.map((issue) => issue.path),
        ),
      );
  const entries = rest.success ? rest.data : {};
  const rules = ruleProblems(entries, yaml.lineOf, knownInstanceType);
  return { entries, problems: [...issues, ...rules] };
}

type Mapping = Readonly<Record<string, unknown>>;

/** True for plain objects. */
export function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A known key with nothing behind it is no entry, as in Go; what Reflow does not know stays as it is. */
function withoutNothing(entries: Mapping): Mapping {
  const known = keysAt([]);
  return Object.fromEntries(
    Object.entries(entries)
      .filter(([key, value]) => value !== null || !known.includes(key))
      .map(([key, value]) => [key, known.includes(key) ? pruned(value) : value]),
  );
}

function pruned(value: unknown): unknown {
  if (!isMapping(value)) return Array.isArray(value) ? value.map(pruned) : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, pruned(child)]),
  );
}

/** The entries without the fields in which a mistake was found. */
function without(entries: Mapping, paths: readonly YamlPath[]): Mapping {
  const result: Record<string, unknown> = { ...entries };
  for (const [section, field] of paths) {
    if (section === undefined) continue;
    const fields = result[section];
    if (field === undefined || !isMapping(fields)) delete result[section];
    else result[section] = Object.fromEntries(Object.entries(fields).filter(([key]) => key !== field));
  }
  return result;
}
