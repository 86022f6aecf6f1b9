import type { NetworkSubnet, SecurityGroup, Vpc } from "../account/ports.js";
import type { VpcChoice } from "./facts.js";

/** What tells which VPC is meant. */
export interface VpcClues {
  /** `--vpc`. */
  readonly asked: string | undefined;
  /** All that were looked up: the one asked for, the default ones, those of subnets and group. */
  readonly vpcs: readonly Vpc[];
  /** Subnets that are asked for, else those of the configuration. */
  readonly subnetIds: readonly string[];
  readonly subnets: readonly NetworkSubnet[];
  /** The configured group, where EC2 knows it. */
  readonly group: SecurityGroup | undefined;
}

/** The VPC that was asked for, else that of the subnets, else that of the configured group, else the default one. */
export function chooseVpc({ asked, vpcs, subnetIds, subnets, group }: VpcClues): VpcChoice {
  const none = (key: string, problem: string): VpcChoice => ({ kind: "none", key, problem });
  const unknown = subnetIds.filter((id) => !subnets.some((subnet) => subnet.id === id));
  if (unknown.length > 0) {
    return none("--subnet", `expected subnets of this region, found ${unknown.join(", ")}, which EC2 does not know`);
  }
  const ofSubnets = [...new Set(subnets.map(({ vpcId }) => vpcId))];
  if (ofSubnets.length > 1) {
    return none("--subnet", `expected subnets of one VPC, found some of ${ofSubnets.join(" and ")}`);
  }
  const id = asked ?? ofSubnets[0] ?? group?.vpcId;
  if (id !== undefined && ofSubnets[0] !== undefined && ofSubnets[0] !== id) {
    return none("--subnet", `expected subnets of ${id}, found subnets of ${ofSubnets[0]}`);
  }
  if (id !== undefined) {
    const vpc = vpcs.find((each) => each.id === id);
    return vpc === undefined
      ? none("--vpc", `expected a VPC of this region, found ${id}, which EC2 does not know`)
      : { kind: "vpc", vpc };
  }
  const [first, ...others] = vpcs.filter(({ isDefault }) => isDefault);
  if (first === undefined) {
    return none("--vpc", "expected the region to have a default VPC, found none: name the VPC with --vpc vpc-...");
  }
  if (others.length > 0) {
    const ids = [first, ...others].map((vpc) => vpc.id).join(", ");
    return none("--vpc", `expected one default VPC, found ${ids}: name the one that is meant with --vpc`);
  }
  return { kind: "vpc", vpc: first };
}

/**
 * The subnets to launch in where nobody names any and launches would not find default ones: one for each zone, with a
 * way to the internet, public before private, the one with most free addresses first. Empty where none will do.
 */
export function chooseSubnets(subnets: readonly NetworkSubnet[]): readonly NetworkSubnet[] {
  const isPublic = ({ internetRoute, givesPublicAddress }: NetworkSubnet): boolean =>
    internetRoute === "internet-gateway" && givesPublicAddress;
  const connected = (subnet: NetworkSubnet): boolean =>
    isPublic(subnet) || subnet.internetRoute === "nat" || subnet.internetRoute === "other";
  const candidates = subnets.some(isPublic) ? subnets.filter(isPublic) : subnets.filter(connected);
  const byRoom = [...candidates].sort((a, b) => b.freeAddresses - a.freeAddresses || (a.id < b.id ? -1 : 1));
  const zones = new Map<string, NetworkSubnet>();
  for (const subnet of byRoom) if (!zones.has(subnet.zone)) zones.set(subnet.zone, subnet);
  return [...zones.values()];
}
