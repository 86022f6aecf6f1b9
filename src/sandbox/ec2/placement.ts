import { Ec2ApiError, invalidCombination } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { AccountContent } from "./account-content.js";
import { groupKind, subnetKind } from "./network-kinds.js";
import type { SecurityGroupRecord, SubnetRecord } from "./records.js";

/** Where a launch puts its instances on the network. */
export interface Placement {
  /** Undefined when the request leaves the zone to EC2. */
  readonly subnet: SubnetRecord | undefined;
  readonly groups: readonly SecurityGroupRecord[];
  readonly publicAddress: boolean;
}

/**
 * Reads where RunInstances puts its instances: `SubnetId`, `SecurityGroupId.N`, `SecurityGroup.N` (names) and
 * `Placement.AvailabilityZone`, or all of it inside `NetworkInterface.1`.
 * @throws Ec2ApiError when something is unknown, or both ways are used at once.
 */
export function readPlacement(parameters: Parameters, content: AccountContent): Placement {
  const interfaces = parameters.list("NetworkInterface");
  const [first] = interfaces;
  if (first !== undefined) checkInterfaces(interfaces, parameters);
  const source = first ?? parameters;
  const zone = readZone(parameters, content);
  const named = readSubnet(source.text("SubnetId"), content);
  if (named !== undefined && zone !== undefined && named.zone !== zone) {
    throw invalidCombination(
      `The specified subnet '${named.id}' is in the availability zone '${named.zone}', not in '${zone}'.`,
    );
  }
  const defaults = defaultSubnets(content);
  const subnet = named ?? defaults.find((candidate) => candidate.zone === zone);
  const vpcId = (subnet ?? defaults[0])?.vpcId;
  if (vpcId === undefined) throw noDefaultVpc();
  return {
    subnet,
    groups: readGroups(source.texts("SecurityGroupId"), source.texts("SecurityGroup"), { vpcId, subnet }, content),
    publicAddress: first?.boolean("AssociatePublicIpAddress") ?? (subnet ?? defaults[0])?.publicAddress ?? true,
  };
}

/** Where launches go that name no subnet. */
export function defaultSubnets({ subnets }: AccountContent): readonly SubnetRecord[] {
  return subnets.filter(({ isDefault }) => isDefault);
}

/** The launch names no subnet, and there is no default one. */
export function noDefaultVpc(): Ec2ApiError {
  return new Ec2ApiError("VPCIdNotSpecified", "No default VPC for this user.");
}

function otherNetwork(group: SecurityGroupRecord, subnet: SubnetRecord | undefined, vpcId: string): Ec2ApiError {
  if (subnet !== undefined) {
    return new Ec2ApiError(
      "InvalidParameter",
      `Security group ${group.id} and subnet ${subnet.id} belong to different networks.`,
    );
  }
  return new Ec2ApiError("InvalidGroup.NotFound", `The security group '${group.id}' does not exist in VPC '${vpcId}'`);
}

function checkInterfaces(interfaces: readonly Parameters[], parameters: Parameters): void {
  for (const [name, words] of [
    ["SubnetId", "subnet ID"],
    ["SecurityGroupId", "security groups"],
    ["SecurityGroup", "security groups"],
  ] as const) {
    if (parameters.member(name).given) {
      throw invalidCombination(
        `Network interfaces and an instance-level ${words} may not be specified on the same request`,
      );
    }
  }
  if (interfaces.length > 1 || interfaces[0]?.text("NetworkInterfaceId") !== undefined) {
    throw new Ec2ApiError("UnsupportedOperation", "The sandbox launches with one new network interface only.");
  }
  const index = interfaces[0]?.integer("DeviceIndex");
  if (index !== 0) {
    throw new Ec2ApiError("InvalidParameterValue", "The first network interface must have the device index 0");
  }
}

function readZone(parameters: Parameters, content: AccountContent): string | undefined {
  const zone = parameters.member("Placement").text("AvailabilityZone");
  if (zone !== undefined && !content.zones.some(({ name }) => name === zone)) {
    throw new Ec2ApiError("InvalidParameterValue", `Invalid availability zone: [${zone}]`);
  }
  return zone;
}

function readSubnet(id: string | undefined, content: AccountContent): SubnetRecord | undefined {
  if (id === undefined) return undefined;
  subnetKind.checkId(id);
  const subnet = content.subnets.find((candidate) => candidate.id === id);
  if (subnet === undefined) throw subnetKind.notFound([id]);
  return subnet;
}

function readGroups(
  ids: readonly string[],
  names: readonly string[],
  { vpcId, subnet }: { readonly vpcId: string; readonly subnet: SubnetRecord | undefined },
  content: AccountContent,
): readonly SecurityGroupRecord[] {
  const groups = new Set<SecurityGroupRecord>();
  for (const id of ids) {
    groupKind.checkId(id);
    const group = content.groups.find((candidate) => candidate.id === id);
    if (group === undefined) throw groupKind.notFound([id]);
    if (group.vpcId !== vpcId) throw otherNetwork(group, subnet, vpcId);
    groups.add(group);
  }
  for (const name of names) {
    const group = content.groups.find((candidate) => candidate.name === name && candidate.vpcId === vpcId);
    if (group === undefined) {
      throw new Ec2ApiError(
        "InvalidGroup.NotFound",
        `The security group '${name}' does not exist in default VPC '${vpcId}'`,
      );
    }
    groups.add(group);
  }
  if (groups.size > 0) return [...groups];
  return content.groups.filter((group) => group.name === "default" && group.vpcId === vpcId);
}
