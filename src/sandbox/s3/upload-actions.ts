import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { bucketOf, descriptionOf, xmlBody, xmlTime, type S3Action, type S3Call } from "./call.js";
import { checksumAlgorithm, checksumElement, checksumHeader, compositeChecksum, type Checksum } from "./checksums.js";
import { refuseExisting } from "./object-actions.js";
import type { UploadRecord } from "./object-storage.js";
import { textOf, type XmlElement } from "./read-xml.js";
import { receive, type Received } from "./receive.js";
import { invalidArgument, malformedXml, S3Error } from "./s3-error.js";

/** S3's limits of multipart uploads. */
const MOST_PARTS = 10_000;
const SMALLEST_PART = 5 * 1024 * 1024;
const LARGEST_PAGE = 1_000;

export const createMultipartUpload: S3Action = async (call) => {
  const { storage, bucket, key, request } = call;
  const algorithm = checksumAlgorithm(request.header("x-amz-checksum-algorithm"));
  const upload: UploadRecord = {
    id: storage.options.randomBytes(32).toString("base64url"),
    key,
    startedMs: storage.options.clock.nowMs(),
    algorithm,
    ...descriptionOf(call, request.headerNames),
    parts: new Map(),
  };
  bucketOf(call).uploads.set(upload.id, upload);
  return {
    headers: algorithm === undefined ? {} : { "x-amz-checksum-algorithm": algorithm },
    xml: ["InitiateMultipartUploadResult", { Bucket: bucket, Key: key, UploadId: upload.id }],
  };
};

export const uploadPart: S3Action = async (call) => {
  const { storage, request } = call;
  const before = uploadOf(call);
  const number = partNumber(request.query.get("partNumber") ?? "");
  const received = await receive(request, storage.newFile(), before.algorithm);
  // The upload may have ended while the part came in.
  const upload = await ongoing(call, received);
  const replaced = upload.parts.get(number);
  upload.parts.set(number, { ...received, modifiedMs: storage.options.clock.nowMs() });
  if (replaced !== undefined) await rm(replaced.file, { force: true });
  const { md5, checksum } = received;
  return { headers: { etag: `"${md5}"`, ...(checksum && { [checksumHeader(checksum.algorithm)]: checksum.value }) } };
};

async function ongoing(call: S3Call, { file }: Received): Promise<UploadRecord> {
  try {
    return uploadOf(call);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function uploadOf({ storage, bucket, key, request }: S3Call): UploadRecord {
  return storage.upload(bucket, key, request.query.get("uploadId") ?? "");
}

function partNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= MOST_PARTS) return number;
  const message = `Part number must be an integer between 1 and ${MOST_PARTS}, inclusive`;
  throw invalidArgument("partNumber", text, message);
}

export const completeMultipartUpload: S3Action = async (call) => {
  const { storage, key } = call;
  const upload = uploadOf(call);
  const body = await xmlBody(call);
  if (body.name !== "CompleteMultipartUpload") throw malformedXml();
  const parts = body.children.filter(({ name }) => name === "Part").map((part) => chosenPart(upload, part));
  checkOrder(parts);
  const numbers = new Set(parts.map(({ number }) => number));
  const small = parts.slice(0, -1).find(({ sizeBytes }) => sizeBytes < SMALLEST_PART);
  if (parts.length === 0 || numbers.size !== parts.length) throw malformedXml();
  if (small !== undefined) {
    const message = "Your proposed upload is smaller than the minimum allowed size";
    throw new S3Error("EntityTooSmall", 400, message, { PartNumber: String(small.number) });
  }
  refuseExisting(call);
  const file = storage.newFile();
  const sizeBytes = await join(parts, file);
  const md5s = Buffer.concat(parts.map(({ md5 }) => Buffer.from(md5, "hex")));
  const etag = `${createHash("md5").update(md5s).digest("hex")}-${parts.length}`;
  const checksum = checksumOf(upload, parts);
  const { contentType, metadata } = upload;
  await storage.replace(bucketOf(call), { key, file, sizeBytes, etag, checksum, contentType, metadata });
  await storage.endUpload(bucketOf(call), upload);
  return {
    xml: [
      "CompleteMultipartUploadResult",
      {
        Location: `/${call.bucket}/${key}`,
        Bucket: call.bucket,
        Key: key,
        ETag: `"${etag}"`,
        ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value, ChecksumType: "COMPOSITE" }),
      },
    ],
  };
};

type ChosenPart = Received & { readonly number: number };

function chosenPart({ parts, algorithm }: UploadRecord, element: XmlElement): ChosenPart {
  const number = partNumber(textOf(element, "PartNumber") ?? "");
  const part = parts.get(number);
  const etag = textOf(element, "ETag")?.replace(/^"|"$/g, "");
  const claimed = algorithm && textOf(element, checksumElement(algorithm));
  if (part !== undefined && algorithm !== undefined && claimed === undefined) {
    const message = `The upload was created using a ${algorithm.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${number} in the request.`;
    throw new S3Error("InvalidRequest", 400, message);
  }
  if (part?.md5 === etag && part !== undefined && (claimed === undefined || claimed === part.checksum?.value)) {
    return { ...part, number };
  }
  const message =
    "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.";
  throw new S3Error("InvalidPart", 400, message, { PartNumber: String(number) });
}

function checkOrder(parts: readonly ChosenPart[]): void {
  if (parts.every(({ number }, index) => number >= (parts[index - 1]?.number ?? 0))) return;
  const message = "The list of parts was not in ascending order. Parts must be ordered by part number.";
  throw new S3Error("InvalidPartOrder", 400, message);
}

/** Writes the parts into one file; gives its size. */
async function join(parts: readonly ChosenPart[], file: string): Promise<number> {
  const target = await open(file, "wx", 0o600);
  let sizeBytes = 0;
  try {
    for (const part of parts) {
      const source = await open(part.file, "r");
      for await (const piece of source.createReadStream() as AsyncIterable<Buffer>) await target.writeFile(piece);
      sizeBytes += part.sizeBytes;
    }
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await target.close();
  }
  return sizeBytes;
}

function checksumOf({ algorithm }: UploadRecord, parts: readonly ChosenPart[]): Checksum | undefined {
  if (algorithm === undefined) return undefined;
  const values = parts.map(({ checksum }) => checksum?.value ?? "");
  const value = compositeChecksum(algorithm, values);
  return value === undefined ? undefined : { algorithm, value };
}

export const abortMultipartUpload: S3Action = async (call) => {
  await call.storage.endUpload(bucketOf(call), uploadOf(call));
  return { status: 204 };
};

export const listMultipartUploads: S3Action = async (call) => {
  const { query } = call.request;
  const prefix = query.get("prefix") ?? "";
  const marker = [query.get("key-marker") ?? "", query.get("upload-id-marker") ?? ""] as const;
  const uploads = [...bucketOf(call).uploads.values()]
    .filter(({ key, id }) => key.startsWith(prefix) && compare([key, id], marker) > 0)
    .sort((a, b) => compare([a.key, a.id], [b.key, b.id]));
  const page = uploads.slice(0, size(query.get("max-uploads")));
  const last = page.at(-1);
  return {
    xml: [
      "ListMultipartUploadsResult",
      {
        Bucket: call.bucket,
        KeyMarker: marker[0],
        UploadIdMarker: marker[1],
        ...(uploads.length > page.length && { NextKeyMarker: last?.key, NextUploadIdMarker: last?.id }),
        Prefix: prefix,
        MaxUploads: size(query.get("max-uploads")),
        IsTruncated: uploads.length > page.length,
        Upload: page.map(({ key, id, startedMs, algorithm }) => ({
          Key: key,
          UploadId: id,
          StorageClass: "STANDARD",
          Initiated: xmlTime(startedMs),
          ChecksumAlgorithm: algorithm,
          ChecksumType: algorithm && "COMPOSITE",
        })),
      },
    ],
  };
};

function compare(a: readonly [string, string], b: readonly [string, string]): number {
  return Buffer.compare(Buffer.from(a.join("\0")), Buffer.from(b.join("\0")));
}

function size(text: string | null): number {
  return Math.min(text !== null && /^\d{1,9}$/.test(text) ? Number(text) : LARGEST_PAGE, LARGEST_PAGE);
}

export const listParts: S3Action = async (call) => {
  const { query } = call.request;
  const upload = uploadOf(call);
  const marker = Number(query.get("part-number-marker") ?? 0) || 0;
  const parts = [...upload.parts].filter(([number]) => number > marker).sort(([a], [b]) => a - b);
  const page = parts.slice(0, size(query.get("max-parts")));
  return {
    xml: [
      "ListPartsResult",
      {
        Bucket: call.bucket,
        Key: call.key,
        UploadId: upload.id,
        StorageClass: "STANDARD",
        PartNumberMarker: marker,
        NextPartNumberMarker: page.at(-1)?.[0] ?? marker,
        MaxParts: size(query.get("max-parts")),
        IsTruncated: parts.length > page.length,
        ChecksumAlgorithm: upload.algorithm,
        ChecksumType: upload.algorithm && "COMPOSITE",
        Part: page.map(([number, { md5, sizeBytes, modifiedMs, checksum }]) => ({
          PartNumber: number,
          LastModified: xmlTime(modifiedMs),
          ETag: `"${md5}"`,
          Size: sizeBytes,
          ...(checksum && { [checksumElement(checksum.algorithm)]: checksum.value }),
        })),
      },
    ],
  };
};
