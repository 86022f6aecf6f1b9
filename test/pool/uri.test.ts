import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../src/errors.js";
import { formatAddress, formatUri, parseUri } from "../../src/pool/uri.js";

describe("parseUri", () => {
  it.each([
    [
      "ec2-203-0-113-7.compute-1.amazonaws.com:9000/4640204a5fd6ce42",
      "ec2-203-0-113-7.compute-1.amazonaws.com",
      9000,
      "4640204a5fd6ce42",
    ],
    ["127.1.2.3:41234/1", "127.1.2.3", 41_234, "1"],
    ["[2001:db8::7]:9000/a", "2001:db8::7", 9000, "a"],
  ])("takes %s apart, and formatUri puts it together again", (uri, host, port, id) => {
    const parsed = parseUri(uri);
    expect(parsed).toEqual({ address: { host, port }, id });
    expect(formatUri(parsed)).toBe(uri);
  });

  it.each([
    ["", "it is empty"],
    ["  ", "it is empty"],
    ["4640204a5fd6ce42", "it has no slash"],
    ["host:9000", "it has no slash"],
    ["host/4640204a5fd6ce42", "it has no port"],
    ["/4640204a5fd6ce42", "it has no port"],
    ["host:/a", "it has no port"],
    ["host:9000/", "it has no id"],
    ["host:9000/a/b", "it names something within an alloc"],
    ["https://host:9000/a", "it has a scheme"],
    ["host:0/a", "the port 0 is not within 1 to 65535"],
    ["host:65536/a", "the port 65536 is not within 1 to 65535"],
    ["host:123456/a", "it is not of that form"],
    ["ho st:9000/a", "it is not of that form"],
    ["user@host:9000/a", "it is not of that form"],
    ["2001:db8::7:9000/a", "it is not of that form"],
    ["host:9000/a b", "it is not of that form"],
  ])("refuses %j: %s", (text, problem) => {
    const read = (): unknown => parseUri(text);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(`"${text.trim()}" is not an alloc's URI: ${problem}`);
  });

  it("shortens and escapes what it quotes", () => {
    expect(() => parseUri(`\u0007${"x".repeat(200)}`)).toThrow(
      `"\\u{7}${"x".repeat(99)}…" is not an alloc's URI: it has no slash`,
    );
  });
});

describe("formatAddress", () => {
  it.each([
    [{ host: "host", port: 9000 }, "host:9000"],
    [{ host: "::1", port: 1 }, "[::1]:1"],
  ])("writes %j as %s", (address, text) => {
    expect(formatAddress(address)).toBe(text);
  });
});
