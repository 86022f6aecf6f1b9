import { UsageError } from "../errors.js";
import { printable } from "./printable.js";
import type { PoolAddress } from "./transport.js";

/** An offer or alloc and where it is. */
export interface PoolUri {
  readonly address: PoolAddress;
  /** Its id on that reflowlet. */
  readonly id: string;
}

const URI = /^(?:\[([0-9a-f:.]+)\]|([^:/\s[\]@?#]+)):(\d{1,5})\/([^/\s]+)$/i;

/** `<host>:<port>`, by which Reflow names a pool; IPv6 addresses in brackets. */
export function formatAddress({ host, port }: PoolAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `<host>:<port>/<id>`, as Reflow writes it. */
export function formatUri({ address, id }: PoolUri): string {
  return `${formatAddress(address)}/${id}`;
}

/**
 * Takes the URI of an alloc or offer apart.
 * @throws UsageError when it is not `<host>:<port>/<id>`.
 */
export function parseUri(text: string): PoolUri {
  const [, ipv6, name, portText = "", id = ""] = URI.exec(text) ?? [];
  const host = ipv6 ?? name;
  const port = Number(portText);
  if (host === undefined) throw notUri(text, problemOf(text));
  if (port < 1 || port > 65_535) throw notUri(text, `the port ${portText} is not within 1 to 65535`);
  return { address: { host, port }, id };
}

function problemOf(text: string): string {
  if (text.trim() === "") return "it is empty";
  if (/^[a-z]+:\/\//i.test(text)) return "it has a scheme";
  const [address = "", id, exec] = text.split("/");
  if (id === undefined) return "it has no slash";
  if (!/:\d+$/.test(address)) return "it has no port";
  if (exec !== undefined && exec !== "") return "it names something within an alloc";
  return id === "" ? "it has no id" : "it is not of that form";
}

function notUri(text: string, problem: string): UsageError {
  return new UsageError(`"${printable(text, 100)}" is not an alloc's URI: ${problem}`, {
    hint: "Give <host>:<port>/<id> as `allocate` and `list -o json` print it, e.g. ec2-203-0-113-7.compute-1.amazonaws.com:9000/4640204a5fd6ce42.",
  });
}
