import { createHash } from "node:crypto";
import type { UploadedPart } from "../ports.js";

const MIB = 1024 * 1024;

/** Small enough that several in flight are little memory, and that a broken connection costs little. */
const PART_BYTES = 8 * MIB;

/** S3's limit. */
const MOST_PARTS = 10_000;

/** One part of a file. */
export interface FilePart {
  /** From 1. */
  readonly number: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** A part whose content is known. */
export interface PlannedPart extends FilePart {
  /** Base64. */
  readonly sha256: string;
}

/** Everything that is known of a file before any of it is sent. */
export interface UploadPlan {
  readonly sizeBytes: number;
  /** SHA-256 of the whole, hexadecimal. */
  readonly digest: string;
  readonly parts: readonly PlannedPart[];
}

/**
 * Cuts a file into parts, always in the same way, so that a later run finds the parts of an earlier one: of 8 MiB, or
 * of as many whole MiB as keep their number at 10,000.
 * @param sizeBytes at least 1
 */
export function cutIntoParts(sizeBytes: number): readonly FilePart[] {
  const partBytes = Math.max(PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);
  return Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, index) => {
    const offset = index * partBytes;
    return { number: index + 1, offset, sizeBytes: Math.min(partBytes, sizeBytes - offset) };
  });
}

/** Where Reflow's repository keeps the object of a digest. */
export function objectKey({ digest }: Pick<UploadPlan, "digest">): string {
  return `objects/sha256:${digest}`;
}

/** What of a plan is there already, and what is to be sent: a part counts when its number, size and SHA-256 are right. */
export function compareParts(
  { parts }: UploadPlan,
  uploaded: readonly UploadedPart[],
): { readonly there: readonly UploadedPart[]; readonly missing: readonly PlannedPart[] } {
  const byNumber = new Map(uploaded.map((part) => [part.number, part]));
  const there: UploadedPart[] = [];
  const missing: PlannedPart[] = [];
  for (const planned of parts) {
    const found = byNumber.get(planned.number);
    if (found !== undefined && isSame(planned, found)) there.push(found);
    else missing.push(planned);
  }
  return { there, missing };
}

/** Whether S3 has of a part what the plan says. */
export function isSame(planned: PlannedPart, uploaded: UploadedPart): boolean {
  return planned.sizeBytes === uploaded.sizeBytes && planned.sha256 === uploaded.sha256;
}

/** The checksum that S3 gives an object made of the plan's parts: the SHA-256 of theirs, and their number. */
export function compositeSha256({ parts }: UploadPlan): string {
  const hash = createHash("sha256");
  for (const { sha256 } of parts) hash.update(Buffer.from(sha256, "base64"));
  return `${hash.digest("base64")}-${parts.length}`;
}

/** How many bytes parts are. */
export function bytesOf(parts: readonly { readonly sizeBytes: number }[]): number {
  return parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
