import type { XmlObject } from "../protocol/xml.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { tagAnswer } from "./instance-answer.js";
import { groupKind } from "./network-kinds.js";
import type { IngressRule, SecurityGroupRecord } from "./records.js";
import { queryResources } from "./resource-query.js";

/** The security groups with their rules. Names may be given instead of ids. */
export const describeSecurityGroups: Action = {
  parameters: ["Filter", "GroupId", "GroupName", "MaxResults", "NextToken"],
  plan(parameters, { account }) {
    const named = new Set(parameters.texts("GroupName"));
    const { groups } = account.content;
    const unknown = [...named].filter((name) => !groups.some((group) => group.name === name));
    if (unknown.length > 0) throw groupKind.notFound(unknown);
    const chosen = groups.filter(({ name }) => named.size === 0 || named.has(name));
    const page = queryResources(chosen, groupKind, parameters, account.tags);
    return () => ({
      securityGroupInfo: page.items.map((group) => groupAnswer(group, account)),
      nextToken: page.nextToken,
    });
  },
};

/** The ARN of a security group. */
export function groupArn(id: string, { region }: Account): string {
  return `arn:aws:ec2:${region}:${ACCOUNT_ID}:security-group/${id}`;
}

function groupAnswer(group: SecurityGroupRecord, account: Account): XmlObject {
  return {
    ownerId: ACCOUNT_ID,
    groupId: group.id,
    securityGroupArn: groupArn(group.id, account),
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: byPorts(group.ingress).map(permissionAnswer),
    ipPermissionsEgress: [permissionAnswer([{ protocol: "-1", cidrs: ["0.0.0.0/0"], groupIds: [] }])],
    tagSet: tagAnswer(account.tags.of(group.id)),
  };
}

/** EC2 shows all sources of one range of ports together. */
function byPorts(rules: readonly IngressRule[]): readonly (readonly IngressRule[])[] {
  const permissions = new Map<string, IngressRule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol}/${rule.fromPort}/${rule.toPort}`;
    permissions.set(key, [...(permissions.get(key) ?? []), rule]);
  }
  return [...permissions.values()];
}

function permissionAnswer(rules: readonly IngressRule[]): XmlObject {
  const sources = (read: (rule: IngressRule) => readonly XmlObject[]): readonly XmlObject[] =>
    rules.flatMap((rule) => read(rule).map((source) => ({ ...source, description: rule.description })));
  const cidrs = (member: string, isOfKind: (cidr: string) => boolean): readonly XmlObject[] =>
    sources((rule) => rule.cidrs.filter(isOfKind).map((cidr) => ({ [member]: cidr })));
  return {
    ipProtocol: rules[0]?.protocol,
    fromPort: rules[0]?.fromPort,
    toPort: rules[0]?.toPort,
    groups: sources(({ groupIds }) => groupIds.map((groupId) => ({ userId: ACCOUNT_ID, groupId }))),
    ipRanges: cidrs("cidrIp", (cidr) => !cidr.includes(":")),
    ipv6Ranges: cidrs("cidrIpv6", (cidr) => cidr.includes(":")),
    prefixListIds: sources(({ prefixListIds = [] }) => prefixListIds.map((prefixListId) => ({ prefixListId }))),
  };
}
