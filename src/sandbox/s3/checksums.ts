import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

/** The checksums that S3 knows beside MD5. */
export const CHECKSUM_ALGORITHMS = ["SHA256", "SHA1", "CRC32", "CRC32C", "CRC64NVME"] as const;
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum of an object or of a part of one. */
export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; composite ones end with `-` and the number of parts. */
  readonly value: string;
}

/** The algorithm of a name in whatever case; undefined for others. */
export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  return CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name?.toUpperCase());
}

/** The header (and trailer) that carries a checksum. */
export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return `x-amz-checksum-${algorithm.toLowerCase()}`;
}

/** The name of a checksum in XML. */
export function checksumElement(algorithm: ChecksumAlgorithm): string {
  return `Checksum${algorithm}`;
}

/** A checksum under way. */
export interface RunningChecksum {
  update(data: Buffer): void;
  /** Base64. */
  done(): string;
}

/** Computes a checksum; undefined for those that Node does not know (CRC32C, CRC64NVME), which are taken on trust. */
export function startChecksum(algorithm: ChecksumAlgorithm): RunningChecksum | undefined {
  switch (algorithm) {
    case "SHA256":
    case "SHA1": {
      const hash = createHash(algorithm.toLowerCase());
      return { update: (data) => void hash.update(data), done: () => hash.digest("base64") };
    }
    case "CRC32": {
      let value = 0;
      const result = Buffer.alloc(4);
      return {
        update: (data) => {
          value = crc32(data, value);
        },
        done: () => {
          result.writeUInt32BE(value);
          return result.toString("base64");
        },
      };
    }
    default:
      return undefined;
  }
}

/** The checksum of checksums that S3 gives an object of parts; undefined where Node cannot compute it. */
export function compositeChecksum(algorithm: ChecksumAlgorithm, parts: readonly string[]): string | undefined {
  const running = startChecksum(algorithm);
  for (const part of parts) running?.update(Buffer.from(part, "base64"));
  return running === undefined ? undefined : `${running.done()}-${parts.length}`;
}
