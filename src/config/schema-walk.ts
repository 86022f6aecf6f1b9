import * as z from "zod";
import type { YamlPath } from "./yaml-problem.js";

/** The schema of the value at `path` below `root`, without optionality; undefined where the schema says nothing. */
export function schemaAt(root: z.ZodType, path: YamlPath): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  for (const step of path) {
    schema = schema === undefined ? undefined : childSchema(schema, step);
  }
  return schema;
}

/** The keys that a mapping at `path` below `root` may have; empty where it may have any. */
export function keysAt(root: z.ZodType, path: YamlPath): readonly string[] {
  const schema = schemaAt(root, path);
  return schema === undefined ? [] : Object.keys(shapeOf(schema) ?? {});
}

type Shape = Readonly<Record<string, z.ZodType>>;

/** The members of a mapping, also of one that a text may stand for. */
function shapeOf(schema: z.ZodType): Shape | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (!(schema instanceof z.ZodUnion)) return undefined;
  for (const option of schema.options as readonly z.ZodType[]) {
    if (option instanceof z.ZodObject) return option.shape;
  }
  return undefined;
}

function childSchema(schema: z.ZodType, step: string | number): z.ZodType | undefined {
  const shape = shapeOf(schema);
  if (shape !== undefined) return Object.hasOwn(shape, step) ? required(shape[String(step)]) : undefined;
  if (schema instanceof z.ZodArray) return required(schema.element as z.ZodType);
  if (schema instanceof z.ZodRecord) return required(schema.valueType as z.ZodType);
  return undefined;
}

function required(schema: z.ZodType | undefined): z.ZodType | undefined {
  return schema instanceof z.ZodOptional ? (schema.unwrap() as z.ZodType) : schema;
}
