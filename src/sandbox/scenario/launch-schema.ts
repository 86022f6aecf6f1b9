import * as z from "zod";
import { text, whole } from "../../config/schema-fields.js";
import { period, pool, portion, rules, share } from "./fields.js";

const code = () => {
  const expected = "a code of EC2, such as InsufficientInstanceCapacity";
  return text(expected).regex(/^[A-Z][A-Za-z]*(\.[A-Za-z]+)*$/, { error: expected });
};

/** Launches that EC2 says no to. */
const refusal = z.strictObject({
  ...pool,
  ...period,
  code: code().meta({ description: "Any code of EC2's: of capacity, quota, permission, a parameter." }),
  message: text("a text").meta({ description: "What EC2 says. Default: its own words for the code." }).optional(),
  status: whole(400, 599, "HTTP (a status)").meta({ description: "Default: EC2's for the code." }).optional(),
  passes: whole(0, 1_000_000, "instances")
    .meta({ description: "So many instances are launched before the refusals begin. Default: 0." })
    .optional(),
  share: share().meta({ description: "The part of the calls that is refused. Default: 1." }).optional(),
});

/** How many instances fit. */
const capacity = z.strictObject({
  ...pool,
  ...period,
  instances: whole(0, 1_000_000, "instances").meta({
    description: "So many live instances at once in each type x zone x market, then InsufficientInstanceCapacity.",
  }),
});

/** Launches that EC2 accepts and that end all the same. */
const failure = z.strictObject({
  ...pool,
  ...period,
  ...portion,
  reason: text("a code such as Server.InsufficientInstanceCapacity")
    .regex(/^(Server|Client)\.[A-Za-z.]+$/, { error: "a code such as Server.InsufficientInstanceCapacity" })
    .meta({ description: "The code of the StateReason with which a pending instance becomes terminated." }),
});

const whole0 = (what: string) => whole(0, 1_000_000, what);

/** What happens to launches. */
export const launchFields = {
  refusals: rules(refusal, "Launches that are refused; every rule that fits counts."),
  capacity: rules(capacity, "How many instances fit. Default: any number."),
  failures: rules(failure, "Launches that are accepted and then fail."),
  dryRun: z
    .enum(["permissions", "capacity"], { error: "permissions or capacity" })
    .meta({
      description:
        "Whether a dry run of RunInstances looks at capacity and quotas. EC2's does not; Reflow's probing hopes so. Default: permissions.",
    })
    .optional(),
  quotas: z
    .strictObject({
      onDemandVcpus: whole0("vCPUs").meta({ description: "vCPUs of live on-demand instances." }).optional(),
      spotVcpus: whole0("vCPUs").meta({ description: "vCPUs of live spot instances." }).optional(),
      instances: whole0("instances").meta({ description: "Live instances." }).optional(),
    })
    .meta({ description: "What the account may have at once. Default: no limits." })
    .optional(),
};
