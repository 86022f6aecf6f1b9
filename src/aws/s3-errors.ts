import { AccessError, CapacityError, ConfigError, EndpointError, errorText } from "../errors.js";
import { awsCode, fromSdkError, isAboutCredentials, statusOf } from "./ec2-errors.js";

/** What arrived is not what was sent, or did not arrive in time: the way is bad, not the request. */
const BROKEN = new Set([
  "BadDigest",
  "IncompleteBody",
  "RequestTimeout",
  "XAmzContentSHA256Mismatch",
  "RequestTimeTooSkewed",
]);
const OTHER_REGION = new Set([
  "AuthorizationHeaderMalformed",
  "PermanentRedirect",
  "IllegalLocationConstraintException",
  "TemporaryRedirect",
]);

/**
 * Turns what the SDK throws about S3 into one of our errors. Answers to HEAD have no body and so no code: there the
 * status alone tells.
 * @param action e.g. `PutObject`, for the message
 */
export function fromS3Error(action: string, bucket: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  const code = awsCode(error);
  const status = statusOf(error);
  const text = `${action}: ${code}: ${errorText(error)}`;
  if (code === "NoSuchBucket" || code === "InvalidBucketName") {
    return new ConfigError(`${action}: there is no bucket ${bucket}`, [], {
      cause: error,
      hint: "check `repository: s3,bucket=…` in the configuration",
    });
  }
  if (OTHER_REGION.has(code) || status === 301) {
    return new ConfigError(`${action}: the bucket ${bucket} is in another region`, [], {
      cause: error,
      hint: "check `repository: s3,bucket=…`, --region, and AWS_ENDPOINT_URL",
    });
  }
  if (BROKEN.has(code)) return new EndpointError(text, { cause: error, hint: "check the network, and try again" });
  if (code === "SlowDown" || (status !== undefined && status >= 500 && status !== 501)) {
    return new CapacityError(text, { cause: error, hint: "S3 is in trouble: try again in a minute" });
  }
  const known = fromSdkError(action, error, signal);
  if (isAboutCredentials(code)) return known;
  if (known instanceof AccessError && status !== undefined) return denied(text, bucket, error);
  if (status === 403) return denied(`${action}: access to the bucket ${bucket} is denied`, bucket, error);
  // Whoever answers in another way than S3 does, answers without S3's codes.
  const hasCode = error instanceof Error && "Code" in error && typeof error.Code === "string";
  if (status !== undefined && !hasCode) {
    return new EndpointError(`${action}: the endpoint answered with status ${status}, and not as S3 does`, {
      cause: error,
      hint: "check --endpoint-url or AWS_ENDPOINT_URL: something else listens there",
    });
  }
  return known;
}

function denied(text: string, bucket: string, cause: unknown): AccessError {
  return new AccessError(text, {
    cause,
    hint: `the credentials in use must be valid and allow s3:GetObject and s3:PutObject on ${bucket}/objects/*, and s3:ListBucket on ${bucket}`,
  });
}
