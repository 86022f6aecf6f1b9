import type { XmlObject } from "../protocol/xml.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { tagAnswer } from "./instance-answer.js";
import { groupKind, subnetKind, vpcKind, zoneKind } from "./network-kinds.js";
import type { IngressRule, SecurityGroupRecord, SubnetRecord } from "./records.js";
import { queryResources } from "./resource-query.js";

/** The account's VPC. */
export const describeVpcs: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "VpcId"],
  plan(parameters, { account }) {
    const page = queryResources([account.content.vpc], vpcKind, parameters, account.tags);
    return () => ({
      vpcSet: page.items.map(({ id, cidr }) => ({
        vpcId: id,
        ownerId: ACCOUNT_ID,
        state: "available",
        cidrBlock: cidr,
        isDefault: true,
        instanceTenancy: "default",
        cidrBlockAssociationSet: [
          {
            associationId: id.replace("vpc-", "vpc-cidr-assoc-"),
            cidrBlock: cidr,
            cidrBlockState: { state: "associated" },
          },
        ],
        tagSet: tagAnswer(account.tags.of(id)),
      })),
      nextToken: page.nextToken,
    });
  },
};

/** The subnets, one in each zone. */
export const describeSubnets: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "SubnetId"],
  plan(parameters, { account }) {
    const page = queryResources(account.content.subnets, subnetKind, parameters, account.tags);
    return () => ({ subnetSet: page.items.map((subnet) => subnetAnswer(subnet, account)), nextToken: page.nextToken });
  },
};

/** Addresses of a /20 without the five that AWS keeps to itself. */
const SUBNET_ADDRESSES = 4091;

function subnetAnswer(subnet: SubnetRecord, account: Account): XmlObject {
  const used = [...account.instances.values()].filter(
    (instance) => instance.subnet.id === subnet.id && instance.state !== "terminated",
  ).length;
  return {
    subnetId: subnet.id,
    subnetArn: `arn:aws:ec2:${account.region}:${ACCOUNT_ID}:subnet/${subnet.id}`,
    ownerId: ACCOUNT_ID,
    state: "available",
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidr,
    availableIpAddressCount: Math.max(0, SUBNET_ADDRESSES - used),
    availabilityZone: subnet.zone,
    availabilityZoneId: account.content.zones.find(({ name }) => name === subnet.zone)?.id,
    defaultForAz: true,
    mapPublicIpOnLaunch: true,
    assignIpv6AddressOnCreation: false,
    ipv6CidrBlockAssociationSet: [],
    ipv6Native: false,
    privateDnsNameOptionsOnLaunch: {
      hostnameType: "ip-name",
      enableResourceNameDnsARecord: false,
      enableResourceNameDnsAAAARecord: false,
    },
    tagSet: tagAnswer(account.tags.of(subnet.id)),
  };
}

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

function groupAnswer(group: SecurityGroupRecord, account: Account): XmlObject {
  return {
    ownerId: ACCOUNT_ID,
    groupId: group.id,
    securityGroupArn: `arn:aws:ec2:${account.region}:${ACCOUNT_ID}:security-group/${group.id}`,
    groupName: group.name,
    groupDescription: group.description,
    vpcId: group.vpcId,
    ipPermissions: group.ingress.map(ruleAnswer),
    ipPermissionsEgress: [ruleAnswer({ protocol: "-1", cidrs: ["0.0.0.0/0"], groupIds: [] })],
    tagSet: tagAnswer(account.tags.of(group.id)),
  };
}

function ruleAnswer(rule: IngressRule): XmlObject {
  return {
    ipProtocol: rule.protocol,
    fromPort: rule.fromPort,
    toPort: rule.toPort,
    groups: rule.groupIds.map((groupId) => ({ userId: ACCOUNT_ID, groupId })),
    ipRanges: rule.cidrs.map((cidrIp) => ({ cidrIp })),
    ipv6Ranges: [],
    prefixListIds: [],
  };
}

/** The region's zones; they are not paged. */
export const describeAvailabilityZones: Action = {
  parameters: ["AllAvailabilityZones", "Filter", "ZoneId", "ZoneName"],
  plan(parameters, { account }) {
    const ids = new Set(parameters.texts("ZoneId"));
    const { zones } = account.content;
    const unknown = [...ids].filter((id) => !zones.some((zone) => zone.id === id));
    if (unknown.length > 0) throw zoneKind.notFound(unknown);
    const chosen = zones.filter(({ id }) => ids.size === 0 || ids.has(id));
    const page = queryResources(chosen, zoneKind, parameters, account.tags);
    return () => ({
      availabilityZoneInfo: page.items.map(({ name, id }) => ({
        zoneName: name,
        zoneId: id,
        zoneState: "available",
        regionName: account.region,
        zoneType: "availability-zone",
        groupName: `${account.region}-zg-1`,
        networkBorderGroup: account.region,
        optInStatus: "opt-in-not-required",
        messageSet: [],
      })),
    });
  },
};
