import { bucketOf, descriptionOf, xmlTime, type S3Action, type S3Call } from "./call.js";
import { checksumElement, checksumHeader } from "./checksums.js";
import type { ObjectRecord } from "./object-storage.js";
import { receive } from "./receive.js";
import { invalidArgument, S3Error } from "./s3-error.js";

export const headObject: S3Action = async (call) => {
  const object = call.storage.object(call.bucket, call.key);
  return { headers: { ...objectHeaders(call, object), "content-length": object.sizeBytes } };
};

export const getObject: S3Action = async (call) => {
  const object = call.storage.object(call.bucket, call.key);
  const range = rangeOf(call, object.sizeBytes);
  const { start, length } = range ?? { start: 0, length: object.sizeBytes };
  const handle = await call.storage.openContent(object);
  const body = handle.createReadStream(length === 0 ? { end: 0 } : { start, end: start + length - 1 });
  if (range === undefined) return { headers: { ...objectHeaders(call, object), "content-length": length }, body };
  const place = `bytes ${start}-${start + length - 1}/${object.sizeBytes}`;
  // The object's checksum is not that of a part of it.
  const headers = { ...objectHeaders(call, { ...object, checksum: undefined }), "content-length": length };
  return { status: 206, headers: { ...headers, "content-range": place }, body };
};

function objectHeaders({ request }: S3Call, object: ObjectRecord): Record<string, string | number> {
  const { checksum, etag, modifiedMs, contentType, metadata } = object;
  const asked = request.header("x-amz-checksum-mode")?.toUpperCase() === "ENABLED";
  return {
    etag: `"${etag}"`,
    "last-modified": new Date(modifiedMs).toUTCString(),
    "content-type": contentType,
    "accept-ranges": "bytes",
    ...metadata,
    ...(asked &&
      checksum !== undefined && {
        [checksumHeader(checksum.algorithm)]: checksum.value,
        "x-amz-checksum-type": /-\d+$/.test(checksum.value) ? "COMPOSITE" : "FULL_OBJECT",
      }),
  };
}

/** One range of bytes; several, and what is no range, count as none, as HTTP has it. */
function rangeOf({ request }: S3Call, sizeBytes: number): { start: number; length: number } | undefined {
  const [, from = "", to = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.header("range") ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? sizeBytes : Math.min(Number(to) + 1, sizeBytes);
  if (end <= start) throw new S3Error("InvalidRange", 416, "The requested range is not satisfiable");
  return { start, length: end - start };
}

export const putObject: S3Action = async (call) => {
  const { storage, key, request } = call;
  const bucket = bucketOf(call);
  refuseExisting(call);
  const { file, sizeBytes, md5, checksum } = await receive(request, storage.newFile());
  await storage.replace(bucket, {
    key,
    file,
    sizeBytes,
    etag: md5,
    checksum,
    ...descriptionOf(call, request.headerNames),
  });
  return {
    headers: { etag: `"${md5}"`, ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }) },
  };
};

/** A writer may ask that nothing is overwritten. @throws S3Error PreconditionFailed */
export function refuseExisting(call: S3Call): void {
  const condition = call.request.header("if-none-match");
  if (condition !== "*" || !bucketOf(call).objects.has(call.key)) return;
  const message = "At least one of the pre-conditions you specified did not hold";
  throw new S3Error("PreconditionFailed", 412, message, { Condition: "If-None-Match" });
}

export const copyObject: S3Action = async (call) => {
  const { storage, key, request } = call;
  const bucket = bucketOf(call);
  const source = sourceOf(call);
  const replaced = request.header("x-amz-metadata-directive")?.toUpperCase() === "REPLACE";
  const handle = await storage.openContent(source);
  const body = handle.createReadStream();
  const content = await receive({ header: () => undefined, body }, storage.newFile(), source.checksum?.algorithm);
  const { contentType, metadata } = replaced ? descriptionOf(call, request.headerNames) : source;
  const { file, sizeBytes, md5: etag, checksum } = content;
  const copy = await storage.replace(bucket, { key, file, sizeBytes, etag, checksum, contentType, metadata });
  return {
    xml: [
      "CopyObjectResult",
      {
        LastModified: xmlTime(copy.modifiedMs),
        ETag: `"${etag}"`,
        ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
      },
    ],
  };
};

/** The object that `x-amz-copy-source` names: `bucket/key`, percent-encoded, with or without a slash before it. */
function sourceOf({ storage, request }: S3Call): ObjectRecord {
  const text = request.header("x-amz-copy-source") ?? "";
  const [, bucket, key] = /^\/?([^/]+)\/([^?]+)(?:\?versionId=null)?$/.exec(text) ?? [];
  const wrong = (): S3Error =>
    invalidArgument(
      "x-amz-copy-source",
      text,
      "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
    );
  if (bucket === undefined || key === undefined) throw wrong();
  try {
    return storage.object(bucket, decodeURIComponent(key));
  } catch (error) {
    throw error instanceof URIError ? wrong() : error;
  }
}

export const deleteObject: S3Action = async (call) => {
  await call.storage.remove(bucketOf(call), call.key);
  return { status: 204 };
};
