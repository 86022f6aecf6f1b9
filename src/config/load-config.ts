import { ConfigError } from "../errors.js";
import type { ConfigProblem } from "../errors.js";
import { CLUSTER_NAME } from "./cluster-schema.js";
import { CLUSTER_DEFAULTS } from "./defaults.js";
import { checkEntries, isMapping } from "./file-entries.js";
import { generationOf } from "./generation.js";
import type { ReflowConfig } from "./model.js";
import { dottedKey, show } from "./explain-issue.js";
import { reflowletSettings } from "./reflowlet-settings.js";
import type { FileEntries } from "./schema.js";
import { isTextField } from "./schema-path.js";
import { clusterSection, ownSection } from "./sections.js";
import { selections, sshKeys } from "./selections.js";
import { fileWarnings } from "./warnings.js";
import { readYaml } from "./yaml-source.js";
import type { YamlPath } from "./yaml-problem.js";
import type { YamlSource } from "./yaml-source.js";

/** What a configuration is read in. */
export interface LoadContext {
  /** Path of the file, or a word for where the text comes from. */
  readonly source: string;
  readonly home: string;
  /** The name of the operating system's user. */
  readonly login: string;
  readonly flags: { readonly cluster?: string | undefined; readonly region?: string | undefined };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Content of `~/.ssh/id_rsa.pub` where it can be read. */
  readonly defaultPublicKey?: string | undefined;
  /** Tells the catalogue's types; without it all are taken for known. */
  readonly knownInstanceType?: ((type: string) => boolean) | undefined;
}

/**
 * Reads and checks a configuration in Reflow's format, of 2020 or 2023. Flags beat environment beats file beats
 * default. Reads nothing but its arguments.
 * @throws ConfigError with all the mistakes of the file.
 */
export function loadConfig(text: string, context: LoadContext): ReflowConfig {
  const yaml = readYaml(text, isTextField);
  const problems: Problem[] = [...yaml.problems, ...flagProblems(context)];
  if (yaml.problems.length === 0 && !isMapping(yaml.value)) {
    const found = yaml.value === null ? "nothing" : show(yaml.value);
    problems.push({ line: 1, path: [], message: `expected a mapping with keys such as ec2cluster, found ${found}` });
  }
  const checked = checkEntries(yaml, context.knownInstanceType);
  problems.push(...checked.problems.map((problem) => ({ line: yaml.lineOf(problem.path), ...problem })));
  if (problems.length > 0) throw configError(problems, context.source);
  return buildConfig(checked.entries, yaml, context);
}

/** A mistake before it has a source; without a line it is not the file's. */
interface Problem {
  readonly source?: string;
  readonly line?: number;
  readonly path: YamlPath;
  readonly message: string;
}

function flagProblems(context: LoadContext): readonly Problem[] {
  const problems: Problem[] = [];
  const { cluster } = context.flags;
  if (cluster !== undefined && (!CLUSTER_NAME.test(cluster) || cluster.endsWith("/probe"))) {
    const expected = "a name of 1 to 240 characters that does not end in /probe";
    problems.push({ source: "--cluster", path: [], message: `expected ${expected}, found ${show(cluster)}` });
  }
  const region = flagOrEnvironmentRegion(context);
  if (region !== undefined && !/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region.name)) {
    const message = `expected a region such as us-west-2, found ${show(region.name)}`;
    problems.push({ source: region.source, path: [], message });
  }
  return problems;
}

/** The SDK ignores AWS_DEFAULT_REGION; other AWS programs do not. */
function flagOrEnvironmentRegion(context: LoadContext): { readonly name: string; readonly source: string } | undefined {
  const candidates = [
    { name: context.flags.region, source: "--region" },
    { name: context.env["AWS_REGION"] || undefined, source: "AWS_REGION" },
    { name: context.env["AWS_DEFAULT_REGION"] || undefined, source: "AWS_DEFAULT_REGION" },
  ];
  for (const { name, source } of candidates) if (name !== undefined) return { name, source };
  return undefined;
}

function buildConfig(entries: FileEntries, yaml: YamlSource, context: LoadContext): ReflowConfig {
  // The rules have made sure of it.
  const generation = generationOf(entries) ?? 2023;
  const cluster = entries.ec2cluster ?? {};
  const listedTypes = [...new Set(cluster.instancetypes ?? [])];
  const types = listedTypes.filter((type) => context.knownInstanceType?.(type) ?? true);
  const name = context.flags.cluster ?? (cluster.name || CLUSTER_DEFAULTS.name);
  const selected = selections(entries, generation, context);
  const { unused: unusedKeys, ...keys } = sshKeys(entries, context.defaultPublicKey);
  const warnings = fileWarnings(entries, yaml, {
    source: context.source,
    unknownTypes: listedTypes.filter((type) => !types.includes(type)),
    unusedKeys,
  });
  return {
    source: context.source,
    generation,
    cluster: clusterSection(cluster, generation, name, types),
    own: ownSection(entries["reflow-ec2"] ?? {}, generation),
    region: flagOrEnvironmentRegion(context)?.name ?? (cluster.region || selected.sealedRegion),
    ...selected,
    ...keys,
    maxIdleMs: reflowletSettings(entries, generation).maxidleduration,
    warnings,
    entries,
  };
}

function configError(problems: readonly Problem[], source: string): ConfigError {
  const located = unique(problems).map((problem): ConfigProblem => {
    const key = dottedKey(problem.path);
    return problem.line === undefined
      ? { source: problem.source ?? source, key, message: problem.message }
      : { source, line: problem.line, key, message: problem.message };
  });
  located.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  const count = located.length === 1 ? "a mistake" : `${located.length} mistakes`;
  return new ConfigError(`${count} in the configuration ${source}`, located, {
    hint: "Mend what is named; config.example.yaml shows every key.",
  });
}

/** The schema may say the same of a value twice, as of a number that is neither whole nor small enough. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
