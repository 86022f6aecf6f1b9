import type { IpPermission, SecurityGroup as SdkSecurityGroup } from "@aws-sdk/client-ec2";
import type { IngressRule, SecurityGroup } from "../../account/ports.js";
import { toTags } from "../convert.js";

/** All ports of TCP and UDP, as a range. */
const ALL_PORTS = { from: 0, to: 65_535 };

/** A security group in our words; none when it has no id, which no real answer lacks. */
export function toSecurityGroup(sdk: SdkSecurityGroup): SecurityGroup[] {
  if (!sdk.GroupId) return [];
  return [
    {
      id: sdk.GroupId,
      name: sdk.GroupName ?? "",
      vpcId: sdk.VpcId ?? "",
      description: sdk.Description ?? "",
      tags: toTags(sdk.Tags),
      ingress: (sdk.IpPermissions ?? []).flatMap(toIngressRules),
    },
  ];
}

/** EC2 keeps all sources of one range of ports together; here each is a rule. */
export function toIngressRules(permission: IpPermission): IngressRule[] {
  const { IpProtocol: protocol = "-1", IpRanges, Ipv6Ranges, PrefixListIds, UserIdGroupPairs } = permission;
  const common = { protocol, ports: toPorts(permission) };
  const rule = (source: IngressRule["source"], description: string | undefined): IngressRule => ({
    ...common,
    source,
    description: description ?? "",
  });
  return [
    ...(IpRanges ?? []).map(({ CidrIp = "", Description }) => rule({ kind: "cidr", cidr: CidrIp }, Description)),
    ...(Ipv6Ranges ?? []).map(({ CidrIpv6 = "", Description }) => rule({ kind: "cidr", cidr: CidrIpv6 }, Description)),
    ...(UserIdGroupPairs ?? []).map(({ GroupId = "", Description }) =>
      rule({ kind: "group", groupId: GroupId }, Description),
    ),
    ...(PrefixListIds ?? []).map(({ PrefixListId = "", Description }) =>
      rule({ kind: "prefix-list", id: PrefixListId }, Description),
    ),
  ];
}

function toPorts({ FromPort, ToPort }: IpPermission): IngressRule["ports"] {
  if (FromPort === undefined || FromPort === -1) return undefined;
  if (FromPort === ALL_PORTS.from && ToPort === ALL_PORTS.to) return undefined;
  return { from: FromPort, to: ToPort ?? FromPort };
}

/** One rule in the SDK's words. EC2 finds a rule to revoke by everything but its description. */
export function toIpPermission(
  { protocol, ports, source, description }: IngressRule,
  described: boolean,
): IpPermission {
  const note = described && description !== "" ? { Description: description } : {};
  return { IpProtocol: protocol, ...toPortRange(protocol, ports), ...toSource(source, note) };
}

function toPortRange(protocol: string, ports: IngressRule["ports"]): Pick<IpPermission, "FromPort" | "ToPort"> {
  if (ports !== undefined) return { FromPort: ports.from, ToPort: ports.to };
  if (/^(tcp|udp|6|17)$/.test(protocol)) return { FromPort: ALL_PORTS.from, ToPort: ALL_PORTS.to };
  // For ICMP these are a type and a code, and -1 is any.
  return /^(icmp|icmpv6|1|58)$/.test(protocol) ? { FromPort: -1, ToPort: -1 } : {};
}

function toSource(source: IngressRule["source"], note: { readonly Description?: string }): IpPermission {
  switch (source.kind) {
    case "cidr":
      return source.cidr.includes(":")
        ? { Ipv6Ranges: [{ CidrIpv6: source.cidr, ...note }] }
        : { IpRanges: [{ CidrIp: source.cidr, ...note }] };
    case "group":
      return { UserIdGroupPairs: [{ GroupId: source.groupId, ...note }] };
    case "prefix-list":
      return { PrefixListIds: [{ PrefixListId: source.id, ...note }] };
  }
}
