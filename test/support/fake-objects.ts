import { createHash } from "node:crypto";
import type { ObjectName, ObjectPort, OpenBinary, PartRequest, UploadedPart } from "../../src/cluster/ports.js";

interface Pending {
  readonly key: string;
  readonly startedMs: number;
  readonly parts: Map<number, { readonly content: Buffer; readonly part: UploadedPart }>;
}

/**
 * S3 in memory: objects appear when an upload is completed with the parts it has, and not before. Every call is written
 * down; `before` may fail it.
 */
export class FakeObjects implements ObjectPort {
  readonly calls: string[] = [];
  readonly objects = new Map<string, Buffer>();
  readonly uploads = new Map<string, Pending>();
  /** The most parts that were on their way at once. */
  mostInFlight = 0;
  /** Asked before each call, e.g. `part 3`. */
  before: (call: string) => void | Promise<void> = () => undefined;
  private inFlight = 0;
  private ids = 0;

  async head({ key }: ObjectName, signal: AbortSignal): Promise<{ sizeBytes: number } | undefined> {
    await this.called("head", signal);
    const object = this.objects.get(key);
    return object && { sizeBytes: object.length };
  }

  async pendingUploads(
    { key }: ObjectName,
    signal: AbortSignal,
  ): Promise<readonly { id: string; startedMs: number }[]> {
    await this.called("pending", signal);
    return [...this.uploads].flatMap(([id, upload]) =>
      upload.key === key ? [{ id, startedMs: upload.startedMs }] : [],
    );
  }

  async startUpload({ key }: ObjectName, signal: AbortSignal): Promise<string> {
    await this.called("start", signal);
    this.ids += 1;
    const id = `upload-${this.ids}`;
    this.uploads.set(id, { key, startedMs: this.ids, parts: new Map() });
    return id;
  }

  async uploadedParts(_target: ObjectName, id: string, signal: AbortSignal): Promise<readonly UploadedPart[] | "gone"> {
    await this.called("parts", signal);
    const upload = this.uploads.get(id);
    return upload === undefined ? "gone" : [...upload.parts.values()].map(({ part }) => part);
  }

  async uploadPart({ uploadId, number, content }: PartRequest, signal: AbortSignal): Promise<UploadedPart | "gone"> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.called(`part ${number}`, signal);
    } finally {
      this.inFlight -= 1;
    }
    const upload = this.uploads.get(uploadId);
    if (upload === undefined) return "gone";
    const part = { number, sizeBytes: content.byteLength, etag: `etag-${number}`, sha256: sha256(content) };
    upload.parts.set(number, { content: Buffer.from(content), part });
    return part;
  }

  async completeUpload(
    { key }: ObjectName,
    id: string,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<{ sha256: string | undefined } | "gone"> {
    await this.called("complete", signal);
    const upload = this.uploads.get(id);
    if (upload === undefined) return "gone";
    const contents = parts.map(({ number }) => upload.parts.get(number)?.content ?? Buffer.alloc(0));
    this.objects.set(key, Buffer.concat(contents));
    this.uploads.delete(id);
    const hashes = contents.map((content) => createHash("sha256").update(content).digest());
    return { sha256: `${sha256(Buffer.concat(hashes))}-${parts.length}` };
  }

  async abortUpload(_target: ObjectName, id: string, signal: AbortSignal): Promise<void> {
    await this.called("abort", signal);
    this.uploads.delete(id);
  }

  private async called(call: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.calls.push(call);
    await this.before(call);
    await Promise.resolve();
    signal.throwIfAborted();
  }
}

function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("base64");
}

/** A file in memory. */
export function memoryBinary(content: Buffer): OpenBinary {
  return {
    sizeBytes: content.length,
    read: (offset, sizeBytes) => Promise.resolve(content.subarray(offset, offset + sizeBytes)),
    close: () => Promise.resolve(),
  };
}
