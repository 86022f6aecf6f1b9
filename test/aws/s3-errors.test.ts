import { describe, expect, it } from "@jest/globals";
import { fromS3Error } from "../../src/aws/s3-errors.js";
import { InterruptedError, type ReflowEc2Error } from "../../src/errors.js";

const quiet = new AbortController().signal;

/** An error as the SDK makes it from an answer of S3; answers to HEAD have no code of S3's. */
const refused = (name: string, status: number, Code: string | undefined = name): Error =>
  Object.assign(new Error("said S3"), {
    name,
    $metadata: { httpStatusCode: status },
    ...(Code !== undefined && Code !== "" && { Code }),
  });

describe("a refusal of S3", () => {
  it.each<[what: string, error: Error, code: string, exitCode: number, says: string]>([
    ["no such bucket", refused("NoSuchBucket", 404), "config", 2, "PutObject: there is no bucket b"],
    ["a bad name", refused("InvalidBucketName", 400), "config", 2, "PutObject: there is no bucket b"],
    ["another region", refused("PermanentRedirect", 301), "config", 2, "PutObject: the bucket b is in another region"],
    ["another region at HEAD", refused("301", 301, ""), "config", 2, "PutObject: the bucket b is in another region"],
    ["no permission", refused("AccessDenied", 403), "access", 6, "PutObject: AccessDenied: said S3"],
    ["no permission at HEAD", refused("403", 403, ""), "access", 6, "PutObject: access to the bucket b is denied"],
    ["a wrong key", refused("SignatureDoesNotMatch", 403), "access", 6, "PutObject: SignatureDoesNotMatch: said S3"],
    ["an unknown key", refused("InvalidAccessKeyId", 403), "access", 6, "PutObject: InvalidAccessKeyId: said S3"],
    ["bytes that changed on the way", refused("BadDigest", 400), "endpoint", 2, "PutObject: BadDigest: said S3"],
    ["a line too slow", refused("RequestTimeout", 400), "endpoint", 2, "PutObject: RequestTimeout: said S3"],
    ["too many requests", refused("SlowDown", 503), "no-capacity", 4, "PutObject: SlowDown: said S3"],
    ["trouble", refused("InternalError", 500), "no-capacity", 4, "PutObject: InternalError: said S3"],
    [
      "another service",
      refused("UnknownError", 418, ""),
      "endpoint",
      2,
      "PutObject: the endpoint answered with status 418, and not as S3 does",
    ],
    ["something new", refused("Novelty", 400), "usage", 2, "PutObject: Novelty: said S3"],
  ])("that means %s", (_what, error, code, exitCode, says) => {
    const ours = fromS3Error("PutObject", "b", error, quiet) as ReflowEc2Error;
    expect({ code: ours.code, exitCode: ours.exitCode, says: ours.message }).toEqual({ code, exitCode, says });
  });

  it("says which permissions are needed", () => {
    const ours = fromS3Error("UploadPart", "b", refused("AccessDenied", 403), quiet) as ReflowEc2Error;
    expect(ours.hint).toBe(
      "the credentials in use must be valid and allow s3:GetObject and s3:PutObject on b/objects/*, and s3:ListBucket on b",
    );
  });

  it("is the reason of the signal once that is aborted", () => {
    const reason = new InterruptedError("SIGINT", 2);
    expect(fromS3Error("PutObject", "b", refused("AbortError", 0), AbortSignal.abort(reason))).toBe(reason);
  });
});
