import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { E2eSandbox } from "./sandbox.js";

/** A change to the text of a configuration. */
export type Change = readonly [pattern: string | RegExp, replacement: string];

/** Writes a file into the home of the sandbox's user; gives its path. */
export function writeHomeFile({ user }: E2eSandbox, name: string, content: string | Uint8Array): string {
  const path = join(user.home, name);
  writeFileSync(path, content);
  return path;
}

/**
 * Writes the sandbox's ready-made configuration with changes; gives its path.
 * @throws Error for a change that changes nothing: the test would test something else.
 */
export function editConfig(sandbox: E2eSandbox, name: string, ...changes: readonly Change[]): string {
  const text = changes.reduce(
    (before, [pattern, replacement]) => {
      const after = before.replace(pattern, replacement);
      if (after === before) throw new Error(`the ready-made configuration has nothing like ${String(pattern)}`);
      return after;
    },
    readFileSync(sandbox.status.config, "utf8"),
  );
  return writeHomeFile(sandbox, name, text);
}
