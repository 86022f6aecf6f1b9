import { UsageError } from "../../errors.js";

/** What `config` is told to do. */
export type ConfigTask =
  /** Show these keys and what is below them; all when there are none. */
  | { readonly kind: "show"; readonly keys: readonly string[] }
  /** Check these files; the one in force when there are none. */
  | { readonly kind: "validate"; readonly files: readonly string[] }
  | { readonly kind: "schema" }
  /** Without a value the key is taken away. */
  | { readonly kind: "set"; readonly key: string; readonly value: string | undefined };

/** What commander gives for `config set`. */
export interface RawSet {
  readonly unset?: boolean;
}

/** @throws UsageError without a value, and with one beside `--unset`. */
export function parseSet(key: string, value: string | undefined, { unset = false }: RawSet): ConfigTask {
  if (unset && value !== undefined) {
    throw new UsageError(`--unset and the value '${value}' exclude each other`, { hint: "Leave one of them out." });
  }
  if (!unset && value === undefined) {
    throw new UsageError(`there is no value for ${key}`, { hint: "Give one, or take the key away with --unset." });
  }
  return { kind: "set", key, value };
}
