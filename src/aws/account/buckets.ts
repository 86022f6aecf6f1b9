import { HeadBucketCommand, type S3Client } from "@aws-sdk/client-s3";
import { statusOf } from "../ec2-errors.js";
import { fromS3Error } from "../s3-errors.js";

/** Whether a bucket is there and of which region. @throws AccessError where it may not be seen */
export async function findBucket(
  s3: S3Client,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly region: string | undefined } | undefined> {
  signal.throwIfAborted();
  try {
    const { BucketRegion } = await s3.send(new HeadBucketCommand({ Bucket: name }), { abortSignal: signal });
    return { region: BucketRegion };
  } catch (error) {
    if (!signal.aborted && statusOf(error) === 404) return undefined;
    throw fromS3Error("HeadBucket", name, error, signal);
  }
}
