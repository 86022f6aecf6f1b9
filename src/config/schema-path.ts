import * as z from "zod";
import { fileSchema } from "./schema.js";
import type { YamlPath } from "./yaml-problem.js";

/** The schema of the value at `path`, without optionality; undefined where the schema says nothing. */
export function schemaAt(path: YamlPath): z.ZodType | undefined {
  let schema: z.ZodType | undefined = fileSchema;
  for (const step of path) {
    schema = schema === undefined ? undefined : childSchema(schema, step);
  }
  return schema;
}

/** The keys that a mapping at `path` may have; empty where it may have any. */
export function keysAt(path: YamlPath): readonly string[] {
  const schema = schemaAt(path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/**
 * True where Go's reader fills a text field: whatever stands there bare is text, `0644` and `off` included. Not so for
 * the entries that select providers, where Reflow itself trips over a bare `off`.
 */
export function isTextField(path: YamlPath): boolean {
  return path.length > 1 && schemaAt(path) instanceof z.ZodString;
}

function childSchema(schema: z.ZodType, step: string | number): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
    return Object.hasOwn(shape, step) ? required(shape[String(step)]) : undefined;
  }
  if (schema instanceof z.ZodArray) return required(schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) return required(schema.valueType as z.ZodType);
  return undefined;
}

function required(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
}
