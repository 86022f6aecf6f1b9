import {
  AccessError,
  CapacityError,
  ConfigError,
  Ec2TroubleError,
  EndpointError,
  LimitError,
  ReflowEc2Error,
  UsageError,
  errorText,
} from "../errors.js";

/**
 * EC2's refusals by code, gathered from AWS's list of error codes and from what Karpenter and Terraform treat alike.
 * Message text is looked at only where EC2 gives nothing else.
 */
const CAPACITY = new Set([
  "InsufficientInstanceCapacity",
  "InsufficientHostCapacity",
  "InsufficientReservedInstanceCapacity",
  "InsufficientCapacity",
  "InsufficientVolumeCapacity",
  "InsufficientAddressCapacity",
  "InsufficientFreeAddressesInSubnet",
  "UnfulfillableCapacity",
  "ReservationCapacityExceeded",
  "SpotMaxPriceTooLow",
  "Unsupported",
]);
const QUOTA = new Set([
  "VcpuLimitExceeded",
  "InstanceLimitExceeded",
  "MaxSpotInstanceCountExceeded",
  "SpotInstanceCountLimitExceeded",
  "VolumeLimitExceeded",
  "MaxIOPSLimitExceeded",
  "NetworkInterfaceLimitExceeded",
  "AttachmentLimitExceeded",
  "AddressLimitExceeded",
  "ResourceCountExceeded",
]);
const ACCESS = new Set([
  "UnauthorizedOperation",
  "AccessDenied",
  "AccessDeniedException",
  "AuthFailure",
  "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
  "OptInRequired",
  "Blocked",
  "PendingVerification",
]);
const EXPIRED = new Set(["RequestExpired", "ExpiredToken", "ExpiredTokenException"]);
const THROTTLED = new Set(["RequestLimitExceeded", "EC2ThrottledException", "Throttling", "ThrottlingException"]);

/** Errors of the connection itself, as Node names them. */
const CONNECTION = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
  "EPROTO",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);
/** Families of such errors: name look-up, HTTP that cannot be parsed, TLS. */
const CONNECTION_FAMILY = /^(EAI_|HPE_|ERR_SSL_|ERR_TLS_)/;

/** The code of an AWS error, without the `Client.` or `Server.` that some documents put before it; else empty. */
export function awsCode(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  return name.replace(/^(Client|Server)\./, "");
}

/**
 * Turns what the SDK throws into one of our errors.
 * @param action e.g. `RunInstances`, for the message
 * @param signal the caller's: when it aborted, its reason is what comes back
 */
export function fromSdkError(action: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ReflowEc2Error) return error;
  const code = awsCode(error);
  const text = `${action}: ${code}: ${errorText(error)}`;
  if (CAPACITY.has(code)) {
    return new CapacityError(text, {
      cause: error,
      hint: "try again later, or allow other types, zones or the other market",
    });
  }
  if (QUOTA.has(code)) {
    return new LimitError(text, {
      cause: error,
      hint: "ask AWS for a higher quota (Service Quotas, Amazon EC2), or end instances",
    });
  }
  if (EXPIRED.has(code)) {
    return new AccessError(text, {
      cause: error,
      hint: "the temporary credentials have expired: get new ones and try again",
    });
  }
  if (ACCESS.has(code)) {
    return new AccessError(text, {
      cause: error,
      hint: `the credentials in use must be valid and allow ec2:${action}`,
    });
  }
  if (code === "CredentialsProviderError") {
    return new AccessError(`no AWS credentials were found: ${errorText(error)}`, {
      cause: error,
      hint: "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`",
    });
  }
  if (THROTTLED.has(code)) {
    return new CapacityError(text, {
      cause: error,
      hint: "the account's request rate is used up: try again in a minute",
    });
  }
  return fromOddError(action, error, code, text);
}

/** Errors without a code that we know: broken connections, other services at the endpoint, mistaken parameters. */
function fromOddError(action: string, error: unknown, code: string, text: string): unknown {
  const connection = connectionProblem(error);
  if (connection !== undefined || code === "TimeoutError") {
    return new EndpointError(`${action}: the AWS endpoint cannot be reached: ${connection ?? errorText(error)}`, {
      cause: error,
      hint: "check the network, HTTPS_PROXY, --endpoint-url or AWS_ENDPOINT_URL, and the region; `reflow-ec2 sandbox status` shows a sandbox's endpoint",
    });
  }
  // The flag is checked when it is read; the environment and the shared files come straight to the SDK.
  if (error instanceof Error && "code" in error && error.code === "ERR_INVALID_URL") {
    const url = "input" in error && typeof error.input === "string" ? ` "${error.input}"` : "";
    return new UsageError(`the AWS endpoint${url} is not an http or https address`, {
      cause: error,
      hint: "check AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_EC2 and `endpoint_url` in the shared AWS files; for example http://127.0.0.1:5000",
    });
  }
  const status = statusOf(error);
  if (status === undefined) return error;
  if (!hasEc2Code(error)) {
    return notEc2(action, `with status ${status}`, error);
  }
  if (status >= 500) {
    return new Ec2TroubleError(text, { cause: error, hint: "EC2 is in trouble: try again in a minute" });
  }
  if (/^Invalid(AMIID|Group|SubnetID|KeyPair|ParameterValue|ParameterCombination|InstanceType)/.test(code)) {
    return new ConfigError(text, [], { cause: error, hint: "EC2 does not accept a value of the configuration" });
  }
  return new UsageError(text, {
    cause: error,
    hint: `EC2 refuses the call: its message says why, and the code ${code} is explained in AWS's list of EC2 error codes`,
  });
}

/** Whatever answered is not EC2. `how` says what is wrong with the answer. */
export function notEc2(action: string, how: string, cause?: unknown): EndpointError {
  return new EndpointError(`${action}: the endpoint answered ${how}, and not as EC2 does`, {
    cause,
    hint: "check --endpoint-url or AWS_ENDPOINT_URL, and HTTPS_PROXY: something else answers",
  });
}

/** What the connection broke of, once with its code; undefined when it was something else. */
function connectionProblem(error: unknown): string | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const code: unknown = "code" in at ? at.code : undefined;
    if (typeof code === "string" && (CONNECTION.has(code) || CONNECTION_FAMILY.test(code))) {
      const message = at.message.trim();
      return message.includes(code) ? message : `${code} ${message}`.trim();
    }
    if (at instanceof AggregateError && at.errors.length > 0) return connectionProblem(at.errors[0]);
  }
  return undefined;
}

function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function hasEc2Code(error: unknown): boolean {
  return error instanceof Error && "Code" in error && typeof error.Code === "string";
}
