import * as z from "zod";
import { fileSchema } from "./schema.js";
import { keysAt as keysBelow, schemaAt as schemaBelow } from "./schema-walk.js";
import type { YamlPath } from "./yaml-problem.js";

/** The schema of the value at `path` of a configuration, without optionality; undefined where it says nothing. */
export function schemaAt(path: YamlPath): z.ZodType | undefined {
  return schemaBelow(fileSchema, path);
}

/** The keys that a mapping at `path` of a configuration may have; empty where it may have any. */
export function keysAt(path: YamlPath): readonly string[] {
  return keysBelow(fileSchema, path);
}

/**
 * True where Go's reader fills a text field: whatever stands there bare is text, `0644` and `off` included. Not so for
 * the entries that select providers, where Reflow itself trips over a bare `off`.
 */
export function isTextField(path: YamlPath): boolean {
  return path.length > 1 && schemaAt(path) instanceof z.ZodString;
}
