import { describe, expect, it } from "@jest/globals";
import { cidrContains, cidrText, parseCidr, type Cidr } from "../../src/lib/cidr.js";

const cidr = (text: string): Cidr => {
  const range = parseCidr(text);
  if (range === undefined) throw new Error(`${text} is no range`);
  return range;
};

describe("a range of addresses", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7/32"],
    ["203.0.113.7/24", "203.0.113.0/24"],
    ["10.255.255.255/8", "10.0.0.0/8"],
    ["255.255.255.255/0", "0.0.0.0/0"],
    ["172.31.16.0/20", "172.31.16.0/20"],
    ["2001:db8::1", "2001:db8::1/128"],
    ["2001:DB8:0:0::1/32", "2001:db8::/32"],
    ["::ffff:203.0.113.7/128", "::ffff:cb00:7107/128"],
    ["fe80::1/0", "::/0"],
  ])("%s is written as %s", (text, written) => {
    expect(cidrText(cidr(text))).toBe(written);
  });

  it.each([
    "",
    "203.0.113",
    "203.0.113.7/33",
    "203.0.113.7/",
    "203.0.113.7/-1",
    "203.0.113.7/8/8",
    "203.0.113.07",
    "2001:db8::/129",
    "fe80::1%eth0",
    "myhost",
    "0.0.0.0 /0",
  ])("is not %j", (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it.each([
    ["10.0.0.0/8", "10.1.2.0/24", true],
    ["10.0.0.0/8", "10.0.0.0/8", true],
    ["10.1.0.0/16", "10.0.0.0/8", false],
    ["10.1.0.0/16", "10.2.0.1/32", false],
    ["0.0.0.0/0", "198.51.100.7/32", true],
    ["0.0.0.0/0", "2001:db8::1/128", false],
    ["2001:db8::/32", "2001:db8:1::/48", true],
    ["2001:db8::/32", "2001:db9::/48", false],
  ])("%s holds %s: %s", (outer, inner, holds) => {
    expect(cidrContains(cidr(outer), cidr(inner))).toBe(holds);
  });
});
