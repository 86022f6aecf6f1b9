import { BlockList } from "node:net";
import type { SecurityGroupRecord } from "./records.js";

/** Whether any rule of the groups lets `address` connect to a TCP port. Rules only ever allow. */
export function admits(groups: readonly SecurityGroupRecord[], address: string, port: number): boolean {
  return groups.some(({ ingress }) =>
    ingress.some(
      ({ protocol, fromPort = 0, toPort = 65_535, cidrs }) =>
        (protocol === "-1" || (protocol === "tcp" && fromPort <= port && port <= toPort)) &&
        cidrs.some((cidr) => contains(cidr, address)),
    ),
  );
}

function contains(cidr: string, address: string): boolean {
  const [network = "", prefix = "32"] = cidr.split("/");
  // The caller has an IPv4 address.
  if (network.includes(":")) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(prefix));
  return list.check(address);
}
