import { createHash } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { decodeAwsChunked, incomplete } from "./aws-chunked.js";
import {
  CHECKSUM_ALGORITHMS,
  checksumAlgorithm,
  checksumHeader,
  startChecksum,
  type Checksum,
  type ChecksumAlgorithm,
} from "./checksums.js";
import { S3Error } from "./s3-error.js";

/** A body that has been written to a file. */
export interface Received {
  readonly file: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly md5: string;
  readonly checksum: Checksum | undefined;
}

/** What is read of a request to receive its body. */
export interface Upload {
  readonly header: (name: string) => string | undefined;
  readonly body: AsyncIterable<Buffer>;
}

/**
 * Writes a body to a new file and checks it against whatever the request says about it: length, MD5, the signature's
 * SHA-256, a checksum in a header or in a trailer.
 * @param wanted a checksum to compute although the request has none
 * @throws S3Error; the file is gone then.
 */
export async function receive(upload: Upload, file: string, wanted?: ChecksumAlgorithm): Promise<Received> {
  try {
    return await write(upload, file, wanted);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function write({ header, body }: Upload, file: string, wanted?: ChecksumAlgorithm): Promise<Received> {
  const trailers = new Map<string, string>();
  const streamed = header("x-amz-content-sha256")?.startsWith("STREAMING-") ?? false;
  const pieces = streamed ? decodeAwsChunked(body, (name, value) => trailers.set(name, value)) : body;
  const signedHash = /^[0-9a-f]{64}$/.test(header("x-amz-content-sha256") ?? "") ? createHash("sha256") : undefined;
  const md5 = createHash("md5");
  const algorithm = announced(header) ?? wanted;
  const running = algorithm && startChecksum(algorithm);
  const handle = await open(file, "wx", 0o600);
  let sizeBytes = 0;
  try {
    for await (const piece of pieces) {
      sizeBytes += piece.length;
      for (const hash of [md5, signedHash, running]) hash?.update(piece);
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
  const length = header(streamed ? "x-amz-decoded-content-length" : "content-length");
  if (length !== undefined && Number(length) !== sizeBytes) throw incomplete();
  const md5Hash = md5.digest();
  const claimedMd5 = header("content-md5");
  if (claimedMd5 !== undefined && claimedMd5 !== md5Hash.toString("base64")) throw badDigest("Content-MD5");
  if (signedHash !== undefined && signedHash.digest("hex") !== header("x-amz-content-sha256")) throw wrongSha256();
  const checksum = checked(algorithm, running?.done(), (name) => header(name) ?? trailers.get(name));
  return { file, sizeBytes, md5: md5Hash.toString("hex"), checksum };
}

/** The checksum that a request carries or announces. */
function announced(header: Upload["header"]): ChecksumAlgorithm | undefined {
  const trailer = (header("x-amz-trailer") ?? "").toLowerCase();
  return (
    CHECKSUM_ALGORITHMS.find((algorithm) => {
      const name = checksumHeader(algorithm);
      return header(name) !== undefined || trailer.split(/\s*,\s*/).includes(name);
    }) ?? checksumAlgorithm(header("x-amz-sdk-checksum-algorithm"))
  );
}

function checked(
  algorithm: ChecksumAlgorithm | undefined,
  computed: string | undefined,
  claim: (name: string) => string | undefined,
): Checksum | undefined {
  if (algorithm === undefined) return undefined;
  const claimed = claim(checksumHeader(algorithm));
  const value = computed ?? claimed;
  if (claimed !== undefined && claimed !== value) throw badDigest(algorithm);
  return value === undefined ? undefined : { algorithm, value };
}

function badDigest(what: string): S3Error {
  const message = `The ${what} you specified did not match the calculated checksum.`;
  return new S3Error("BadDigest", 400, message);
}

function wrongSha256(): S3Error {
  const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
  return new S3Error("XAmzContentSHA256Mismatch", 400, message);
}
