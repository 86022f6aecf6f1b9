import * as z from "zod";
import { text } from "../../config/schema-fields.js";
import { action, period, rules, share, time } from "./fields.js";

const throttled = z.strictObject({
  action: action(),
  ...period,
  share: share().meta({ description: "The part of the calls that gets RequestLimitExceeded (503)." }),
});

const denied = z.strictObject({
  action: action(),
  ...period,
  message: text("a text").meta({ description: "What is said. Default: the service's own words." }).optional(),
});

const latency = z.strictObject({
  action: action(),
  ...period,
  time: time().meta({ description: "How long the answer takes after the work is done." }),
});

/** What happens to calls. Those that machines make are left out of it. */
export const callFields = {
  throttle: z
    .enum(["none", "real"], { error: "none or real" })
    .meta({ description: "`real`: the token buckets of a new account, by action. Default: none." })
    .optional(),
  throttled: rules(throttled, "Calls that are throttled by chance."),
  denied: rules(denied, "Calls that the caller may not make."),
  latency: rules(latency, "How long answers take. Default: no time."),
  notFound: z
    .strictObject({
      instances: time()
        .meta({ description: "For so long nobody but RunInstances knows a new instance. Default: 0." })
        .optional(),
      spotRequests: time()
        .meta({ description: "For so long nobody but its own call knows a new spot request. Default: 0." })
        .optional(),
    })
    .meta({ description: "How late ids are known to Describe, Terminate, Cancel and CreateTags." })
    .optional(),
};
