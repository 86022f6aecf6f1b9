import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { planUpload } from "../../../src/cluster/upload/digest.js";
import { compareParts, compositeSha256, cutIntoParts, objectKey } from "../../../src/cluster/upload/plan.js";
import { memoryBinary } from "../../support/fake-objects.js";

const MIB = 1024 * 1024;
const signal = new AbortController().signal;

describe("a file cut into parts", () => {
  it.each([
    ["one byte", 1, 1, 1],
    ["exactly a part", 8 * MIB, 1, 8 * MIB],
    ["a byte more", 8 * MIB + 1, 2, 8 * MIB],
    ["100 MB", 100_000_000, 12, 8 * MIB],
    ["all that 10,000 parts of 8 MiB hold", 80_000 * MIB, 10_000, 8 * MIB],
    ["a byte more than that", 80_000 * MIB + 1, 8_889, 9 * MIB],
  ])("%s", (_what, sizeBytes, count, firstBytes) => {
    const parts = cutIntoParts(sizeBytes);
    expect([parts.length, parts[0]?.sizeBytes]).toEqual([count, firstBytes]);
  });

  it("has all bytes once and in order, in at most 10,000 parts that S3 takes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 42 }), (sizeBytes) => {
        const parts = cutIntoParts(sizeBytes);
        let offset = 0;
        for (const [index, part] of parts.entries()) {
          if (part.number !== index + 1 || part.offset !== offset || part.sizeBytes < 1) return false;
          if (index < parts.length - 1 && part.sizeBytes < 5 * MIB) return false;
          offset += part.sizeBytes;
        }
        return offset === sizeBytes && parts.length <= 10_000;
      }),
      { numRuns: 30 },
    );
  });
});

describe("the plan of an upload", () => {
  const content = Buffer.alloc(8 * MIB + 3, "reflow");

  it("has the digest of the whole, under which Reflow looks for it, and those of its parts", async () => {
    const plan = await planUpload(memoryBinary(content), signal);
    const base64 = (part: Buffer): string => createHash("sha256").update(part).digest("base64");
    expect(plan).toEqual({
      sizeBytes: content.length,
      digest: createHash("sha256").update(content).digest("hex"),
      parts: [
        { number: 1, offset: 0, sizeBytes: 8 * MIB, sha256: base64(content.subarray(0, 8 * MIB)) },
        { number: 2, offset: 8 * MIB, sizeBytes: 3, sha256: base64(content.subarray(8 * MIB)) },
      ],
    });
    expect(objectKey(plan)).toBe(`objects/sha256:${plan.digest}`);
    expect(compositeSha256(plan)).toMatch(/^[A-Za-z0-9+/]{43}=-2$/);
  });

  it("takes of an unfinished upload only the parts that are right", async () => {
    const plan = await planUpload(memoryBinary(content), signal);
    const [one, two] = plan.parts;
    const good = { number: 1, sizeBytes: 8 * MIB, etag: "e", sha256: one?.sha256 };
    for (const [what, uploaded, missing] of [
      ["none", [], [one, two]],
      ["a good one", [good], [two]],
      ["one of another size", [{ ...good, sizeBytes: 5 }], [one, two]],
      ["one of another content", [{ ...good, sha256: two?.sha256 }], [one, two]],
      ["one without a checksum", [{ ...good, sha256: undefined }], [one, two]],
      ["one that is not of the file", [good, { ...good, number: 3 }], [two]],
    ] as const) {
      expect({ what, missing: compareParts(plan, uploaded).missing }).toEqual({ what, missing });
    }
  });
});
