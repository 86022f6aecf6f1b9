import * as z from "zod";
import { text } from "../../config/schema-fields.js";
import { accountSchema } from "./account-schema.js";
import { callFields } from "./call-schema.js";
import { bootFault } from "./fault-schema.js";
import { offset, rules, time } from "./fields.js";
import { launchFields } from "./launch-schema.js";
import { spotSchema } from "./spot-schema.js";

/* The one source of validation and of the JSON Schema, docs/scenario.schema.json. */

const phase = (description: string) => time().meta({ description }).optional();

const timesSchema = z.strictObject({
  pending: phase("From the launch to running. Default: 400ms."),
  osBoot: phase("From running to the first unit: kernel, network, cloud-config. Default: 400ms."),
  download: phase("Each download of a program. Default: 100ms."),
  format: phase("Making the data volume's file system. Default: 100ms."),
  install: phase("From the request to install to the end of the bootstrap. Default: 200ms."),
  reflowletStart: phase("From there until the reflowlet has tagged itself and listens. Default: 300ms."),
  shuttingDown: phase("From TerminateInstances to terminated. Default: 400ms."),
  powerOff: phase("From the machine's own power-off to terminated. Default: 400ms."),
  spotRequest: phase("Evaluation of a request of RequestSpotInstances. Default: 1s."),
});

const MAX_SEED = 2 ** 32 - 1;
const SEED = `a whole number from 0 to ${MAX_SEED}`;

/** A scenario: how the sandbox behaves, where that is not its default. */
export const scenarioSchema = z.strictObject({
  description: text("a text").meta({ description: "What is rehearsed." }).optional(),
  seed: z
    .int({ error: SEED })
    .min(0, { error: SEED })
    .max(MAX_SEED, { error: SEED })
    .meta({ description: "All chance comes from it: the same calls give the same outcomes. Default: drawn at random." })
    .optional(),
  times: timesSchema.meta({ description: "How long things take, for instances launched from now on." }).optional(),
  account: accountSchema.meta({ description: "In what state the account is." }).optional(),
  ...launchFields,
  ...callFields,
  spot: spotSchema.meta({ description: "The spot market." }).optional(),
  bootFaults: rules(bootFault, "Machines on which something goes wrong; every rule that fits counts."),
  clock: z
    .strictObject({
      endpointOffset: offset()
        .meta({ description: "How far the endpoint's Date header is off. Default: 0." })
        .optional(),
      machineOffset: offset().meta({ description: "How far clocks of machines are off. Default: 0." }).optional(),
    })
    .meta({ description: "Clocks that go wrong." })
    .optional(),
  $schema: text("the address of a JSON Schema").meta({ description: "For editors." }).optional(),
});

/** A scenario as people write it. */
export type Scenario = z.output<typeof scenarioSchema>;

/** JSON Schema (draft 2020-12) of the scenario file, for editors. */
export function scenarioJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(scenarioSchema, { io: "input" });
  return { $schema, title: "Scenario of the sandbox of reflow-ec2", ...schema };
}
