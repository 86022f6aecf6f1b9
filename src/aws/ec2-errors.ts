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
  type Refusal,
} from "../errors.js";
import type { Market } from "../cluster/ports.js";
import { bareCode, classify } from "../cluster/refusals/classify.js";
import { quotaName } from "../cluster/refusals/family-group.js";

/** Codes of temporary credentials that have lapsed. */
const EXPIRED = new Set(["RequestExpired", "ExpiredToken", "ExpiredTokenException"]);
/** Codes of keys that AWS does not know, or that do not sign as they should. */
const INVALID = new Set([
  "AuthFailure",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "MissingAuthenticationToken",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
]);
/** Codes about a value that the configuration, or a default of ours, has given. */
const OF_CONFIGURATION =
  /^(Invalid(AMIID|Group|SubnetID|KeyPair|Parameter|InstanceType|BlockDeviceMapping|UserData)|UnsupportedOperation|VPCIdNotSpecified)/;

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

/** What a launch was for; names the quota that stands in its way. */
export interface LaunchSubject {
  readonly instanceType: string;
  readonly market: Market;
}

/** The code of an AWS error, without the `Client.` or `Server.` that some documents put before it; else empty. */
export function awsCode(error: unknown): string {
  return bareCode(error instanceof Error ? error.name : "");
}

/**
 * Turns what the SDK throws into one of our errors. Those by which EC2 itself said no carry its refusal.
 * @param action e.g. `RunInstances`, for the message
 * @param signal the caller's: when it aborted, its reason is what comes back
 */
export function fromSdkError(action: string, error: unknown, signal: AbortSignal, launch?: LaunchSubject): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ReflowEc2Error) return error;
  const code = awsCode(error);
  const said = errorText(error);
  const text = `${action}: ${code}: ${withoutEncoded(said)}`;
  const refusal = classify(code, said);
  const details = { cause: error, refusal };
  switch (refusal.kind) {
    case "capacity":
      return new CapacityError(text, { ...details, hint: capacityHint(refusal) });
    case "quota":
      return new LimitError(text, { ...details, hint: quotaHint(refusal, launch) });
    case "permission":
      return new AccessError(text, { ...details, hint: permissionHint(`ec2:${action}`, code, said) });
    case "throttled":
      return new CapacityError(text, {
        ...details,
        hint: "the account's request rate is used up: try again in a minute",
      });
    default:
  }
  if (code === "CredentialsProviderError") {
    return new AccessError(`no AWS credentials were found: ${said}`, {
      cause: error,
      hint: "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws configure`",
    });
  }
  return fromOddError(action, error, text, refusal);
}

/** The encoded part says nothing to people, and is longer than all the rest. */
export function withoutEncoded(said: string): string {
  return said.replace(/\s*Encoded authorization failure message:.*$/is, "");
}

function capacityHint({ code, permanent }: Refusal): string {
  if (permanent) return "allow other types, zones or images: this one is not to be had there";
  if (code === "SpotMaxPriceTooLow") return "raise `reflow-ec2: spotmaxprice`, or allow other types or zones";
  if (code === "InsufficientFreeAddressesInSubnet") return "name more or larger subnets with `ec2cluster: subnets`";
  return "try again later, or allow other types, zones or the other market";
}

function quotaHint({ scope }: Refusal, launch: LaunchSubject | undefined): string {
  const quota = scope === "market" && launch !== undefined ? quotaName(launch.instanceType, launch.market) : undefined;
  const what = quota === undefined ? "a higher quota (Service Quotas, Amazon EC2)" : `more of the quota "${quota}"`;
  return `ask AWS for ${what}, or end instances`;
}

/** Whether a code is about the credentials themselves: they have expired, or AWS does not know them. */
export function isAboutCredentials(code: string): boolean {
  return EXPIRED.has(code) || INVALID.has(code);
}

/**
 * What mends a denial: other credentials, or leave for what AWS names, where it does, else for the action itself.
 * @param action with its service, e.g. `ec2:RunInstances`
 */
export function permissionHint(action: string, code: string, said: string): string {
  if (EXPIRED.has(code)) return "the temporary credentials have expired: get new ones and try again";
  if (INVALID.has(code)) {
    return "AWS does not accept the access key: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE or --profile, and whether the key is still active and the region enabled";
  }
  if (code === "AuthFailure.ServiceLinkedRoleCreationNotPermitted") {
    return "make the role of spot once with `aws iam create-service-linked-role --aws-service-name spot.amazonaws.com`, or allow iam:CreateServiceLinkedRole";
  }
  const [, named = action, resource] =
    /not authorized to perform: ([\w-]+:\w+)(?: on resource: (\S+))?/.exec(said) ?? [];
  return `the credentials in use must be valid and allow ${named}${resource === undefined ? "" : ` on ${resource}`}`;
}

/** Errors without a code that we know: broken connections, other services at the endpoint, mistaken parameters. */
function fromOddError(action: string, error: unknown, text: string, refusal: Refusal): unknown {
  const { code } = refusal;
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
  const details = { cause: error, refusal };
  if (status >= 500) {
    return new Ec2TroubleError(text, { ...details, hint: "EC2 is in trouble: try again in a minute" });
  }
  if (OF_CONFIGURATION.test(code)) {
    return new ConfigError(text, [], { ...details, hint: "EC2 does not accept a value of the configuration" });
  }
  return new UsageError(text, {
    ...details,
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

/** The status of an answer that the SDK made an error of; undefined where nothing answered. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function hasEc2Code(error: unknown): boolean {
  return error instanceof Error && "Code" in error && typeof error.Code === "string";
}
