import * as z from "zod";
import { list, whole } from "../../config/schema-fields.js";
import { duration, period, place, portion, rules, time, usd } from "./fields.js";

const price = z
  .strictObject({
    ...place,
    usd: usd().meta({ description: "The price in USD an hour, always." }).optional(),
    changes: list(
      z.strictObject({
        at: duration().meta({ description: "After the scenario was set." }),
        usd: usd().meta({ description: "The price from then on, in USD an hour." }),
      }),
      "a list of {at, usd}",
    )
      .min(1, { error: "at least one {at, usd}" })
      .meta({ description: "The price over time; before the first it is that of the catalogue." })
      .optional(),
  })
  .superRefine((value, context) => {
    if ((value.usd === undefined) === (value.changes === undefined)) {
      context.addIssue({ code: "custom", message: "expected either usd or changes", params: { sentence: true } });
    }
  });

const reclaim = z.strictObject({
  ...place,
  ...period,
  ...portion,
  after: time().meta({ description: "From running to the end of the instance; the notice lies in it." }),
  notice: duration().meta({ description: "How long before the end it is told. Default: 2m, as EC2's." }).optional(),
  cause: z
    .enum(["price", "no-capacity"], { error: "price or no-capacity" })
    .meta({ description: "What the spot request's status gives as the cause. Default: no-capacity." })
    .optional(),
});

const score = z.strictObject({
  ...place,
  score: whole(1, 10, "placement (a score)").meta({ description: "The placement score, 10 for the best." }),
});

/** The spot market. */
export const spotSchema = z.strictObject({
  prices: rules(price, "Spot prices. Default: those of the catalogue, by AWS's Spot Advisor."),
  reclaims: rules(reclaim, "Instances that EC2 takes back."),
  scores: rules(score, "Placement scores. Default: 9 where there is capacity, else 1; 3 for fewer than three types."),
});
