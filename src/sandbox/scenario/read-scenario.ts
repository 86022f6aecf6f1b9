import * as z from "zod";
import { ConfigError, type ConfigProblem } from "../../errors.js";
import { dottedKey, explainIssue, show, type IssueWords } from "../../config/explain-issue.js";
import { readConfigFile } from "../../config/read-config.js";
import { keysAt, schemaAt } from "../../config/schema-walk.js";
import type { YamlPath } from "../../config/yaml-problem.js";
import { readYaml } from "../../config/yaml-source.js";
import { scenarioSchema, type Scenario } from "./schema.js";

/**
 * Reads a scenario file, YAML or JSON.
 * @throws ConfigError when it cannot be read, or with all its mistakes and their lines.
 */
export async function readScenarioFile(path: string): Promise<Scenario> {
  const text = await readConfigFile(path, {
    what: "scenario file",
    whenMissing: "Name a scenario file; docs/scenario.md shows an example.",
    another: "Name a scenario file in YAML or JSON.",
  });
  return parseScenario(text, path);
}

/**
 * A scenario of its text, YAML or JSON. An empty one is the sandbox's default.
 * @param source the file's path, for messages
 * @throws ConfigError with all its mistakes and their lines.
 */
export function parseScenario(text: string, source: string): Scenario {
  const yaml = readYaml(text, isText);
  if (yaml.problems.length > 0) throw scenarioError(yaml.problems, source);
  const checked = checkScenario(yaml.value ?? {});
  if ("scenario" in checked) return checked.scenario;
  const problems = checked.problems.map((problem) => ({ line: yaml.lineOf(problem.path), ...problem }));
  throw scenarioError(problems, source);
}

/** Where text is wanted, or what text can say, `0` and `1.10` are text. */
function isText(path: YamlPath): boolean {
  const schema = schemaAt(scenarioSchema, path);
  return schema instanceof z.ZodString || (schema instanceof z.ZodUnion && schema.options[0] instanceof z.ZodString);
}

/** Checks a scenario as plain data, which has no lines. */
export function checkScenario(
  value: unknown,
): { readonly scenario: Scenario } | { readonly problems: readonly { path: YamlPath; message: string }[] } {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return { scenario: parsed.data };
  return { problems: parsed.error.issues.flatMap((issue) => explainIssue(issue, value, WORDS)) };
}

const WORDS: IssueWords = {
  keysAt: (path) => keysAt(scenarioSchema, path),
  found: (path, value) => (path.length === 0 ? show(value) : undefined),
};

interface LocatedProblem {
  readonly line: number;
  readonly path: YamlPath;
  readonly message: string;
}

function scenarioError(problems: readonly LocatedProblem[], source: string): ConfigError {
  const lines = new Map(
    problems.map(({ line, path, message }): [string, ConfigProblem] => {
      const problem = { source, line, key: dottedKey(path), message };
      // The schema may say the same of a value twice, as of a number that is neither whole nor small enough.
      return [JSON.stringify(problem), problem];
    }),
  );
  const located = [...lines.values()].sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const count = located.length === 1 ? "a mistake" : `${located.length} mistakes`;
  return new ConfigError(`${count} in the scenario ${source}`, located, {
    hint: "Mend what is named; docs/scenario.md tells every key.",
  });
}
