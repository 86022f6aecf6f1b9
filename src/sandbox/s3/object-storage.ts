import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm, writeFile, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../lib/clock.js";
import type { RandomBytes } from "../ec2/ids.js";
import type { ObjectStore } from "../machine/host.js";
import type { Checksum, ChecksumAlgorithm } from "./checksums.js";
import { noSuchBucket, noSuchKey, noSuchUpload } from "./s3-error.js";
import type { Received } from "./receive.js";

/** An object whose content is a file. */
export interface ObjectRecord {
  readonly key: string;
  readonly file: string;
  readonly sizeBytes: number;
  /** Without the quotes that S3 puts around it. */
  readonly etag: string;
  readonly modifiedMs: number;
  readonly checksum: Checksum | undefined;
  readonly contentType: string;
  /** Headers `x-amz-meta-…` by their whole names. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A multipart upload under way. */
export interface UploadRecord {
  readonly id: string;
  readonly key: string;
  readonly startedMs: number;
  readonly algorithm: ChecksumAlgorithm | undefined;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly parts: Map<number, Received & { readonly modifiedMs: number }>;
}

/** A bucket. */
export interface BucketRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly objects: Map<string, ObjectRecord>;
  readonly uploads: Map<string, UploadRecord>;
}

/** What the storage works with. */
export interface StorageOptions {
  /** Contents are files of this folder, which is the storage's own. */
  readonly directory: string;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** Buckets of one account: the records in memory, the contents in files, one for each object and each part. */
export class ObjectStorage implements ObjectStore {
  readonly buckets = new Map<string, BucketRecord>();

  private constructor(readonly options: StorageOptions) {}

  static async open(options: StorageOptions): Promise<ObjectStorage> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    return new ObjectStorage(options);
  }

  createBucket(name: string): BucketRecord {
    const createdMs = this.options.clock.nowMs();
    const bucket: BucketRecord = { name, createdMs, objects: new Map(), uploads: new Map() };
    this.buckets.set(name, bucket);
    return bucket;
  }

  /** @throws S3Error NoSuchBucket */
  bucket(name: string): BucketRecord {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  /** @throws S3Error NoSuchBucket, NoSuchKey */
  object(bucket: string, key: string): ObjectRecord {
    const object = this.bucket(bucket).objects.get(key);
    if (object === undefined) throw noSuchKey(key);
    return object;
  }

  /** @throws S3Error NoSuchBucket, NoSuchUpload */
  upload(bucket: string, key: string, id: string): UploadRecord {
    const upload = this.bucket(bucket).uploads.get(id);
    if (upload?.key !== key) throw noSuchUpload(id);
    return upload;
  }

  /** A path for a new content. */
  newFile(): string {
    return join(this.options.directory, this.options.randomBytes(16).toString("hex"));
  }

  /** Puts an object in place; the content of one that was there goes. */
  async replace(bucket: BucketRecord, object: Omit<ObjectRecord, "modifiedMs">): Promise<ObjectRecord> {
    const before = bucket.objects.get(object.key);
    const record = { ...object, modifiedMs: this.options.clock.nowMs() };
    bucket.objects.set(object.key, record);
    if (before !== undefined) await rm(before.file, { force: true });
    return record;
  }

  /** Takes an object away, if it is there. */
  async remove(bucket: BucketRecord, key: string): Promise<void> {
    const object = bucket.objects.get(key);
    bucket.objects.delete(key);
    if (object !== undefined) await rm(object.file, { force: true });
  }

  /** Ends an upload; the contents of its parts go. */
  async endUpload(bucket: BucketRecord, upload: UploadRecord): Promise<void> {
    bucket.uploads.delete(upload.id);
    for (const { file } of upload.parts.values()) await rm(file, { force: true });
  }

  /** Puts a small content in place without a request. */
  async put(bucket: string, key: string, content: Buffer): Promise<void> {
    const file = this.newFile();
    await writeFile(file, content, { mode: 0o600 });
    const etag = createHash("md5").update(content).digest("hex");
    const rest = { checksum: undefined, contentType: "binary/octet-stream", metadata: {} };
    await this.replace(this.bucket(bucket), { key, file, sizeBytes: content.length, etag, ...rest });
  }

  /** A content for reading; it stays readable when the object is replaced meanwhile. */
  openContent({ file }: Pick<ObjectRecord, "file">): Promise<FileHandle> {
    return open(file, "r");
  }

  async get(bucket: string, key: string): Promise<Buffer | undefined> {
    const object = this.buckets.get(bucket)?.objects.get(key);
    return object && readFile(object.file);
  }

  /** Removes all contents. */
  async close(): Promise<void> {
    await rm(this.options.directory, { recursive: true, force: true });
  }
}
