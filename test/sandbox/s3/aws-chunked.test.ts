import { describe, expect, it } from "@jest/globals";
import { decodeAwsChunked } from "../../../src/sandbox/s3/aws-chunked.js";

async function* pieces(text: string, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size), "latin1");
}

async function decode(text: string, size: number): Promise<{ body: string; trailers: Record<string, string> }> {
  const trailers: Record<string, string> = {};
  const parts: Buffer[] = [];
  for await (const part of decodeAwsChunked(pieces(text, size), (name, value) => (trailers[name] = value))) {
    parts.push(part);
  }
  return { body: Buffer.concat(parts).toString("latin1"), trailers };
}

describe("decodeAwsChunked", () => {
  const signed = `5;chunk-signature=${"0".repeat(64)}\r\nab\r\nc\r\n3\r\ndef\r\n0\r\nX-Amz-Checksum-CRC32:AAAA==\r\n\r\n`;

  it.each([1, 2, 3, 7, 1_000])("gives the data and the trailers, cut into pieces of %i bytes", async (size) => {
    expect(await decode(signed, size)).toEqual({
      body: "ab\r\ncdef",
      trailers: { "x-amz-checksum-crc32": "AAAA==" },
    });
  });

  it.each([
    ["nothing", ""],
    ["no last chunk", "3\r\nabc\r\n"],
    ["less than a chunk says", "5\r\nabc"],
    ["more than a chunk says", "2\r\nabc\r\n0\r\n\r\n"],
    ["a size that is no number", "xyz\r\nabc\r\n0\r\n\r\n"],
    ["a size beyond all reason", "fffffffffff\r\n"],
    ["a line without end", "1".repeat(5_000)],
    ["a trailer without a name", "0\r\n:x\r\n"],
  ])("refuses %s", async (_what, text) => {
    await expect(decode(text, 4)).rejects.toMatchObject({ code: "IncompleteBody", status: 400 });
  });
});
