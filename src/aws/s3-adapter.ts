import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  type ListPartsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { ObjectName, ObjectPort, PartRequest, UploadedPart } from "../cluster/ports.js";
import { AccessError, EndpointError } from "../errors.js";
import { awsCode, statusOf } from "./ec2-errors.js";
import { fromS3Error } from "./s3-errors.js";

const ALGORITHM = "SHA256";

/** S3 through the AWS SDK. */
export class S3Adapter implements ObjectPort {
  constructor(private readonly client: S3Client) {}

  async head(object: ObjectName, signal: AbortSignal): Promise<{ readonly sizeBytes: number } | undefined> {
    return this.call("HeadObject", object, signal, async () => {
      try {
        const answer = await this.client.send(new HeadObjectCommand(named(object)), { abortSignal: signal });
        if (answer.ETag === undefined) throw new EndpointError("HeadObject: the endpoint does not answer as S3 does");
        return { sizeBytes: answer.ContentLength ?? 0 };
      } catch (error) {
        if (statusOf(error) === 404) return undefined;
        throw error;
      }
    });
  }

  async pendingUploads(
    target: ObjectName,
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly startedMs: number }[]> {
    const { Bucket, Key } = named(target);
    const list = this.call("ListMultipartUploads", target, signal, async () => {
      const answer = await this.client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }), {
        abortSignal: signal,
      });
      return (answer.Uploads ?? []).flatMap(({ Key: found, UploadId, Initiated, ChecksumAlgorithm }) =>
        found === Key && UploadId !== undefined && ChecksumAlgorithm === ALGORITHM
          ? [{ id: UploadId, startedMs: Initiated?.getTime() ?? 0 }]
          : [],
      );
    });
    return list.catch(noneIfDenied);
  }

  async startUpload(target: ObjectName, signal: AbortSignal): Promise<string> {
    return this.call("CreateMultipartUpload", target, signal, async () => {
      const command = new CreateMultipartUploadCommand({ ...named(target), ChecksumAlgorithm: ALGORITHM });
      const { UploadId } = await this.client.send(command, { abortSignal: signal });
      if (UploadId === undefined) throw new EndpointError("CreateMultipartUpload: S3 gave the upload no id");
      return UploadId;
    });
  }

  async uploadedParts(
    target: ObjectName,
    uploadId: string,
    signal: AbortSignal,
  ): Promise<readonly UploadedPart[] | "gone"> {
    const list = this.call("ListParts", target, signal, () =>
      unlessGone(async () => {
        const parts: UploadedPart[] = [];
        let page: ListPartsCommandOutput | undefined;
        // The SDK's own paging goes on for ever: S3 names a next marker after the last page as well.
        while (page === undefined || page.IsTruncated === true) {
          const marker = page?.NextPartNumberMarker;
          const input = { ...named(target), UploadId: uploadId, ...(marker && { PartNumberMarker: marker }) };
          page = await this.client.send(new ListPartsCommand(input), { abortSignal: signal });
          for (const { PartNumber = 0, Size = -1, ETag = "", ChecksumSHA256 } of page.Parts ?? []) {
            parts.push({ number: PartNumber, sizeBytes: Size, etag: ETag, sha256: ChecksumSHA256 });
          }
        }
        return parts;
      }),
    );
    return list.catch(noneIfDenied);
  }

  async uploadPart(request: PartRequest, signal: AbortSignal): Promise<UploadedPart | "gone"> {
    const { target, uploadId, number, content, sha256 } = request;
    return this.call("UploadPart", target, signal, () =>
      unlessGone(async () => {
        const command = new UploadPartCommand({
          ...named(target),
          UploadId: uploadId,
          PartNumber: number,
          Body: content,
          ChecksumAlgorithm: ALGORITHM,
          ChecksumSHA256: sha256,
        });
        const { ETag = "", ChecksumSHA256 } = await this.client.send(command, { abortSignal: signal });
        return { number, sizeBytes: content.byteLength, etag: ETag, sha256: ChecksumSHA256 };
      }),
    );
  }

  async completeUpload(
    target: ObjectName,
    uploadId: string,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<{ readonly sha256: string | undefined } | "gone"> {
    return this.call("CompleteMultipartUpload", target, signal, () =>
      unlessGone(async () => {
        const Parts = parts.map(({ number, etag, sha256 }) => ({
          PartNumber: number,
          ETag: etag,
          ...(sha256 !== undefined && { ChecksumSHA256: sha256 }),
        }));
        const command = new CompleteMultipartUploadCommand({
          ...named(target),
          UploadId: uploadId,
          MultipartUpload: { Parts },
        });
        const answer = await this.client.send(command, { abortSignal: signal });
        return { sha256: answer.ChecksumSHA256 };
      }),
    );
  }

  async abortUpload(target: ObjectName, uploadId: string, signal: AbortSignal): Promise<void> {
    await this.call("AbortMultipartUpload", target, signal, () =>
      unlessGone(() =>
        this.client.send(new AbortMultipartUploadCommand({ ...named(target), UploadId: uploadId }), {
          abortSignal: signal,
        }),
      ),
    );
  }

  private async call<T>(
    action: string,
    { bucket }: ObjectName,
    signal: AbortSignal,
    work: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      throw fromS3Error(action, bucket, error, signal);
    }
  }
}

function named({ bucket, key }: ObjectName): { readonly Bucket: string; readonly Key: string } {
  return { Bucket: bucket, Key: key };
}

async function unlessGone<T>(work: () => Promise<T>): Promise<T | "gone"> {
  try {
    return await work();
  } catch (error) {
    if (awsCode(error) === "NoSuchUpload") return "gone";
    throw error;
  }
}

/** Who may upload and not look at uploads begins anew; what is really denied will be denied again. */
function noneIfDenied(error: unknown): readonly never[] {
  if (error instanceof AccessError) return [];
  throw error;
}
