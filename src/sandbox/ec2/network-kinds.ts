import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { SecurityGroupRecord, SubnetRecord, VpcRecord, ZoneRecord } from "./records.js";
import { checkIdForm } from "./resource-query.js";

/** How subnets are named and found. */
export const subnetKind = {
  idParameter: "SubnetId",
  idOf: (subnet: SubnetRecord): string => subnet.id,
  checkId: checkIdForm("subnet", "InvalidSubnetID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    ids.length === 1
      ? new Ec2ApiError("InvalidSubnetID.NotFound", `The subnet ID '${ids.join()}' does not exist`)
      : new Ec2ApiError("InvalidSubnetID.NotFound", `The subnet IDs '${ids.join(", ")}' do not exist`),
  attributes: {
    "subnet-id": (subnet: SubnetRecord) => [subnet.id],
    "vpc-id": (subnet: SubnetRecord) => [subnet.vpcId],
    "availability-zone": (subnet: SubnetRecord) => [subnet.zone],
    availabilityZone: (subnet: SubnetRecord) => [subnet.zone],
    cidr: (subnet: SubnetRecord) => [subnet.cidr],
    "cidr-block": (subnet: SubnetRecord) => [subnet.cidr],
    "default-for-az": (subnet: SubnetRecord) => [String(subnet.isDefault)],
    defaultForAz: (subnet: SubnetRecord) => [String(subnet.isDefault)],
    "map-public-ip-on-launch": (subnet: SubnetRecord) => [String(subnet.publicAddress)],
    state: () => ["available"],
  },
};

/** How security groups are named and found. */
export const groupKind = {
  idParameter: "GroupId",
  idOf: (group: SecurityGroupRecord): string => group.id,
  checkId: checkIdForm("sg", "InvalidGroupId.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    ids.length === 1
      ? new Ec2ApiError("InvalidGroup.NotFound", `The security group '${ids.join()}' does not exist`)
      : new Ec2ApiError("InvalidGroup.NotFound", `The security groups '${ids.join(", ")}' do not exist`),
  attributes: {
    "group-id": (group: SecurityGroupRecord) => [group.id],
    "group-name": (group: SecurityGroupRecord) => [group.name],
    "vpc-id": (group: SecurityGroupRecord) => [group.vpcId],
    description: (group: SecurityGroupRecord) => [group.description],
    "ip-permission.cidr": (group: SecurityGroupRecord) => group.ingress.flatMap(({ cidrs }) => cidrs),
    "ip-permission.from-port": (group: SecurityGroupRecord) =>
      group.ingress.map(({ fromPort }) => fromPort?.toString()),
    "ip-permission.to-port": (group: SecurityGroupRecord) => group.ingress.map(({ toPort }) => toPort?.toString()),
    "ip-permission.group-id": (group: SecurityGroupRecord) => group.ingress.flatMap(({ groupIds }) => groupIds),
  },
};

/** How VPCs are named and found. */
export const vpcKind = {
  idParameter: "VpcId",
  idOf: (vpc: VpcRecord): string => vpc.id,
  checkId: checkIdForm("vpc", "InvalidVpcID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    ids.length === 1
      ? new Ec2ApiError("InvalidVpcID.NotFound", `The vpc ID '${ids.join()}' does not exist`)
      : new Ec2ApiError("InvalidVpcID.NotFound", `The vpc IDs '${ids.join(", ")}' do not exist`),
  attributes: {
    "vpc-id": (vpc: VpcRecord) => [vpc.id],
    cidr: (vpc: VpcRecord) => [vpc.cidr],
    "cidr-block": (vpc: VpcRecord) => [vpc.cidr],
    "is-default": (vpc: VpcRecord) => [String(vpc.isDefault)],
    isDefault: (vpc: VpcRecord) => [String(vpc.isDefault)],
    state: () => ["available"],
  },
};

/** The only route table of a VPC: its main one. */
export interface RouteTable {
  readonly id: string;
  readonly vpcId: string;
  readonly cidr: string;
  readonly route: SubnetRecord["route"];
}

/** How route tables are named and found. */
export const routeTableKind = {
  idParameter: "RouteTableId",
  idOf: (table: RouteTable): string => table.id,
  checkId: checkIdForm("rtb", "InvalidRouteTableId.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    new Ec2ApiError("InvalidRouteTableID.NotFound", `The routeTable ID '${ids.join(", ")}' does not exist`),
  attributes: {
    "association.main": () => ["true"],
    "association.subnet-id": () => [],
    "route-table-id": (table: RouteTable) => [table.id],
    "vpc-id": (table: RouteTable) => [table.vpcId],
  },
  pageSizes: { least: 5, most: 100 },
};

/** How availability zones are named and found. */
export const zoneKind = {
  idParameter: "ZoneName",
  idOf: (zone: ZoneRecord): string => zone.name,
  notFound: (names: readonly string[]): Ec2ApiError =>
    new Ec2ApiError("InvalidParameterValue", `Invalid availability zone: [${names.join(", ")}]`),
  attributes: {
    "opt-in-status": () => ["opt-in-not-required"],
    "region-name": (zone: ZoneRecord) => [zone.name.slice(0, -1)],
    state: () => ["available"],
    "zone-id": (zone: ZoneRecord) => [zone.id],
    "zone-name": (zone: ZoneRecord) => [zone.name],
    "zone-type": () => ["availability-zone"],
  },
};
