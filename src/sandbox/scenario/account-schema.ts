import * as z from "zod";
import { whole } from "../../config/schema-fields.js";

const oneOf = <const Words extends readonly string[]>(words: Words, description: string) =>
  z
    .enum(words, {
      error: words.length === 1 ? String(words[0]) : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`,
    })
    .meta({ description })
    .optional();

const flag = (description: string) => z.boolean({ error: "true or false" }).meta({ description }).optional();

/** In what state the account is. What is made in it stays; what it has from the start is as the scenario says. */
export const accountSchema = z.strictObject({
  empty: flag("Nothing of Reflow's is there: no group reflow, no instance profile, no key pair. Default: false."),
  defaultVpc: flag("Whether the VPC and its subnets are the default ones. Default: true."),
  image: oneOf(
    ["gone", "deregistered"],
    "The older images, the ready-made configuration's among them. Default: there.",
  ),
  subnets: z
    .strictObject({
      freeAddresses: whole(0, 4091, "addresses")
        .meta({ description: "So many addresses are free. Default: 4091 without the instances." })
        .optional(),
      publicAddress: flag("Whether instances get a public address where the launch does not say. Default: true."),
      route: oneOf(
        ["internet-gateway", "nat", "blackhole", "none"],
        "Where the route table sends what is for the internet; only told, machines reach it all the same. Default: internet-gateway.",
      ),
    })
    .meta({ description: "All subnets." })
    .optional(),
  securityGroup: oneOf(
    ["missing", "other-vpc", "closed", "open-to-all"],
    "The group reflow: missing, in another VPC, without rules, or open to everybody.",
  ),
  instanceProfile: oneOf(["missing", "no-role"], "The instance profile reflowlet: missing, or without a role."),
  keyPair: oneOf(["missing"], "The key pair reflow-ec2-sandbox."),
  credentials: oneOf(
    ["expired", "invalid"],
    "What every service says of the caller's credentials. Those of machines are left out of it.",
  ),
  bootstrap: oneOf(
    ["missing", "wrong-type"],
    "Reflow's bootstrap programs at their addresses: missing (404), or a page of text.",
  ),
  bucket: oneOf(["missing", "denied"], "The bucket reflow-ec2-sandbox, as callers find it."),
  reflowletImage: oneOf(["missing"], "The reflowlet in that bucket."),
});

/** In what state the account is; what is left out is as in a new account. */
export type AccountConditions = z.output<typeof accountSchema>;
