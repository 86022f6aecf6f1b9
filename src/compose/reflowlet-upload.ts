import type { AwsAccess } from "../aws/clients.js";
import { ReflowletUpload } from "../cluster/upload/reflowlet-upload.js";
import type { ReflowConfig } from "../config/model.js";
import { binaryFile } from "./binary-file.js";

/** The upload that a configuration asks for with `binary: PATH`; undefined where it names an image, or no repository. */
export function reflowletUpload(
  { own, source, repositoryBucket }: ReflowConfig,
  access: AwsAccess,
  { env, home }: { readonly env: Readonly<Record<string, string | undefined>>; readonly home: string },
): ReflowletUpload | undefined {
  if (own.binary === undefined || own.image !== undefined || repositoryBucket === undefined) return undefined;
  // The SDK reads these by itself, but takes AWS's own way of naming buckets for them.
  const ownEndpoint = access.endpointUrl ?? (env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"]);
  return new ReflowletUpload({
    file: binaryFile(own.binary, home),
    source,
    bucket: repositoryBucket,
    objects: async () => (await import("../aws/s3.js")).createObjectPort(access, Boolean(ownEndpoint)),
  });
}
