import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createObjectPort } from "../../src/aws/s3.js";
import type { ObjectPort, UploadedPart } from "../../src/cluster/ports.js";
import { systemClock } from "../../src/lib/clock.js";
import { startSandbox, type Sandbox } from "../../src/sandbox/sandbox.js";
import { FakeObjects } from "../support/fake-objects.js";

process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const signal = new AbortController().signal;
const bucket = "reflow-ec2-sandbox";
const PARTS = [Buffer.alloc(5 * 1024 * 1024, 1), Buffer.from("the end")];
const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("base64");

let stateDirectory: string;
let sandbox: Sandbox;
beforeAll(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), "reflow-ec2-s3-"));
  const bootMachine = () => ({ destroy: async () => undefined });
  sandbox = await startSandbox({ clock: systemClock, region: "us-west-2", stateDirectory, randomBytes, bootMachine });
});
afterAll(async () => {
  await sandbox.stop();
  await rm(stateDirectory, { recursive: true, force: true });
});

const adapter = (): ObjectPort => {
  const credentials = async () => ({ accessKeyId: "AKIATEST", secretAccessKey: "test" });
  return createObjectPort({ region: "us-west-2", endpointUrl: sandbox.endpoint, credentials }, true);
};

describe.each<[name: string, subject: () => ObjectPort]>([
  ["the fake S3", () => new FakeObjects()],
  ["S3 by the SDK", () => adapter()],
])("%s", (_name, subject) => {
  it("makes an object of parts, and shows the upload only while it is under way", async () => {
    const s3 = subject();
    const target = { bucket, key: "objects/sha256:c0de" };
    expect([await s3.head(target, signal), await s3.pendingUploads(target, signal)]).toEqual([undefined, []]);
    const uploadId = await s3.startUpload(target, signal);
    expect(await s3.pendingUploads(target, signal)).toEqual([{ id: uploadId, startedMs: expect.any(Number) }]);
    const parts: UploadedPart[] = [];
    for (const [index, content] of PARTS.entries()) {
      const number = index + 1;
      const part = await s3.uploadPart({ target, uploadId, number, content, sha256: sha256(content) }, signal);
      expect(part).toEqual({ number, sizeBytes: content.length, etag: expect.any(String), sha256: sha256(content) });
      if (part !== "gone") parts.push(part);
    }
    expect(await s3.uploadedParts(target, uploadId, signal)).toEqual(parts);
    const hashes = Buffer.concat(PARTS.map((part) => Buffer.from(sha256(part), "base64")));
    expect(await s3.completeUpload(target, uploadId, parts, signal)).toEqual({ sha256: `${sha256(hashes)}-2` });
    expect(await s3.head(target, signal)).toEqual({ sizeBytes: PARTS[0]!.length + 7 });
    expect(await s3.pendingUploads(target, signal)).toEqual([]);
  });

  it("says that an upload is gone when somebody aborted it", async () => {
    const s3 = subject();
    const target = { bucket, key: "objects/gone" };
    const uploadId = await s3.startUpload(target, signal);
    await s3.abortUpload(target, uploadId, signal);
    await s3.abortUpload(target, uploadId, signal);
    const content = Buffer.from("x");
    const part = { number: 1, sizeBytes: 1, etag: "e", sha256: sha256(content) };
    expect([
      await s3.uploadedParts(target, uploadId, signal),
      await s3.uploadPart({ target, uploadId, number: 1, content, sha256: sha256(content) }, signal),
      await s3.completeUpload(target, uploadId, [part], signal),
    ]).toEqual(["gone", "gone", "gone"]);
  });

  it("does nothing once the signal is aborted", async () => {
    const reason = new Error("enough");
    const target = { bucket, key: "objects/never" };
    await expect(subject().head(target, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});

describe("S3 by the SDK, of which something is wrong", () => {
  it("refuses a bucket that is not there when an upload is to begin", async () => {
    const target = { bucket: "no-such-bucket", key: "k" };
    expect(await adapter().head(target, signal)).toBeUndefined();
    await expect(adapter().startUpload(target, signal)).rejects.toMatchObject({ exitCode: 2, code: "config" });
  });

  it("refuses a part that arrived with another content", async () => {
    const s3 = adapter();
    const target = { bucket, key: "objects/bad" };
    const uploadId = await s3.startUpload(target, signal);
    const request = { target, uploadId, number: 1, content: Buffer.from("x"), sha256: sha256(Buffer.from("y")) };
    await expect(s3.uploadPart(request, signal)).rejects.toMatchObject({
      code: "endpoint",
      message: expect.stringContaining("BadDigest"),
    });
    expect(await s3.uploadedParts(target, uploadId, signal)).toEqual([]);
  });
});
