import * as z from "zod";
import { parseGoDuration } from "../lib/go-duration.js";
import { text, whole } from "./schema-fields.js";

const DURATION = "a duration such as 10m0s, or nanoseconds";
const duration = z
  .union([z.string(), z.int()], { error: DURATION })
  .refine((value) => (typeof value === "number" ? value : (parseGoDuration(value) ?? -1)) >= 0, { error: DURATION })
  .optional();
const percent = z.number({ error: "a percentage" }).min(0, { error: "a percentage" }).optional();

const sessionSchema = z.looseObject({
  region: text("a region").optional(),
  credentials: z
    .looseObject({
      accesskeyid: text("an access key").optional(),
      secretaccesskey: text("a secret key").optional(),
      sessiontoken: text("a session token").optional(),
      providername: text("a name").optional(),
    })
    .optional(),
});

/** `instances:`, what Reflow's setup sealed into the file. */
export const instancesSchema = z.looseObject({
  tls: text("the authority's PEM text").optional(),
  awssession: sessionSchema.optional(),
  ec2metadata: sessionSchema.optional(),
  reflowletconfig: z
    .looseObject({
      maxidleduration: duration,
      logmemstatsduration: duration,
      volumewatcher: z
        .looseObject({
          lowthresholdpct: percent,
          highthresholdpct: percent,
          watchersleepduration: duration,
          resizesleepduration: duration,
          fastthresholdduration: duration,
          fastincreasefactor: whole(0, 1_000_000, "times").optional(),
          slowincreasefactor: whole(0, 1_000_000, "times").optional(),
        })
        .optional(),
    })
    .optional(),
  predictorconfig: z.looseObject({}).optional(),
});
