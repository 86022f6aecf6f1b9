import { isIPv4, isIPv6 } from "node:net";
import { Ec2ApiError, invalidValue, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { AccountContent } from "./account-content.js";
import { groupKind } from "./network-kinds.js";
import type { IngressRule } from "./records.js";

/** Protocols by their numbers, as EC2 shows them. */
const NAMES: Readonly<Record<string, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6", all: "-1" };

/** What descriptions of rules are made of (AWS, IpRange). */
const DESCRIPTION = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

/**
 * Reads `IpPermissions.N`, or a single permission from the request's own parameters: a rule for each source.
 * @throws Ec2ApiError with the first thing that EC2 would refuse.
 */
export function readIngressRules(parameters: Parameters, content: AccountContent): readonly IngressRule[] {
  const permissions = parameters.list("IpPermissions");
  const rules =
    permissions.length > 0
      ? permissions.flatMap((permission) => readPermission(permission, content))
      : readSinglePermission(parameters);
  const keys = rules.map(ruleKey);
  if (new Set(keys).size < keys.length) {
    throw new Ec2ApiError("InvalidParameterValue", "The same permission must not appear multiple times");
  }
  return rules;
}

/** What makes a rule the same as another: everything but its description. */
export function ruleKey({ protocol, fromPort, toPort, cidrs, groupIds, prefixListIds = [] }: IngressRule): string {
  return [protocol, fromPort, toPort, ...cidrs, ...groupIds, ...prefixListIds].join(" ");
}

/** The rule in EC2's words. */
export function ruleText({ protocol, fromPort, toPort, cidrs, groupIds, prefixListIds = [] }: IngressRule): string {
  const peer = [...cidrs, ...groupIds, ...prefixListIds].join();
  const ports = fromPort === undefined ? "" : `, from port: ${fromPort}, to port: ${toPort}`;
  return `peer: ${peer}, ${protocol === "-1" ? "ALL" : protocol.toUpperCase()}${ports}, ALLOW`;
}

function readPermission(permission: Parameters, content: AccountContent): readonly IngressRule[] {
  const common = readPorts(permission);
  const none = { cidrs: [], groupIds: [] };
  const rules: IngressRule[] = [
    ...permission.list("IpRanges").map((range) => ({
      ...common,
      ...none,
      cidrs: [readCidr(range.requiredText("CidrIp"))],
      ...readDescription(range),
    })),
    ...permission.list("Ipv6Ranges").map((range) => ({
      ...common,
      ...none,
      cidrs: [readCidr(range.requiredText("CidrIpv6"))],
      ...readDescription(range),
    })),
    ...permission.list("Groups").map((group) => ({
      ...common,
      ...none,
      groupIds: [readPeer(group, content)],
      ...readDescription(group),
    })),
    ...permission.list("PrefixListIds").map((prefixList) => ({
      ...common,
      ...none,
      prefixListIds: [prefixList.requiredText("PrefixListId")],
      ...readDescription(prefixList),
    })),
  ];
  if (rules.length === 0) throw noSource();
  return rules;
}

function readSinglePermission(parameters: Parameters): readonly IngressRule[] {
  if (!parameters.member("IpProtocol").given) throw missingParameter("IpPermissions");
  const cidr = parameters.text("CidrIp");
  if (cidr === undefined) throw noSource();
  return [{ ...readPorts(parameters), cidrs: [readCidr(cidr)], groupIds: [] }];
}

function noSource(): Ec2ApiError {
  return new Ec2ApiError(
    "MissingParameter",
    "Missing source specification: include source security group or CIDR information",
  );
}

function readPorts(permission: Parameters): Pick<IngressRule, "protocol" | "fromPort" | "toPort"> {
  const said = permission.requiredText("IpProtocol").toLowerCase();
  const protocol = NAMES[said] ?? said;
  if (!/^(-1|tcp|udp|icmp|icmpv6|[0-9]{1,3})$/.test(protocol) || Number(protocol) > 255) {
    throw new Ec2ApiError("InvalidParameterValue", `Invalid value '${said}' for IP protocol. Unknown protocol.`);
  }
  // Other protocols have no ports, and all of them go through.
  if (!/^(tcp|udp|icmp|icmpv6)$/.test(protocol)) return { protocol };
  const fromPort = permission.integer("FromPort");
  const toPort = permission.integer("ToPort");
  if (fromPort === undefined || toPort === undefined) {
    throw invalidPorts("Must specify both from and to ports with TCP/UDP.");
  }
  if (/^icmp/.test(protocol)) return { protocol, fromPort, toPort };
  if (fromPort < 0 || toPort > 65_535 || fromPort > toPort) throw invalidPorts(`${fromPort}-${toPort}`);
  return { protocol, fromPort, toPort };
}

function invalidPorts(value: string): Ec2ApiError {
  return new Ec2ApiError("InvalidParameterValue", `Invalid value '${value}' for portRange.`);
}

/** In the form that EC2 keeps: the address of the network. */
function readCidr(text: string): string {
  const malformed = new Ec2ApiError("InvalidParameterValue", `CIDR block ${text} is malformed`);
  const [address = "", prefix = "", ...rest] = text.split("/");
  const length = /^\d{1,3}$/.test(prefix) ? Number(prefix) : Infinity;
  if (rest.length > 0) throw malformed;
  if (isIPv4(address) && length <= 32) return networkOf(address, length);
  if (!isIPv6(address) || length > 128) throw malformed;
  return `${address.toLowerCase()}/${length}`;
}

function networkOf(address: string, length: number): string {
  const bits = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - length);
  const network = Math.floor(bits / size) * size;
  const parts = [24, 16, 8, 0].map((shift) => Math.floor(network / 2 ** shift) % 256);
  return `${parts.join(".")}/${length}`;
}

function readPeer(group: Parameters, { groups }: AccountContent): string {
  const id = group.text("GroupId");
  const name = group.text("GroupName");
  if (id !== undefined) groupKind.checkId(id);
  const peer = groups.find((each) => (id === undefined ? each.name === name : each.id === id));
  if (peer === undefined) throw groupKind.notFound([id ?? name ?? ""]);
  return peer.id;
}

function readDescription(source: Parameters): Pick<IngressRule, "description"> {
  const description = source.text("Description");
  if (description !== undefined && !DESCRIPTION.test(description)) {
    throw invalidValue(
      "Description",
      description,
      "Valid descriptions are strings less than 256 characters from the following set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
    );
  }
  return { description };
}
