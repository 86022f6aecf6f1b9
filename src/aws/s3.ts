/** S3, in a piece of its own: only a launch that may have to upload something loads it. */
import { S3Client } from "@aws-sdk/client-s3";
import type { ObjectPort } from "../cluster/ports.js";
import { clientConfig, type AwsAccess } from "./clients.js";
import { S3Adapter } from "./s3-adapter.js";

/**
 * A part of 8 MiB may take long on a slow line; a connection on which nothing at all moves is dead much sooner.
 */
const REQUEST_HANDLER = {
  connectionTimeout: 5_000,
  socketTimeout: 30_000,
  requestTimeout: 600_000,
  throwOnRequestTimeout: true,
};

/**
 * S3 as the cluster wants it.
 * @param pathStyle name the bucket in the path, as endpoints other than AWS's own need it
 */
export function createObjectPort(access: AwsAccess, pathStyle: boolean): ObjectPort {
  const client = new S3Client({
    ...clientConfig(access),
    requestHandler: REQUEST_HANDLER,
    forcePathStyle: pathStyle,
    // A repository may be in another region than the cluster.
    followRegionRedirects: true,
    // The cluster tries again by itself, and tells that it does.
    maxAttempts: 1,
  });
  return new S3Adapter(client);
}
