import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { XmlObject } from "../protocol/xml.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { Action } from "./action.js";
import { newId, type RandomBytes } from "./ids.js";
import { readIngressRules, ruleKey, ruleText } from "./ingress-parameters.js";
import type { IngressRule } from "./records.js";
import { readGroup } from "./security-group-actions.js";

/** AWS's limit of rules in one group; each source counts. */
const MOST_RULES = 60;

const PARAMETERS = ["CidrIp", "FromPort", "GroupId", "GroupName", "IpPermissions", "IpProtocol", "ToPort"];

/** Lets more in: all the rules, or none when the group has one of them. */
export const authorizeSecurityGroupIngress: Action = {
  parameters: PARAMETERS,
  plan(parameters, { account, randomBytes }) {
    const group = readGroup(parameters, account.content);
    const rules = readIngressRules(parameters, account.content);
    const known = new Set(group.ingress.map(ruleKey));
    const twice = rules.find((rule) => known.has(ruleKey(rule)));
    if (twice !== undefined) {
      throw new Ec2ApiError("InvalidPermission.Duplicate", `the specified rule "${ruleText(twice)}" already exists`);
    }
    if (group.ingress.length + rules.length > MOST_RULES) {
      throw new Ec2ApiError(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
      );
    }
    return () => {
      group.ingress = [...group.ingress, ...rules];
      return {
        return: true,
        securityGroupRuleSet: rules.map((rule) => ruleAnswer(rule, group.id, randomBytes)),
      };
    };
  },
};

function ruleAnswer(rule: IngressRule, groupId: string, randomBytes: RandomBytes): XmlObject {
  const [cidr] = rule.cidrs;
  const [peer] = rule.groupIds;
  const isV6 = cidr?.includes(":") ?? false;
  return {
    securityGroupRuleId: newId("sgr", randomBytes),
    groupId,
    groupOwnerId: ACCOUNT_ID,
    isEgress: false,
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort ?? -1,
    toPort: rule.toPort ?? -1,
    cidrIpv4: isV6 ? undefined : cidr,
    cidrIpv6: isV6 ? cidr : undefined,
    prefixListId: rule.prefixListIds?.[0],
    referencedGroupInfo: peer === undefined ? undefined : { groupId: peer, userId: ACCOUNT_ID },
    description: rule.description,
    tagSet: [],
  };
}

/** Takes rules away: all of them, or none when the group lacks one. */
export const revokeSecurityGroupIngress: Action = {
  parameters: PARAMETERS,
  plan(parameters, { account }) {
    const group = readGroup(parameters, account.content);
    const rules = readIngressRules(parameters, account.content);
    const known = new Set(group.ingress.map(ruleKey));
    if (rules.some((rule) => !known.has(ruleKey(rule)))) {
      throw new Ec2ApiError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
    }
    const revoked = new Set(rules.map(ruleKey));
    return () => {
      group.ingress = group.ingress.filter((rule) => !revoked.has(ruleKey(rule)));
      return { return: true };
    };
  },
};
