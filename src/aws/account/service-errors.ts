import { classify } from "../../cluster/refusals/classify.js";
import {
  AccessError,
  CapacityError,
  EndpointError,
  LimitError,
  ReflowEc2Error,
  UsageError,
  errorText,
} from "../../errors.js";
import { awsCode, fromSdkError, permissionHint, statusOf, withoutEncoded } from "../ec2-errors.js";

/** A service other than EC2: its prefix in policies, and its name for people. */
export interface ServiceName {
  readonly prefix: string;
  readonly title: string;
}

/** IAM's codes of what the account may not have more of; the quota of policies has the same. */
const LIMITS = new Set(["LimitExceeded", "LimitExceededException"]);

/**
 * Turns what the SDK throws about a service other than EC2 into one of our errors; those by which the service itself said
 * no carry its refusal.
 * @param action without the service, e.g. `GetRole`
 */
export function fromServiceError(service: ServiceName, action: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ReflowEc2Error) return error;
  const code = codeOf(error);
  const status = statusOf(error);
  const said = withoutEncoded(errorText(error));
  const text = `${action}: ${code}: ${said}`;
  const refusal = classify(code, said);
  const details = { cause: error, refusal };
  if (refusal.kind === "permission") {
    const hint = permissionHint(`${service.prefix}:${action}`, code, said);
    return new AccessError(text, { ...details, hint });
  }
  if (LIMITS.has(code)) {
    const hint = `ask AWS for a higher quota (Service Quotas, ${service.title}), or remove what nobody uses`;
    return new LimitError(text, { ...details, hint });
  }
  // Missing credentials, broken connections, throttling: the same everywhere.
  if (status === undefined || refusal.kind === "throttled") return fromSdkError(action, error, signal);
  if (!isOfAws(error)) {
    return new EndpointError(
      `${action}: the endpoint answered with status ${status}, and not as ${service.title} does`,
      {
        cause: error,
        hint: "check --endpoint-url or AWS_ENDPOINT_URL, and HTTPS_PROXY: something else answers",
      },
    );
  }
  if (status >= 500) {
    return new CapacityError(text, { ...details, hint: `${service.title} is in trouble: try again in a minute` });
  }
  return new UsageError(text, { ...details, hint: `${service.title} refuses the call: its message says why` });
}

/** As the service wrote it: the SDK's names for errors that it knows end with `Exception` as well. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "Code" in error && typeof error.Code === "string" ? error.Code : awsCode(error);
}

/** Query services name their code in the body, JSON services by a type that the SDK makes the error's name. */
function isOfAws(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("Code" in error && typeof error.Code === "string") return true;
  return error.name !== "" && !/^(Error|SyntaxError|Unknown|UnknownError|\d+)$/.test(error.name);
}
