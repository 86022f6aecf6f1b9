import type { ConfigProblem } from "../../errors.js";
import { entry } from "../config-text.js";
import type { ConfigFact } from "../facts.js";
import type { SetupTarget } from "../ports.js";

/**
 * The mistake of a region, from a flag or the environment, that is not the configuration's: of its group, members and key pair
 * nothing is known there, and what is made there is of no use to it.
 */
export function regionProblems(config: ConfigFact, { configPath, region }: SetupTarget): readonly ConfigProblem[] {
  if (config === undefined) return [];
  const stated = entry(config.parsed.entries, ["ec2cluster", "region"]);
  const own = typeof stated === "string" && stated !== "" ? stated : config.parsed.sealedRegion;
  if (own === undefined || own === region) return [];
  const message =
    `expected ${own}, the region of ${configPath}, found ${region}: leave --region and AWS_REGION out (a sandbox has that of its start), ` +
    "name another file with --config for another region, or change `ec2cluster: region` first";
  return [{ source: "region", key: "--region", message }];
}
