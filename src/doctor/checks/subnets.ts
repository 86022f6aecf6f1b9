import type { NetworkSubnet } from "../../account/ports.js";
import { counted } from "../../lib/counted.js";
import type { Check } from "../check.js";
import { failure, findingOf, ok, warning, type Finding } from "../finding.js";

/** What the judgement of subnets needs of the configuration. */
export interface SubnetNeed {
  /** Whether launches ask for a public address; the subnet decides when undefined. */
  readonly publicAddress: boolean | undefined;
  /** Members are reached at their private addresses, on purpose. */
  readonly isPrivate: boolean;
  readonly maxInstances: number;
}

/** There are subnets to launch in, with room, and instances in them reach the world. */
export const subnets: Check = {
  name: "subnets",
  needs: ["configuration", "credentials", "endpoint"],
  consequence: "every launch is refused",
  async run({ config, look }, signal) {
    const { cluster, own } = config;
    const found = await look.subnets();
    const missing = cluster.subnets.filter((id) => !found.some((subnet) => subnet.id === id));
    if (missing.length > 0) {
      return failure(
        2,
        `there is no subnet ${missing.join(", ")} in the region`,
        "every launch is refused (InvalidSubnetID.NotFound): allocate ends with exit code 2",
        "name subnets that are there with `ec2cluster: subnets`",
      );
    }
    try {
      await look.placements();
    } catch (error) {
      signal.throwIfAborted();
      const finding = findingOf(error, "every launch is refused: allocate ends with exit code 2");
      if (found.length > 0 || finding.status !== "failure") return finding;
      return {
        ...finding,
        fix: "name the subnets with `ec2cluster: subnets`, or let `reflow-ec2 setup --vpc ID` do it",
      };
    }
    const { availabilityZone: zone } = cluster;
    return judgeSubnets(
      found.filter((subnet) => zone === undefined || subnet.zone === zone),
      { publicAddress: own.publicAddress, isPrivate: own.address === "private", maxInstances: own.maxInstances },
    );
  },
};

/** Whether instances in the subnets, of which there are some, come up and can be reached. */
export function judgeSubnets(found: readonly NetworkSubnet[], need: SubnetNeed): Finding {
  const cutOff = found.filter((subnet) => reasonCutOff(subnet, need) !== undefined);
  const full = found.filter(({ freeAddresses }) => freeAddresses === 0);
  return (
    aboutRoutes(found, cutOff, need) ??
    aboutRoom(found, full, need) ??
    aboutReach(found, need) ??
    ok(`${counted(found.length, "subnet")} in ${listed(found, ({ zone }) => zone)}, ${addresses(found)} free addresses`)
  );
}

/** Why instances in a subnet cannot fetch what they need; undefined where they can. */
function reasonCutOff({ internetRoute: route, ...subnet }: NetworkSubnet, need: SubnetNeed): string | undefined {
  if (route === "blackhole") return "the route to the internet leads to something that is gone";
  if (route === "none") return "no route to the internet";
  if (route !== "internet-gateway" || (need.publicAddress ?? subnet.givesPublicAddress)) return undefined;
  return "the route is an internet gateway, which serves public addresses only, and instances get none";
}

function aboutRoutes(
  found: readonly NetworkSubnet[],
  cutOff: readonly NetworkSubnet[],
  need: SubnetNeed,
): Finding | undefined {
  const [first] = cutOff;
  if (first === undefined) return undefined;
  const summary = `${listed(cutOff, ({ id }) => id)}: ${reasonCutOff(first, need) ?? ""}`;
  const consequence = "instances there cannot fetch the bootstrap and never become usable: each ends after 15 minutes";
  const noAddress = first.internetRoute === "internet-gateway";
  const fix = noAddress
    ? "set `reflow-ec2: publicaddress: true`, or route 0.0.0.0/0 of the subnet to a NAT gateway"
    : "route 0.0.0.0/0 of the subnet to an internet gateway or a NAT gateway, or name other subnets with `ec2cluster: subnets`";
  // Who keeps to private addresses may have endpoints for S3, which no route shows.
  if (cutOff.length < found.length || (need.isPrivate && first.internetRoute !== "blackhole")) {
    return warning(summary, consequence, fix);
  }
  return failure(7, summary, consequence, fix);
}

function aboutRoom(
  found: readonly NetworkSubnet[],
  full: readonly NetworkSubnet[],
  { maxInstances }: SubnetNeed,
): Finding | undefined {
  const fix = "name more or larger subnets with `ec2cluster: subnets`, or end what is in them";
  if (full.length === found.length) {
    return failure(
      4,
      `${listed(full, ({ id }) => id)}: no free address`,
      "every launch is refused (InsufficientFreeAddressesInSubnet): allocate ends with exit code 4",
      fix,
    );
  }
  if (full.length > 0) {
    return warning(`${listed(full, ({ id }) => id)}: no free address`, "launches go to the other zones only", fix);
  }
  if (addresses(found) >= maxInstances) return undefined;
  return warning(
    `${addresses(found)} free addresses in ${counted(found.length, "subnet")}`,
    `the limit of the configuration, maxinstances (${maxInstances}), cannot be reached`,
    fix,
  );
}

/** From outside of the VPC members are reached at public addresses alone. */
function aboutReach(found: readonly NetworkSubnet[], { publicAddress, isPrivate }: SubnetNeed): Finding | undefined {
  const hidden = found.filter((subnet) => !(publicAddress ?? subnet.givesPublicAddress));
  if (isPrivate || hidden.length === 0) return undefined;
  return warning(
    `${listed(hidden, ({ id }) => id)}: instances get no public address`,
    "who is not in their network, or joined to it, cannot reach them",
    "run reflow-ec2 inside of the network and set `reflow-ec2: address: private`, or set `publicaddress: true`",
  );
}

function addresses(found: readonly NetworkSubnet[]): number {
  return found.reduce((sum, { freeAddresses }) => sum + freeAddresses, 0);
}

function listed(found: readonly NetworkSubnet[], name: (subnet: NetworkSubnet) => string): string {
  return [...new Set(found.map(name))].sort().join(", ");
}
