import { S3Error } from "./s3-error.js";

/** What a request is for. */
export interface Place {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

/** Hosts that name the bucket: clients write them before `localhost`, and before S3's own hosts where a proxy leads here. */
const BUCKET_IN_HOST = /^(.+)\.(?:localhost|s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com)(?::\d+)?$/;

/** Longer keys are refused, in bytes of UTF-8. */
const LONGEST_KEY = 1024;

/**
 * Bucket and key of a request: from its path, or the bucket from its host.
 * @param path percent-encoded
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function placeOf(host: string, path: string): Place {
  const inHost = BUCKET_IN_HOST.exec(host)?.[1];
  const rest = path.replace(/^\//, "");
  const slash = inHost === undefined ? rest.indexOf("/") : -1;
  const bucket = inHost ?? decode(slash < 0 ? rest : rest.slice(0, slash));
  const key = inHost !== undefined ? decode(rest) : slash < 0 ? "" : decode(rest.slice(slash + 1));
  if (Buffer.byteLength(key) > LONGEST_KEY) {
    throw new S3Error("KeyTooLongError", 400, "Your key is too long", { MaxSizeAllowed: String(LONGEST_KEY) });
  }
  return { bucket, key };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidURI", 400, "Couldn't parse the specified URI.");
  }
}
