import * as z from "zod";
import { list, text, whole } from "../../config/schema-fields.js";
import { isServed, nearestAction } from "./known-actions.js";

/* The kinds of fields that a scenario has. Each one's error text says what is expected. */

const DURATION = "a duration such as 500ms, 30s or 1h30m";

/** A length of time as Reflow's configuration writes it: `500ms`, `30s`, `1h30m`. */
export const duration = () => text(DURATION).regex(/^(0|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$/, { error: DURATION });

/** A length of time that may be negative. */
export const offset = () => {
  const expected = "a duration such as 90s, or -6m for the past";
  return text(expected).regex(/^[+-]?(0|([0-9]+(\.[0-9]+)?(ms|s|m|h))+)$/, { error: expected });
};

/** The longest time that a scenario may say in milliseconds: a year. */
const LONGEST_MS = 366 * 24 * 3_600_000;

/** How long something takes: a duration, or milliseconds with a spread to both sides. */
export const time = () =>
  z.union(
    [
      duration(),
      z.strictObject({
        ms: whole(0, LONGEST_MS, "milliseconds").meta({ description: "The middle, in milliseconds." }),
        spreadPct: percent()
          .meta({ description: "How far it may be off to either side, in percent of the middle. Default: 0." })
          .optional(),
      }),
    ],
    { error: "a duration such as 5s, or {ms: 5000, spreadPct: 20}" },
  );

/** A whole number of percent. */
export const percent = () => whole(0, 100, "percent");

/** A part of the whole, from 0 to 1. */
export const share = () => {
  const expected = "a share from 0 to 1, such as 0.2 for a fifth";
  return z.number({ error: expected }).min(0, { error: expected }).max(1, { error: expected });
};

/** A price in USD an hour. */
export const usd = () => {
  const expected = "a price in USD an hour, more than 0 and at most 10000";
  return z.number({ error: expected }).gt(0, { error: expected }).max(10_000, { error: expected });
};

/** A text with wildcards. */
export const glob = (expected: string) => text(expected).min(1, { error: expected });

/** Which instances a rule is about; what is left out is any. */
export const place = {
  type: glob("an instance type with * and ? as wildcards, such as c5.*")
    .meta({ description: "Instance types, with `*` and `?` as wildcards. Default: all." })
    .optional(),
  zone: glob("an availability zone with * and ? as wildcards, such as us-west-2a or *b")
    .meta({ description: "Availability zones, with `*` and `?` as wildcards. Default: all." })
    .optional(),
};

/** Which instances a rule is about, the market among it. */
export const pool = {
  ...place,
  market: z
    .enum(["spot", "on-demand", "*"], { error: "spot, on-demand or *" })
    .meta({ description: "How they are bought. Default: `*`, both." })
    .optional(),
};

/** When a rule holds, counted from the setting of the scenario. */
export const period = {
  from: duration().meta({ description: "When it begins, after the scenario was set. Default: at once." }).optional(),
  for: duration().meta({ description: "How long it holds. Default: for ever." }).optional(),
};

/** Which of the launches that a rule is about it hits. */
export const portion = {
  share: share().meta({ description: "The part of them that it hits, drawn by the seed. Default: 1." }).optional(),
  first: whole(1, 1_000_000, "instances")
    .meta({ description: "Only so many of them, the first after the scenario was set, are drawn for." })
    .optional(),
};

/** Which calls a rule is about. */
export const action = () =>
  glob("an action with * and ? as wildcards, such as Describe*, s3:PutObject or sts:*")
    .refine(isServed, {
      error: ({ input }) => `the sandbox serves no action ${JSON.stringify(input)}${nearestAction(String(input))}`,
      params: { sentence: true },
    })
    .meta({
      description: "Actions, with `*` and `?` as wildcards: of EC2 (`Describe*`), else with the service (`s3:Put*`).",
    });

/** A list of rules; the first that fits counts, unless told otherwise. */
export const rules = <Item extends z.ZodType>(item: Item, description: string) =>
  list(item, "a list of rules").meta({ description }).optional();
