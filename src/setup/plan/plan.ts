import type { SetupFacts } from "../facts.js";
import type { PlanPart, SetupPlan, SetupWishes } from "../model.js";
import { planBucket, planKeyPair, planProfile } from "./access.js";
import { planAuthority } from "./authority.js";
import { planConfig } from "./config.js";
import { planNetwork } from "./network.js";
import { regionProblems } from "./region.js";

/**
 * What setup would do about what is there. The configuration comes last: an interruption before it leaves nothing that
 * is used, and the next setup finds and takes up what has been made.
 */
export function planSetup(facts: SetupFacts, wishes: SetupWishes): SetupPlan {
  const network = planNetwork(facts, wishes);
  const profile = planProfile(facts, wishes);
  const config = planConfig(facts, wishes, {
    groupId: network.groupId,
    profile: profile.profile,
    makesProfile: profile.steps.some(({ act }) => act !== undefined),
    subnets: network.subnets,
  });
  const parts: readonly PlanPart[] = [
    planAuthority(facts),
    planKeyPair(facts, wishes),
    profile,
    network,
    planBucket(facts),
    config,
  ];
  return {
    kind: "make",
    accountId: facts.identity.accountId,
    callerArn: facts.identity.arn,
    region: facts.target.region,
    configPath: facts.target.configPath,
    vpcId: network.vpcId,
    securityGroupId: network.groupId,
    steps: parts.flatMap(({ steps }) => steps),
    problems: [...regionProblems(facts.config, facts.target), ...parts.flatMap(({ problems = [] }) => problems)],
    warnings: parts.flatMap(({ warnings = [] }) => warnings),
    missing: parts.flatMap(({ missing = [] }) => missing),
  };
}
