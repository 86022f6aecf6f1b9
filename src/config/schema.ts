import * as z from "zod";
import { clusterSchema } from "./cluster-schema.js";
import { instancesSchema } from "./instances-schema.js";
import { ownSchema } from "./own-schema.js";
import { PROVIDERS_BY_KEY } from "./provider-table.js";
import type { ProviderKey } from "./provider-table.js";
import { providerMistakes } from "./providers.js";
import { text } from "./schema-fields.js";

/* The one source of validation, of the JSON Schema (docs/config.schema.json) and of the keys in docs/config.md. */

function providerSchema(key: ProviderKey) {
  const names: readonly string[] = PROVIDERS_BY_KEY[key];
  const expected = `a provider: ${names.join(", ")}`;
  return text(expected)
    .superRefine((value, context) => {
      for (const message of providerMistakes(key, value))
        context.addIssue({ code: "custom", message, params: { sentence: true } });
    })
    .meta({
      pattern: `^((${names.join("|")})(,.*)?)?$`,
      description: `What provides it, with flags as \`name,flag=value\`: ${names.join(", ")}.`,
    })
    .optional();
}

/** A whole file. Entries that Reflow does not know are kept. */
export const fileSchema = z.looseObject({
  ...(Object.fromEntries(
    (Object.keys(PROVIDERS_BY_KEY) as ProviderKey[]).map((key) => [key, providerSchema(key)]),
  ) as Record<ProviderKey, ReturnType<typeof providerSchema>>),
  ec2cluster: clusterSchema.meta({ description: "The cluster on EC2, in Reflow's own words." }).optional(),
  key: z
    .looseObject({ key: text("a public key").optional() })
    .meta({ description: "The public key that `sshkey: key` installs." })
    .optional(),
  versions: z
    .record(z.string(), z.int({ error: "a whole number" }), { error: "a mapping of providers to numbers" })
    .meta({ description: "What Reflow's setup has done." })
    .optional(),
  instances: instancesSchema
    .meta({ description: "What Reflow's setup sealed; beats the providers' flags." })
    .optional(),
  "reflow-ec2": ownSchema.meta({ description: "What Reflow does not know. It never reaches an instance." }).optional(),
});

/** A file that passed the schema. */
export type FileEntries = z.output<typeof fileSchema>;

/** JSON Schema (draft 2020-12) of the configuration file, for editors. */
export function configJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(fileSchema, { io: "input" });
  return { $schema, title: "Configuration of reflow-ec2 and Reflow", ...schema };
}
