import type { StreamedRequest } from "../protocol/answer.js";
import type { XmlObject } from "../protocol/xml.js";
import type { BucketRecord, ObjectStorage } from "./object-storage.js";
import { malformedXml } from "./s3-error.js";
import { readXml, type XmlElement } from "./read-xml.js";

/** A request to S3 as its actions see it. */
export interface S3Call {
  readonly storage: ObjectStorage;
  readonly region: string;
  /** Empty where the request is for the service. */
  readonly bucket: string;
  /** Empty where the request is for a bucket. */
  readonly key: string;
  readonly request: StreamedRequest;
}

/** What an action answers. */
export interface S3Reply {
  /** 200 when left out. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | number>>;
  /** Root element and members of an XML answer. */
  readonly xml?: readonly [root: string, members: XmlObject];
  /** A content; there is no XML then. */
  readonly body?: AsyncIterable<Buffer>;
}

/** An action of S3. */
export type S3Action = (call: S3Call) => Promise<S3Reply>;

/** S3 takes lists of up to 10,000 parts, some 300 bytes each, and 1,000 keys of up to 1,024 bytes. */
const LONGEST_XML = 4 * 1024 * 1024;

/** The XML body of a request. @throws S3Error MalformedXML */
export async function xmlBody({ request }: S3Call): Promise<XmlElement> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request.body) {
    length += piece.length;
    if (length > LONGEST_XML) throw malformedXml();
    pieces.push(piece);
  }
  return readXml(Buffer.concat(pieces).toString("utf8"));
}

/** The bucket of a call. @throws S3Error NoSuchBucket */
export function bucketOf({ storage, bucket }: S3Call): BucketRecord {
  return storage.bucket(bucket);
}

/** A time as S3 writes it in XML. */
export function xmlTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Headers `x-amz-meta-…` of a request, and the content type. */
export function descriptionOf(
  { request }: S3Call,
  names: readonly string[],
): {
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const contentType = request.header("content-type") ?? "binary/octet-stream";
  const metadata = names.flatMap((name) => {
    const value = name.startsWith("x-amz-meta-") ? request.header(name) : undefined;
    return value === undefined ? [] : [[name, value] as const];
  });
  return { contentType, metadata: Object.fromEntries(metadata) };
}
