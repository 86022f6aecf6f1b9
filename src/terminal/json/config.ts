import type { ChangedSetting } from "../../config/change-setting.js";
import type { EffectiveConfig } from "../../config/effective.js";
import type { EffectiveValue } from "../../config/origin.js";
import type { ConfigProblem } from "../../errors.js";
import { SCHEMA_VERSION } from "./schema-version.js";

/** What `config -o json` prints. */
export interface ConfigJson {
  readonly schemaVersion: number;
  /** Path of the configuration. */
  readonly file: string;
  readonly facts: readonly EffectiveValue[];
  readonly values: readonly EffectiveValue[];
}

/** The JSON form of an effective configuration; its secrets are in none of it. */
export function configJson({ source, facts, values }: EffectiveConfig): ConfigJson {
  const plain = ({ key, value, origin, masked }: EffectiveValue): EffectiveValue => ({ key, value, origin, masked });
  return { schemaVersion: SCHEMA_VERSION, file: source, facts: facts.map(plain), values: values.map(plain) };
}

/** What `config validate -o json` prints. */
export interface CheckedJson {
  readonly schemaVersion: number;
  readonly files: readonly {
    readonly file: string;
    readonly good: boolean;
    readonly problems: readonly {
      /** 1-based; null for a file that could not be read. */
      readonly line: number | null;
      /** Empty for the whole file. */
      readonly key: string;
      readonly message: string;
    }[];
    readonly warnings: readonly string[];
  }[];
}

/** The JSON form of checked files. */
export function checkedJson(
  files: readonly {
    readonly file: string;
    readonly problems: readonly ConfigProblem[];
    readonly warnings: readonly string[];
  }[],
): CheckedJson {
  return {
    schemaVersion: SCHEMA_VERSION,
    files: files.map(({ file, problems, warnings }) => ({
      file,
      good: problems.length === 0,
      problems: problems.map(({ line = null, key, message }) => ({ line, key, message })),
      warnings,
    })),
  };
}

/** What `config set -o json` prints. */
export interface ChangedJson {
  readonly schemaVersion: number;
  readonly file: string;
  readonly key: string;
  readonly changed: boolean;
  /** 1-based; null where the key has gone. */
  readonly line: number | null;
  /** Null where there was none, and where it is or may hold a secret. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The JSON form of a change. */
export function changedJson(file: string, result: ChangedSetting): ChangedJson {
  const { key, changed, line = null, before = null, after = null } = result;
  return { schemaVersion: SCHEMA_VERSION, file, key, changed, line, before, after };
}
