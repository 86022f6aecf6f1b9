import { createHash, randomBytes } from "node:crypto";
import { request as httpRequest } from "node:http";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { openTestSandbox, REGION, type TestSandbox } from "../support.js";

const Bucket = "reflow-ec2-sandbox";
const MIB = 1024 * 1024;

let box: TestSandbox;
let s3: S3Client;
beforeEach(async () => {
  box = await openTestSandbox();
  s3 = clientOf(REGION);
});
afterEach(async () => {
  s3.destroy();
  await box.close();
});

/** The unmodified client, told nothing but where the endpoint is. */
function clientOf(region: string): S3Client {
  const credentials = { accessKeyId: "AKIATEST", secretAccessKey: "secret" };
  return new S3Client({ endpoint: box.sandbox.endpoint, region, credentials, maxAttempts: 1 });
}

const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("base64");
const md5 = (content: Uint8Array): string => createHash("md5").update(content).digest("hex");

async function textOf(Key: string): Promise<string | undefined> {
  const answer = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return answer.Body?.transformToString();
}

async function refusalOf(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    return { code: error.name, status: error.$metadata.httpStatusCode };
  }
  throw new Error("the call was not refused");
}

const put = (Key: string, Body: string | Buffer) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentLength: Buffer.byteLength(Body) }));

async function keysIn(bucket: string): Promise<readonly (string | undefined)[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
  return Contents.map(({ Key }) => Key);
}

/** The contents that the sandbox keeps on disk, the reflowlet's aside. */
async function filesOnDisk(): Promise<number> {
  return (await readdir(join(box.directory, "objects"))).length - 1;
}

describe("buckets", () => {
  it("are one that is ready-made, and those that are created", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "mine" }));
    const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket, "mine"]);
    const head = await s3.send(new HeadBucketCommand({ Bucket: "mine" }));
    expect(head.BucketRegion).toBe(REGION);
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: "mine" }));
    expect(LocationConstraint).toBe(REGION);
    await s3.send(new DeleteBucketCommand({ Bucket: "mine" }));
    expect(await refusalOf(s3.send(new ListObjectsV2Command({ Bucket: "mine" })))).toEqual({
      code: "NoSuchBucket",
      status: 404,
    });
  });

  it.each<[what: string, call: () => Promise<unknown>, code: string, status: number]>([
    ["a name with capitals", () => s3.send(new CreateBucketCommand({ Bucket: "Mine" })), "InvalidBucketName", 400],
    ["a name that is taken", () => s3.send(new CreateBucketCommand({ Bucket })), "BucketAlreadyOwnedByYou", 409],
    ["ending a bucket with objects", () => s3.send(new DeleteBucketCommand({ Bucket })), "BucketNotEmpty", 409],
    ["a look at none", () => s3.send(new HeadBucketCommand({ Bucket: "none" })), "NotFound", 404],
    ["what it does not do", () => s3.send(new GetBucketPolicyCommand({ Bucket })), "NotImplemented", 501],
  ])("refuse %s", async (_what, call, code, status) => {
    expect(await refusalOf(call())).toEqual({ code, status });
  });

  it("refuse a client of another region", async () => {
    const other = clientOf("eu-west-1");
    const refusal = await refusalOf(other.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" })));
    other.destroy();
    expect(refusal).toEqual({ code: "AuthorizationHeaderMalformed", status: 400 });
  });
});

describe("objects", () => {
  it("are given back as they were put, with what was said about them", async () => {
    const Key = "a b/ü+&%<>.txt";
    const answer = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body: "content", ContentType: "text/plain", Metadata: { who: "ann" } }),
    );
    expect(answer.ETag).toBe(`"${md5(Buffer.from("content"))}"`);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect({ ...got, Body: await got.Body?.transformToString(), $metadata: undefined }).toMatchObject({
      Body: "content",
      ContentLength: 7,
      ContentType: "text/plain",
      Metadata: { who: "ann" },
      ETag: `"${md5(Buffer.from("content"))}"`,
      LastModified: expect.any(Date),
    });
    expect(await keysIn(Bucket)).toEqual([Key, expect.stringMatching(/^objects\/sha256:/)]);
  });

  it("may come in a stream, chunked and with a trailing checksum as the SDK sends it", async () => {
    const pieces = [randomBytes(70_000), randomBytes(1), randomBytes(200_000)];
    const content = Buffer.concat(pieces);
    const Body = Readable.from(pieces);
    const upload = new PutObjectCommand({ Bucket, Key: "streamed", Body, ContentLength: content.length });
    const { ChecksumCRC32 } = await s3.send(upload);
    expect(ChecksumCRC32).toMatch(/^[A-Za-z0-9+/]{6}==$/);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "streamed" }));
    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(content)).toBe(true);
  });

  it("may be empty", async () => {
    await put("empty", "");
    expect(await textOf("empty")).toBe("");
  });

  it("tell their checksum when asked", async () => {
    const content = Buffer.from("content");
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: content, ChecksumSHA256: sha256(content) }));
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: "k", ChecksumMode: "ENABLED" }));
    expect([head.ChecksumSHA256, head.ChecksumType, head.ContentLength]).toEqual([sha256(content), "FULL_OBJECT", 7]);
  });

  it.each([
    ["bytes=2-4", "cde", "bytes 2-4/10"],
    ["bytes=7-", "hij", "bytes 7-9/10"],
    ["bytes=-2", "ij", "bytes 8-9/10"],
    ["bytes=8-99", "ij", "bytes 8-9/10"],
  ])("give the range %s", async (Range, text, place) => {
    await put("k", "abcdefghij");
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "k", Range }));
    expect([await got.Body?.transformToString(), got.ContentRange]).toEqual([text, place]);
  });

  it("are copied, replaced and deleted, and leave nothing on the disk", async () => {
    await put("one", "first");
    await put("one", "second");
    await s3.send(new CopyObjectCommand({ Bucket, Key: "two", CopySource: `${Bucket}/one` }));
    expect([await textOf("one"), await textOf("two"), await filesOnDisk()]).toEqual(["second", "second", 2]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "one" }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "two" }, { Key: "never <&> there" }] } }),
    );
    expect([Deleted, await filesOnDisk()]).toEqual([[{ Key: "two" }, { Key: "never <&> there" }], 0]);
  });

  it("are listed in pages and by folders", async () => {
    for (const key of ["a/1", "a/2", "b", "c/1"]) await put(key, "x");
    const first = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
    const { NextContinuationToken: ContinuationToken } = first;
    const second = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken }));
    const folders = await s3.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
    expect([first, second].map(({ Contents = [] }) => Contents.map(({ Key }) => Key))).toEqual([
      ["a/1", "a/2"],
      ["b", "c/1"],
    ]);
    expect([folders.CommonPrefixes?.map(({ Prefix }) => Prefix), folders.Contents?.map(({ Key }) => Key)]).toEqual([
      ["a/", "c/", "objects/"],
      ["b"],
    ]);
  });

  it.each<[what: string, call: () => Promise<unknown>, code: string, status: number]>([
    ["that are not there", () => textOf("none"), "NoSuchKey", 404],
    ["a look at one that is not there", () => s3.send(new HeadObjectCommand({ Bucket, Key: "no" })), "NotFound", 404],
    [
      "a copy of nothing",
      () => s3.send(new CopyObjectCommand({ Bucket, Key: "k", CopySource: `${Bucket}/none` })),
      "NoSuchKey",
      404,
    ],
    [
      "a content with another checksum",
      () => s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x", ChecksumSHA256: sha256(Buffer.from("y")) })),
      "BadDigest",
      400,
    ],
    [
      "a range behind the end",
      () => s3.send(new GetObjectCommand({ Bucket, Key: "full", Range: "bytes=9-" })),
      "InvalidRange",
      416,
    ],
    [
      "overwriting where that is not wanted",
      () => s3.send(new PutObjectCommand({ Bucket, Key: "full", Body: "x", IfNoneMatch: "*" })),
      "PreconditionFailed",
      412,
    ],
    ["a key that is too long", () => put("k".repeat(1_025), "x"), "KeyTooLongError", 400],
  ])("refuse %s", async (_what, call, code, status) => {
    await put("full", "content");
    expect(await refusalOf(call())).toEqual({ code, status });
    expect([await textOf("full"), await filesOnDisk()]).toEqual(["content", 1]);
  });

  it("name their bucket in the host as well", async () => {
    await put("in/host", "content");
    const { host, port } = new URL(box.sandbox.endpoint);
    const authorization = `AWS4-HMAC-SHA256 Credential=A/20260101/${REGION}/s3/aws4_request, SignedHeaders=host, Signature=0`;
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { host: `${Bucket}.localhost:${port}`, authorization };
      const call = httpRequest(`http://${host}/in/host`, { headers }, (reply) => {
        reply.setEncoding("utf8").on("data", resolve);
      });
      call.on("error", reject).end();
    });
    expect(text).toBe("content");
  });
});

describe("multipart uploads", () => {
  const Key = "objects/big";
  const parts = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(10)];

  const start = async (): Promise<string> => {
    const command = new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: "SHA256" });
    return (await s3.send(command)).UploadId ?? "";
  };
  const send = (UploadId: string, PartNumber: number, Body: Buffer) =>
    s3.send(
      new UploadPartCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        Body,
        ChecksumAlgorithm: "SHA256",
        ChecksumSHA256: sha256(Body),
      }),
    );
  const done = (part: Buffer, index: number) => ({
    PartNumber: index + 1,
    ETag: md5(part),
    ChecksumSHA256: sha256(part),
  });
  const complete = (UploadId: string, Parts: readonly ReturnType<typeof done>[]) =>
    s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: [...Parts] } }));

  it("make one object of their parts, in whatever order these came", async () => {
    const UploadId = await start();
    for (const index of [2, 0, 1]) await send(UploadId, index + 1, parts[index] ?? Buffer.alloc(0));
    expect(await refusalOf(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
    const answer = await complete(UploadId, parts.map(done));
    const hashes = Buffer.concat(parts.map((part) => Buffer.from(sha256(part), "base64")));
    expect([answer.ChecksumSHA256, answer.ETag]).toEqual([
      `${sha256(hashes)}-3`,
      expect.stringMatching(/^"[0-9a-f]{32}-3"$/),
    ]);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(md5((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(md5(Buffer.concat(parts)));
    expect(await filesOnDisk()).toBe(1);
    expect(await refusalOf(send(UploadId, 1, Buffer.from("late")))).toEqual({ code: "NoSuchUpload", status: 404 });
  });

  it("are listed with their parts while they are under way", async () => {
    const UploadId = await start();
    await send(UploadId, 2, Buffer.from("old"));
    await send(UploadId, 2, Buffer.from("part 2"));
    const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "objects/" }));
    expect(Uploads.map((upload) => [upload.Key, upload.UploadId, upload.ChecksumAlgorithm])).toEqual([
      [Key, UploadId, "SHA256"],
    ]);
    const { Parts = [] } = await s3.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    const content = Buffer.from("part 2");
    expect(Parts).toEqual([
      {
        PartNumber: 2,
        Size: 6,
        ETag: `"${md5(content)}"`,
        ChecksumSHA256: sha256(content),
        LastModified: expect.any(Date),
      },
    ]);
    await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    const after = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
    expect([after.Uploads, await filesOnDisk()]).toEqual([undefined, 0]);
  });

  it.each<
    [what: string, change: (wanted: ReturnType<typeof done>[]) => readonly ReturnType<typeof done>[], code: string]
  >([
    ["no parts", () => [], "MalformedXML"],
    ["parts in another order", (wanted) => [...wanted].reverse(), "InvalidPartOrder"],
    ["a part that was never sent", (wanted) => [...wanted, { ...wanted[0]!, PartNumber: 4 }], "InvalidPart"],
    ["a part of another content", (wanted) => wanted.map((part) => ({ ...part, ETag: "00" })), "InvalidPart"],
    [
      "parts without their checksums",
      (wanted) => wanted.map(({ PartNumber, ETag }) => ({ PartNumber, ETag }) as ReturnType<typeof done>),
      "InvalidRequest",
    ],
    ["a small part in the middle", ([first, , last]) => [first!, last!, { ...last!, PartNumber: 4 }], "EntityTooSmall"],
  ])("are not completed with %s", async (what, change, code) => {
    const UploadId = await start();
    for (const [index, part] of parts.entries()) await send(UploadId, index + 1, part);
    if (what.startsWith("a small")) await send(UploadId, 4, parts[2] ?? Buffer.alloc(0));
    expect(await refusalOf(complete(UploadId, change(parts.map(done))))).toMatchObject({ code });
    expect(await refusalOf(s3.send(new HeadObjectCommand({ Bucket, Key })))).toMatchObject({ status: 404 });
  });

  it("refuse numbers beyond 10,000 and parts copied from elsewhere", async () => {
    const UploadId = await start();
    const copy = { Bucket, Key, UploadId, PartNumber: 1, CopySource: `${Bucket}/k` };
    expect([
      await refusalOf(send(UploadId, 10_001, Buffer.from("x"))),
      await refusalOf(s3.send(new UploadPartCopyCommand(copy))),
    ]).toEqual([
      { code: "InvalidArgument", status: 400 },
      { code: "NotImplemented", status: 501 },
    ]);
  });
});
