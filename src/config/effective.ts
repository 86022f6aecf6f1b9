import { isDeepStrictEqual } from "node:util";
import { BUILT_IN_ENTRIES, CLUSTER_DEFAULTS } from "./defaults.js";
import { effectiveFacts } from "./effective-facts.js";
import type { Surroundings } from "./effective-facts.js";
import { dottedKey } from "./explain-issue.js";
import { isMapping } from "./file-entries.js";
import type { LoadContext } from "./load-config.js";
import { MASK, maskConfig, OPEN_INSTANCE_ENTRIES } from "./mask-config.js";
import type { Generation, ReflowConfig } from "./model.js";
import { DEFAULT } from "./origin.js";
import type { EffectiveValue, Origin } from "./origin.js";
import { PROVIDERS_BY_KEY } from "./provider-table.js";
import type { ProviderKey } from "./provider-table.js";
import { isTextField, keysAt } from "./schema-path.js";
import { readYaml } from "./yaml-source.js";
import type { YamlPath } from "./yaml-problem.js";

/** A configuration as it is in force, with the origin of every value and its secrets masked. */
export interface EffectiveConfig {
  /** Path of the file. */
  readonly source: string;
  /** What flags, environment and file come to: generation, cluster, region, user and their like. */
  readonly facts: readonly EffectiveValue[];
  /** Every key that the file may have, in the order of the schema, and what else it has. */
  readonly values: readonly EffectiveValue[];
}

/**
 * Every value of a configuration with its origin.
 * @param config what loading `text` in `context` gave
 */
export function effectiveConfig(
  config: ReflowConfig,
  text: string,
  context: LoadContext,
  surroundings: Surroundings,
): EffectiveConfig {
  const { lineOf } = readYaml(text, isTextField);
  const inFile = (path: YamlPath): Origin => ({ kind: "file", file: config.source, line: lineOf(path) });
  const facts = effectiveFacts(config, context, surroundings, lineOf);
  const table = new ValueTable(config, facts, inFile);
  return { source: config.source, facts, values: table.rows() };
}

/** Keys of `ec2cluster:` that the model has merged with others; what they are without an entry. */
function entryDefaults(generation: Generation): Readonly<Record<string, unknown>> {
  return {
    subnet: null,
    subnets: [],
    region: null,
    diskspace: CLUSTER_DEFAULTS.diskSpaceGiB[generation],
    instancesizetodiskspace: {},
    sshkey: null,
    sshkeys: [],
    nodeexportermetricsport: null,
  };
}

class ValueTable {
  private readonly masked: ReflowConfig;

  constructor(
    private readonly config: ReflowConfig,
    private readonly facts: readonly EffectiveValue[],
    private readonly inFile: (path: YamlPath) => Origin,
  ) {
    this.masked = maskConfig(config);
  }

  rows(): readonly EffectiveValue[] {
    const known = keysAt([]);
    const others = Object.keys(this.config.entries).filter((key) => !known.includes(key));
    return [...known.flatMap((key) => this.entry(key)), ...others.map((key) => this.row([key], null, MASK))];
  }

  private entry(key: string): readonly EffectiveValue[] {
    if (Object.hasOwn(PROVIDERS_BY_KEY, key)) {
      const builtIn = BUILT_IN_ENTRIES[this.config.generation][key as ProviderKey] ?? null;
      return [this.row([key], builtIn, this.masked.entries[key])];
    }
    switch (key) {
      case "ec2cluster":
        return keysAt([key]).map((field) => this.clusterRow(field));
      case "reflow-ec2":
        return this.ownRows();
      case "instances":
        return Object.keys(childrenOf(this.config.entries[key])).map((name) => this.sealedRow(name));
      case "key":
        return [this.row([key, "key"], null)];
      default:
        return [this.row([key], {})];
    }
  }

  private clusterRow(field: string): EffectiveValue {
    const path = ["ec2cluster", field];
    const merged = entryDefaults(this.config.generation);
    if (Object.hasOwn(merged, field)) return this.row(path, merged[field]);
    const value = memberOf(this.config.cluster, field);
    const row = this.row(path, value, memberOf(this.masked.cluster, field), value);
    const cluster = this.facts.find(({ key }) => key === "cluster");
    return field === "name" && cluster !== undefined ? { ...row, origin: cluster.origin } : row;
  }

  private ownRows(): readonly EffectiveValue[] {
    return keysAt(["reflow-ec2"]).flatMap((field) => {
      const path = ["reflow-ec2", field];
      if (field === "generation") {
        return this.facts.filter(({ key }) => key === field).map((fact) => ({ ...fact, key: dottedKey(path) }));
      }
      if (field !== "helpers") return [this.row(path, memberOf(this.config.own, field))];
      return keysAt(path).flatMap((name) =>
        keysAt([...path, name]).map((setting) => {
          const value = memberOf(memberOf(this.config.own.helpers, name), setting);
          return this.row([...path, name, setting], value, memberOf(memberOf(this.masked.own.helpers, name), setting));
        }),
      );
    });
  }

  private sealedRow(name: string): EffectiveValue {
    return this.row(["instances", name], null, OPEN_INSTANCE_ENTRIES.includes(name) ? undefined : MASK);
  }

  /**
   * @param fallback in force where the file has nothing
   * @param shown instead of the value, where it has secrets
   * @param inForce instead of the file's, where it was worked on
   */
  private row(path: readonly string[], fallback: unknown, shown?: unknown, inForce?: unknown): EffectiveValue {
    const own = path.reduce<unknown>((at, step) => childrenOf(at)[step], this.config.entries);
    const isSet = !isNothing(own, path[0] === "ec2cluster");
    const value = (isSet ? (inForce ?? own) : fallback) ?? null;
    const visible = isSet && shown !== undefined ? shown : value;
    return {
      key: dottedKey(path),
      value: visible,
      origin: isSet ? this.inFile(path) : DEFAULT,
      masked: !isDeepStrictEqual(visible, value),
    };
  }
}

/** Reflow's setup writes empty texts and, for the cluster, zeros where nothing is set. */
function isNothing(value: unknown, zeroIsNothing: boolean): boolean {
  return value === undefined || value === null || value === "" || (zeroIsNothing && value === 0);
}

/** The member of the model that has a key's name; the model writes words with capitals. */
function memberOf(section: unknown, key: string): unknown {
  return Object.entries(childrenOf(section)).find(([name]) => name.toLowerCase() === key)?.[1];
}

function childrenOf(value: unknown): Readonly<Record<string, unknown>> {
  return isMapping(value) ? value : {};
}
