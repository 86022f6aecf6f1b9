/** S3's calls that policies know by other names (AWS, Service Authorization Reference, Amazon S3). */
const S3_NAMES: Readonly<Record<string, string>> = {
  HeadBucket: "ListBucket",
  ListObjectsV2: "ListBucket",
  HeadObject: "GetObject",
  CreateMultipartUpload: "PutObject",
  UploadPart: "PutObject",
  CompleteMultipartUpload: "PutObject",
  ListParts: "ListMultipartUploadParts",
  ListMultipartUploads: "ListBucketMultipartUploads",
};

/** The action of a policy that allows a call. */
export function policyActionOf(service: string, call: string): string {
  const name = service === "s3" && Object.hasOwn(S3_NAMES, call) ? S3_NAMES[call] : call;
  return `${service}:${name ?? call}`;
}
