import { isIPv6 } from "node:net";
import { TransportError, type PoolAddress } from "../pool/transport.js";

/** `<host>:<port>`, for messages; IPv6 literals in brackets. */
export function formatAddress(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * The same address with the brackets of an IPv6 literal taken off, as sockets want it.
 * @throws TransportError (`unresolved`) for what no socket can be opened to, where Node would silently take localhost
 * for an empty name and 443 for port 0.
 */
export function checkAddress<A extends PoolAddress>(address: A): A {
  const host = address.host.replace(/^\[(.*)\]$/, "$1");
  if (host === "" || !Number.isInteger(address.port) || address.port < 1 || address.port > 65_535) {
    throw new TransportError("unresolved", `"${formatAddress(host, address.port)}" is not an address`, {
      hint: "An address is a host name or an IP address, and a port from 1 to 65535.",
    });
  }
  return { ...address, host };
}
