import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import { decodeFileContent, isKnownEncoding } from "../../src/cloudconfig/file-content.js";
import { ConfigError } from "../../src/errors.js";

const base = { path: "/a", permissions: "", owner: "" };
const gzip = gzipSync("höflich\n");

describe("decodeFileContent", () => {
  it.each([
    ["", "höflich\n"],
    ["b64", "aMO2ZmxpY2gK"],
    ["base64", "aMO2\nZmxpY2gK\n"],
    ["gz", gzip.toString("latin1")],
    ["gzip", gzip.toString("latin1")],
    ["gz+b64", gzip.toString("base64")],
    ["gz+base64", gzip.toString("base64")],
    ["gzip+b64", gzip.toString("base64")],
    ["gzip+base64", gzip.toString("base64")],
  ])("decodes the encoding %j", (encoding, content) => {
    expect(isKnownEncoding(encoding)).toBe(true);
    expect(decodeFileContent({ ...base, encoding, content }).toString("utf8")).toBe("höflich\n");
  });

  it.each([
    ["rot13", "x", '/a: the encoding "rot13" is unknown'],
    ["base64", "x", "/a: the content is not base64, as its encoding says"],
    ["base64", "ab=c", "/a: the content is not base64, as its encoding says"],
    ["gzip+base64", "aMO2", "/a: the content is not gzip, as its encoding says"],
    ["gzip", "x", "/a: the content is not gzip, as its encoding says"],
    ["gz+b64", gzipSync(Buffer.alloc(17 * 1024 * 1024)).toString("base64"), "/a: the content is not gzip"],
  ])("refuses content that is not of its encoding %j", (encoding, content, message) => {
    const decode = (): Buffer => decodeFileContent({ ...base, encoding, content });
    expect(decode).toThrow(ConfigError);
    expect(decode).toThrow(message);
  });
});
