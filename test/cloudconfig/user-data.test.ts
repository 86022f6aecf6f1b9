import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  decodeUserData,
  encodeUserData,
  USER_DATA_LIMIT_BYTES,
  userDataBytes,
  UserDataError,
  type UserDataProblem,
} from "../../src/cloudconfig/user-data.js";
import { ConfigError } from "../../src/errors.js";

const text = "#cloud-config\ncoreos: {}\n";

describe("encodeUserData", () => {
  it("gives base64 of gzip without a time or a system in its header", () => {
    const bytes = Buffer.from(encodeUserData(text), "base64");
    expect([...bytes.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  it("counts the bytes of the gzip, before base64", () => {
    expect(userDataBytes(text)).toBe(Buffer.from(encodeUserData(text), "base64").length);
  });

  it("takes 16384 bytes and refuses one more, naming the count", () => {
    const fitting = textOf(USER_DATA_LIMIT_BYTES);
    expect(Buffer.from(encodeUserData(fitting), "base64")).toHaveLength(USER_DATA_LIMIT_BYTES);
    const encode = (): string => encodeUserData(textOf(USER_DATA_LIMIT_BYTES + 1));
    expect(encode).toThrow(ConfigError);
    expect(encode).toThrow("the user-data is 16385 bytes after compression; EC2 takes at most 16384");
  });

  it("gives of any text what decodes to it, and the same each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (body) => {
        const encoded = encodeUserData(text + body);
        expect(decodeUserData(encoded)).toBe(text + body);
        expect(encodeUserData(text + body)).toBe(encoded);
      }),
    );
  });
});

describe("decodeUserData", () => {
  it.each([
    ["not compressed", Buffer.from(text).toString("base64")],
    ["compressed", gzipSync(text).toString("base64")],
    [
      "in lines",
      `${Buffer.from(text)
        .toString("base64")
        .replace(/(.{8})/g, "$1\r\n")}\n`,
    ],
  ])("decodes user-data that is %s", (_, encoded) => {
    expect(decodeUserData(encoded)).toBe(text);
  });

  const twice = Buffer.from(encodeUserData(text)).toString("base64");
  it.each<[string, UserDataProblem, string, string]>([
    ["plain text", "not-base64", text, "the user-data is not base64"],
    ["cut base64", "not-base64", encodeUserData(text).slice(0, -1), "the user-data is not base64"],
    ["base64 for URLs", "not-base64", "_-__", "the user-data is not base64"],
    ["cut gzip", "bad-gzip", gzipSync(text).subarray(0, -9).toString("base64"), "the user-data is damaged gzip: "],
    [
      "a gzip header alone",
      "bad-gzip",
      Buffer.from([0x1f, 0x8b]).toString("base64"),
      "the user-data is damaged gzip: ",
    ],
    ["a bomb", "too-large", gzipSync(Buffer.alloc(5e6)).toString("base64"), "unpacks to more than 4194304 bytes"],
    ["bytes", "not-text", Buffer.from([0xff, 0xfe]).toString("base64"), "the user-data is not UTF-8 text"],
    ["nothing", "no-header", "", 'the user-data begins with "", not with #cloud-config'],
    ["user-data encoded twice", "no-header", twice, 'the user-data begins with "H4sI'],
    ["a script", "no-header", Buffer.from("#!/bin/sh\n").toString("base64"), 'begins with "#!/bin/sh\\n", not with'],
    ["a byte order mark", "no-header", Buffer.from(`\ufeff${text}`).toString("base64"), "begins with"],
  ])("refuses %s as %s", (_, problem, encoded, message) => {
    const error = errorOf(() => decodeUserData(encoded));
    expect(error).toBeInstanceOf(UserDataError);
    expect(error).toMatchObject({ problem, code: "user-data", exitCode: 2 });
    expect(error).toHaveProperty("message", expect.stringContaining(message));
  });

  it("decodes any text or throws a UserDataError", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (encoded) => {
        expect(errorOf(() => decodeUserData(encoded))).toBeInstanceOf(UserDataError);
      }),
    );
  });
});

/** Text that hardly compresses, of which the gzip has exactly `bytes` bytes. */
function textOf(bytes: number): string {
  const hashes = Array.from({ length: bytes / 16 }, (_, index) => createHash("sha256").update(`${index}`).digest());
  const noise = Buffer.concat(hashes).toString("base64");
  let low = 0;
  let high = noise.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (userDataBytes(noise.slice(0, middle)) <= bytes) low = middle;
    else high = middle - 1;
  }
  return noise.slice(0, low);
}

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
