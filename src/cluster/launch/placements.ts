import { AccessError, ConfigError, errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import type { Subnet } from "../ports.js";

/** Where instances may be launched. */
export interface Placement {
  /** Absent when EC2 would not say: it chooses then, or the subnet does. */
  readonly zone: string | undefined;
  /** Absent where the zone's default subnet will do. */
  readonly subnetId: string | undefined;
}

/** A subnet with fewer free addresses comes after others: a launch of many may not fit into it. */
const ROOMY_ADDRESSES = 100;

/**
 * Where the configuration lets instances be launched: one placement a zone, best first. Zones come in the order of the
 * configuration's subnets, or of their names, so that a cluster keeps to one zone as long as that has room: traffic
 * between zones costs. Of several subnets of a zone the one with the most free addresses counts.
 * @throws ConfigError when no subnet is left: unknown ids, none in the configured zone, no default VPC; EndpointError;
 * the signal's reason.
 */
export async function findPlacements(context: ClusterContext, signal: AbortSignal): Promise<readonly Placement[]> {
  const { subnetIds, zone } = context.settings.launch;
  const named = subnetIds.length > 0;
  try {
    const subnets = await context.ec2.describeSubnets(named ? { ids: subnetIds } : "default", signal);
    const inZone = ordered(subnets, subnetIds).filter((subnet) => zone === undefined || subnet.zone === zone);
    if (inZone.length === 0) throw noSubnet(context, subnets);
    return bestOfEachZone(inZone).map((subnet) => ({ zone: subnet.zone, subnetId: named ? subnet.id : undefined }));
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    // Launching needs no look at subnets: without leave for it, only what the configuration has by itself can be done.
    emit(context, { kind: "warning", message: `other zones cannot be tried: ${errorText(error)}` });
    return [{ zone, subnetId: subnetIds[0] }];
  }
}

/** EC2 answers in no order. */
function ordered(subnets: readonly Subnet[], subnetIds: readonly string[]): readonly Subnet[] {
  return [...subnets].sort(
    (a, b) => subnetIds.indexOf(a.id) - subnetIds.indexOf(b.id) || (a.zone < b.zone ? -1 : a.zone > b.zone ? 1 : 0),
  );
}

function bestOfEachZone(subnets: readonly Subnet[]): readonly Subnet[] {
  const best = new Map<string, Subnet>();
  for (const subnet of subnets) {
    const known = best.get(subnet.zone);
    if (known === undefined || subnet.freeAddresses > known.freeAddresses) best.set(subnet.zone, subnet);
  }
  const isRoomy = ({ freeAddresses }: Subnet): boolean => freeAddresses >= ROOMY_ADDRESSES;
  const found = [...best.values()];
  return [...found.filter(isRoomy), ...found.filter((subnet) => !isRoomy(subnet))];
}

function noSubnet({ settings }: ClusterContext, found: readonly Subnet[]): ConfigError {
  const { subnetIds, zone } = settings.launch;
  if (found.length > 0) {
    const where = found.map((subnet) => `${subnet.id} in ${subnet.zone}`).join(", ");
    return new ConfigError(`no subnet of the cluster is in ${zone ?? settings.region}: ${where}`, [], {
      hint: "name a subnet of that zone with `ec2cluster: subnets`, or change `availabilityzone`",
    });
  }
  if (subnetIds.length > 0) {
    return new ConfigError(`there is no subnet ${subnetIds.join(", ")} in ${settings.region}`, [], {
      hint: "check `ec2cluster: subnets` and the region",
    });
  }
  return new ConfigError(`${settings.region} has no default VPC with subnets to launch in`, [], {
    hint: "name the subnets to launch in with `ec2cluster: subnets`",
  });
}
