import type { XmlObject } from "../protocol/xml.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { tagAnswer } from "./instance-answer.js";
import { routeTableKind, subnetKind, vpcKind, zoneKind, type RouteTable } from "./network-kinds.js";
import type { SubnetRecord } from "./records.js";
import { queryResources } from "./resource-query.js";

/** The account's VPCs. */
export const describeVpcs: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "VpcId"],
  plan(parameters, { account }) {
    const page = queryResources(account.content.vpcs, vpcKind, parameters, account.tags);
    return () => ({
      vpcSet: page.items.map(({ id, cidr, isDefault }) => ({
        vpcId: id,
        ownerId: ACCOUNT_ID,
        state: "available",
        cidrBlock: cidr,
        isDefault,
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

/** The subnets. */
export const describeSubnets: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "SubnetId"],
  plan(parameters, { account }) {
    const page = queryResources(account.content.subnets, subnetKind, parameters, account.tags);
    return () => ({ subnetSet: page.items.map((subnet) => subnetAnswer(subnet, account)), nextToken: page.nextToken });
  },
};

function subnetAnswer(subnet: SubnetRecord, account: Account): XmlObject {
  return {
    subnetId: subnet.id,
    subnetArn: `arn:aws:ec2:${account.region}:${ACCOUNT_ID}:subnet/${subnet.id}`,
    ownerId: ACCOUNT_ID,
    state: "available",
    vpcId: subnet.vpcId,
    cidrBlock: subnet.cidr,
    availableIpAddressCount: account.freeAddresses(subnet),
    availabilityZone: subnet.zone,
    availabilityZoneId: account.content.zones.find(({ name }) => name === subnet.zone)?.id,
    defaultForAz: subnet.isDefault,
    mapPublicIpOnLaunch: subnet.publicAddress,
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

/** The route tables, one for each VPC. */
export const describeRouteTables: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "RouteTableId"],
  plan(parameters, { account }) {
    const { vpcs, subnets } = account.content;
    const tables = vpcs.map(({ id: vpcId, cidr }) => ({
      id: vpcId.replace("vpc-", "rtb-"),
      vpcId,
      cidr,
      route: subnets.find((subnet) => subnet.vpcId === vpcId)?.route ?? "none",
    }));
    const page = queryResources(tables, routeTableKind, parameters, account.tags);
    return () => ({ routeTableSet: page.items.map(routeTableAnswer), nextToken: page.nextToken });
  },
};

function routeTableAnswer({ id, vpcId, cidr, route }: RouteTable): XmlObject {
  const digits = id.slice("rtb-".length);
  const toInternet = { destinationCidrBlock: "0.0.0.0/0", origin: "CreateRoute" };
  const routes: Readonly<Record<RouteTable["route"], readonly XmlObject[]>> = {
    "internet-gateway": [{ ...toInternet, gatewayId: `igw-${digits}`, state: "active" }],
    nat: [{ ...toInternet, natGatewayId: `nat-${digits}`, state: "active" }],
    // The gateway was detached.
    blackhole: [{ ...toInternet, gatewayId: `igw-${digits}`, state: "blackhole" }],
    none: [],
  };
  return {
    routeTableId: id,
    vpcId,
    ownerId: ACCOUNT_ID,
    routeSet: [
      { destinationCidrBlock: cidr, gatewayId: "local", state: "active", origin: "CreateRouteTable" },
      ...routes[route],
    ],
    associationSet: [
      {
        routeTableAssociationId: `rtbassoc-${digits}`,
        routeTableId: id,
        main: true,
        associationState: { state: "associated" },
      },
    ],
    propagatingVgwSet: [],
    tagSet: [],
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
