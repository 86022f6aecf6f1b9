import { ConfigError, EndpointError } from "../../errors.js";
import { mapLimit } from "../../lib/map-limit.js";
import type { ObjectName, ObjectPort, OpenBinary, UploadedPart } from "../ports.js";
import { sha256Of } from "./digest.js";
import { bytesOf, compareParts, compositeSha256, isSame, type PlannedPart, type UploadPlan } from "./plan.js";
import { persistently } from "./retry.js";
import type { Surroundings } from "./surroundings.js";

/** Each holds its part in memory. */
const IN_FLIGHT = 3;

/** An upload may end under our hands because another process completes it, or a lifecycle rule aborts it. */
const ROUNDS = 3;

/** What an upload needs. */
export interface UploadWork {
  readonly around: Surroundings;
  readonly objects: ObjectPort;
  /** The file's path, for people. */
  readonly path: string;
  readonly binary: OpenBinary;
  readonly plan: UploadPlan;
  readonly target: ObjectName;
}

/**
 * Sees to it that the object is there. It appears whole or not at all: each part is checked against the plan when it is
 * read and when S3 has it, and S3 makes the object of exactly these parts. When this ends early, what was sent stays as
 * an unfinished upload, with which the next run goes on.
 * @returns whether anything was sent
 * @throws AccessError, ConfigError (no such bucket, the file changed), EndpointError, the signal's reason
 */
export async function ensureUploaded(work: UploadWork, signal: AbortSignal): Promise<boolean> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    if (await isThere(work, signal)) return round > 1;
    if ((await uploadOnce(work, signal)) === "done") {
      if (await isThere(work, signal)) return true;
      throw new EndpointError(`${url(work)} is not there although its upload was completed`);
    }
  }
  throw new EndpointError(`the upload of ${work.path} was ended by somebody else, ${ROUNDS} times over`, {
    hint: "a lifecycle rule of the bucket, or another process, aborts it; try again",
  });
}

async function isThere({ around, objects, plan, target }: UploadWork, signal: AbortSignal): Promise<boolean> {
  const found = await persistently(around, "the look-up", signal, () => objects.head(target, signal));
  return found?.sizeBytes === plan.sizeBytes;
}

/** One upload, begun anew or gone on with; `gone` when somebody else ended it. */
async function uploadOnce(work: UploadWork, signal: AbortSignal): Promise<"done" | "gone"> {
  const { around, objects, path, plan, target } = work;
  const { id, uploaded } = await findOrStart(work, signal);
  const { there, missing } = compareParts(plan, uploaded);
  const totalBytes = plan.sizeBytes;
  let doneBytes = bytesOf(there);
  around.tell({ kind: "upload-started", path, url: url(work), doneBytes, totalBytes });
  const sent = await mapLimit(missing, IN_FLIGHT, async (part) => {
    const uploaded = await sendPart(work, id, part, signal);
    if (uploaded === "gone") return uploaded;
    doneBytes += part.sizeBytes;
    around.tell({ kind: "upload-progress", addedBytes: part.sizeBytes, doneBytes, totalBytes });
    return uploaded;
  });
  const parts: UploadedPart[] = [...there];
  for (const part of sent) {
    if (part === "gone") return part;
    parts.push(part);
  }
  parts.sort((a, b) => a.number - b.number);
  const end = await persistently(around, "the end of the upload", signal, () =>
    objects.completeUpload(target, id, parts, signal),
  );
  if (end === "gone") return end;
  if (end.sha256 !== undefined && end.sha256 !== compositeSha256(plan)) {
    throw new EndpointError(`${url(work)} was made with another checksum than that of ${path}`, {
      hint: "delete the object and try again",
    });
  }
  return "done";
}

async function sendPart(
  { around, objects, path, binary, target }: UploadWork,
  id: string,
  part: PlannedPart,
  signal: AbortSignal,
): Promise<UploadedPart | "gone"> {
  const content = await binary.read(part.offset, part.sizeBytes);
  if (sha256Of(content) !== part.sha256) {
    // Nothing will ever go on with an upload of what the file was.
    await objects.abortUpload(target, id, signal).catch(() => undefined);
    throw new ConfigError(`${path} changed while it was uploaded`, [], { hint: "try again when it stays as it is" });
  }
  const { number, sha256 } = part;
  const uploaded = await persistently(around, `part ${number}`, signal, () =>
    objects.uploadPart({ target, uploadId: id, number, content, sha256 }, signal),
  );
  if (uploaded !== "gone" && !isSame(part, uploaded)) {
    throw new EndpointError(`part ${number} of ${path} arrived with another checksum, or with none`, {
      hint: "the service behind the bucket must know SHA-256 checksums, as S3 does; else upload the file yourself and name it with `image`",
    });
  }
  return uploaded;
}

/** The newest unfinished upload of the same object, if there is one. */
async function findOrStart(
  { around, objects, target }: UploadWork,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly uploaded: readonly UploadedPart[] }> {
  const pending = await persistently(around, "the look for unfinished uploads", signal, () =>
    objects.pendingUploads(target, signal),
  );
  for (const { id } of [...pending].sort((a, b) => b.startedMs - a.startedMs)) {
    const uploaded = await persistently(around, "the look for uploaded parts", signal, () =>
      objects.uploadedParts(target, id, signal),
    );
    if (uploaded !== "gone") return { id, uploaded };
  }
  const id = await persistently(around, "the start of the upload", signal, () => objects.startUpload(target, signal));
  return { id, uploaded: [] };
}

function url({ target }: UploadWork): string {
  return `s3://${target.bucket}/${target.key}`;
}
