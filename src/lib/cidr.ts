import { BlockList, isIP } from "node:net";

/** A range of addresses as it is written down: `203.0.113.0/24`, `2001:db8::/32`. */
export interface Cidr {
  readonly address: string;
  readonly prefix: number;
  readonly family: "ipv4" | "ipv6";
}

/** Takes a range apart; an address alone is a range of one. Undefined for what is no range. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", prefixText, ...rest] = text.split("/");
  const version = isIP(address);
  if (version === 0 || rest.length > 0 || address.includes("%")) return undefined;
  const longest = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? longest : Number(prefixText);
  if (prefix > longest) return undefined;
  return { address, prefix, family: version === 4 ? "ipv4" : "ipv6" };
}

/** The range with the bits behind its prefix cleared, as services compare it: `10.1.2.3/8` is `10.0.0.0/8`. */
export function cidrText({ address, prefix, family }: Cidr): string {
  const bits = family === "ipv4" ? 32n : 128n;
  const shift = bits - BigInt(prefix);
  const network = ((family === "ipv4" ? number4(address) : number6(address)) >> shift) << shift;
  return `${family === "ipv4" ? text4(network) : text6(network)}/${prefix}`;
}

/** Every address of `inner` is one of `outer`. */
export function cidrContains(outer: Cidr, inner: Cidr): boolean {
  if (outer.family !== inner.family || outer.prefix > inner.prefix) return false;
  const list = new BlockList();
  list.addSubnet(outer.address, outer.prefix, outer.family);
  return list.check(inner.address, inner.family);
}

function number4(address: string): bigint {
  return address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
}

function text4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

function number6(address: string): bigint {
  // The URL parser writes every form of an address in the shortest one, which has no dots.
  const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = short.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after].reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
}

function text6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_group, index) =>
    ((value >> BigInt(16 * (7 - index))) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(":")}]/`).hostname.slice(1, -1);
}

/** The largest range that one organisation has: 10.0.0.0/8 is still private, two of /1 are the world. */
const LEAST_PREFIX = { ipv4: 8, ipv6: 16 } as const;

/** The range is so large that who is in it may be anybody. */
export function isTheWorld({ prefix, family }: Cidr): boolean {
  return prefix < LEAST_PREFIX[family];
}
