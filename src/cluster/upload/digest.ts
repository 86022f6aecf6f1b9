import { createHash } from "node:crypto";
import type { OpenBinary } from "../ports.js";
import { cutIntoParts, type PlannedPart, type UploadPlan } from "./plan.js";

/** Reads a file once, piece by piece, for the digests of the whole and of its parts. @throws the signal's reason */
export async function planUpload(binary: OpenBinary, signal: AbortSignal): Promise<UploadPlan> {
  const { sizeBytes } = binary;
  const whole = createHash("sha256");
  const parts: PlannedPart[] = [];
  for (const part of cutIntoParts(sizeBytes)) {
    signal.throwIfAborted();
    const content = await binary.read(part.offset, part.sizeBytes);
    whole.update(content);
    parts.push({ ...part, sha256: sha256Of(content) });
  }
  return { sizeBytes, digest: whole.digest("hex"), parts };
}

/** Base64, as S3 has it. */
export function sha256Of(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}
