import { isIP, isIPv6 } from "node:net";
import { TransportError, type PoolRequest } from "../pool/transport.js";
import { printable } from "./trust-messages.js";

const HOST_NAME = /^[A-Za-z0-9._-]{1,253}$/;
const PATH = /^\/[\x21-\x7e]*$/;

/** `<host>:<port>`, for messages; IPv6 literals in brackets. */
export function formatAddress(host: string, port: number): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/**
 * The same request with the brackets of an IPv6 literal taken off, as sockets want it.
 * @throws TransportError (`unresolved`) for what cannot be asked. Node would take localhost for an empty name and 443
 * for port 0, and would throw its own errors for odd characters.
 */
export function checkRequest(request: PoolRequest): PoolRequest {
  const host = request.host.replace(/^\[(.*)\]$/, "$1");
  const { port, path } = request;
  if (!(HOST_NAME.test(host) || isIP(host) !== 0) || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TransportError("unresolved", `"${printable(formatAddress(host, port))}" is not an address`, {
      hint: "An address is a host name or an IP address, and a port from 1 to 65535.",
    });
  }
  if (!PATH.test(path)) {
    throw new TransportError("unresolved", `"${printable(path)}" is not a path that ${formatAddress(host, port)} has`, {
      hint: "A path starts with a slash and has no spaces; the id of an alloc has only letters, digits and dashes.",
    });
  }
  return { ...request, host };
}
