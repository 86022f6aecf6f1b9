import { bucketOf, xmlBody, xmlTime, type S3Action, type S3Call } from "./call.js";
import type { ObjectRecord } from "./object-storage.js";
import { textOf } from "./read-xml.js";
import { invalidArgument, malformedXml, S3Error } from "./s3-error.js";

const OWNER = "reflow-ec2-sandbox";
const LARGEST_PAGE = 1_000;
/** S3's region without a name of its own. */
const UNNAMED_REGION = "us-east-1";

export const listBuckets: S3Action = async ({ storage }) => {
  const Bucket = [...storage.buckets.values()].map(({ name, createdMs }) => ({
    Name: name,
    CreationDate: xmlTime(createdMs),
  }));
  return { xml: ["ListAllMyBucketsResult", { Owner: { ID: OWNER }, Buckets: { Bucket } }] };
};

export const createBucket: S3Action = async ({ storage, bucket, region }) => {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new S3Error("InvalidBucketName", 400, "The specified bucket is not valid.", { BucketName: bucket });
  }
  // In us-east-1 alone, S3 takes the second request for the first.
  if (!storage.buckets.has(bucket)) storage.createBucket(bucket);
  else if (region !== UNNAMED_REGION) {
    const message = "Your previous request to create the named bucket succeeded and you already own it.";
    throw new S3Error("BucketAlreadyOwnedByYou", 409, message, { BucketName: bucket });
  }
  return { headers: { location: `/${bucket}` } };
};

export const headBucket: S3Action = async (call) => {
  bucketOf(call);
  return { headers: { "x-amz-bucket-region": call.region } };
};

export const getBucketLocation: S3Action = async (call) => {
  bucketOf(call);
  const place = call.region === UNNAMED_REGION ? {} : { LocationConstraint: call.region };
  return { xml: ["LocationConstraint", place] };
};

export const deleteBucket: S3Action = async (call) => {
  const bucket = bucketOf(call);
  if (bucket.objects.size > 0 || bucket.uploads.size > 0) {
    const message = "The bucket you tried to delete is not empty";
    throw new S3Error("BucketNotEmpty", 409, message, { BucketName: bucket.name });
  }
  call.storage.buckets.delete(bucket.name);
  return { status: 204 };
};

export const listObjectsV2: S3Action = async (call) => {
  const { query } = call.request;
  const { objects } = bucketOf(call);
  const [prefix, delimiter, maxKeys] = [query.get("prefix") ?? "", query.get("delimiter") ?? "", pageSize(call)];
  const encode = encoder(call);
  const after = decodeToken(query.get("continuation-token")) ?? query.get("start-after") ?? "";
  const entries = groupKeys([...objects.keys()], prefix, delimiter).filter((name) => isAfter(name, after));
  const page = entries.slice(0, maxKeys);
  const last = page.at(-1);
  const truncated = entries.length > page.length && last !== undefined;
  const found = page.flatMap((name) => objects.get(name) ?? []);
  return {
    xml: [
      "ListBucketResult",
      {
        Name: call.bucket,
        Prefix: encode(prefix),
        Delimiter: delimiter === "" ? undefined : encode(delimiter),
        MaxKeys: maxKeys,
        EncodingType: query.get("encoding-type") ?? undefined,
        KeyCount: page.length,
        IsTruncated: truncated,
        ContinuationToken: query.get("continuation-token") ?? undefined,
        NextContinuationToken: truncated ? Buffer.from(last, "utf8").toString("base64url") : undefined,
        StartAfter: query.get("start-after") ?? undefined,
        Contents: found.map((object) => ({ Key: encode(object.key), ...objectMembers(object) })),
        CommonPrefixes: page.filter((name) => !objects.has(name)).map((name) => ({ Prefix: encode(name) })),
      },
    ],
  };
};

function objectMembers({ modifiedMs, etag, sizeBytes, checksum }: ObjectRecord) {
  return {
    LastModified: xmlTime(modifiedMs),
    ETag: `"${etag}"`,
    ChecksumAlgorithm: checksum?.algorithm,
    Size: sizeBytes,
    StorageClass: "STANDARD",
  };
}

/** Keys with the prefix, in S3's order; those that have the delimiter further on stand together as what they share. */
function groupKeys(keys: readonly string[], prefix: string, delimiter: string): readonly string[] {
  const names = keys
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
      return at < 0 ? key : key.slice(0, at + delimiter.length);
    });
  return [...new Set(names)].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

function isAfter(name: string, after: string): boolean {
  return Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0;
}

function pageSize({ request }: S3Call): number {
  const text = request.query.get("max-keys") ?? String(LARGEST_PAGE);
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument("max-keys", text, "Provided max-keys not an integer");
  return Math.min(Number(text), LARGEST_PAGE);
}

function encoder({ request }: S3Call): (text: string) => string {
  return request.query.get("encoding-type") === "url"
    ? (text) => encodeURIComponent(text).replaceAll("%2F", "/")
    : (text) => text;
}

function decodeToken(token: string | null): string | undefined {
  return token === null ? undefined : Buffer.from(token, "base64url").toString("utf8");
}

export const deleteObjects: S3Action = async (call) => {
  const bucket = bucketOf(call);
  const body = await xmlBody(call);
  const keys = body.children
    .filter(({ name }) => name === "Object")
    .map((object) => {
      const key = textOf(object, "Key");
      if (key === undefined || key === "") throw malformedXml();
      return key;
    });
  if (body.name !== "Delete" || keys.length === 0 || keys.length > LARGEST_PAGE) throw malformedXml();
  for (const key of keys) await call.storage.remove(bucket, key);
  const quiet = textOf(body, "Quiet") === "true";
  return { xml: ["DeleteResult", { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) }] };
};
