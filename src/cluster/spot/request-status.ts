import {
  CapacityError,
  ConfigError,
  LimitError,
  type Refusal,
  type RefusalKind,
  type ReflowEc2Error,
  type RefusalScope,
} from "../../errors.js";
import type { SpotRequest } from "../ports.js";

/** What has become of a spot request. */
export type SpotDecision =
  | { readonly kind: "waiting" }
  | { readonly kind: "fulfilled"; readonly instanceId: string }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/**
 * Statuses under which a request is held: EC2 keeps trying until the request lapses. So long they are waited out; Reflow
 * gives up at its fifth look, after about as long.
 */
const HOLDING_MS = 30_000;
const HOLDING = new Set([
  "capacity-not-available",
  "capacity-oversubscribed",
  "price-too-low",
  "launch-group-constraint",
  "az-group-constraint",
  "placement-group-constraint",
  "constraint-not-fulfillable",
]);

/** Statuses that refuse for another reason than capacity (AWS, "Spot request status codes"). */
const REFUSALS: Readonly<Record<string, readonly [kind: RefusalKind, scope: RefusalScope]>> = {
  "bad-parameters": ["parameter", "account"],
  "limit-exceeded": ["quota", "account"],
  "system-error": ["other", "type"],
};

/** Whether EC2 takes, or has taken, the instance back. Somebody who ends an instance on purpose is not meant. */
export function isReclaimed(status: string): boolean {
  if (status === "instance-terminated-by-user" || status === "instance-stopped-by-user") return false;
  return /^(marked-for-|instance-(terminated|stopped)-)/.test(status);
}

/**
 * Judges a request by its state and status.
 * @param ageMs how long it has been waited for
 */
export function decisionOf({ state, status, instanceId }: SpotRequest, ageMs: number): SpotDecision {
  const ended = status.startsWith("instance-terminated-") || isReclaimed(status);
  if (instanceId !== undefined && !ended) return { kind: "fulfilled", instanceId };
  const over = state !== "open" && state !== "active";
  const refused = ended || over || Object.hasOwn(REFUSALS, status) || (HOLDING.has(status) && ageMs >= HOLDING_MS);
  if (!refused) return { kind: "waiting" };
  return { kind: "refused", refusal: refusalOfSpotStatus(status) };
}

/** The refusal in a status; all but a few are for want of capacity. */
export function refusalOfSpotStatus(status: string): Refusal {
  const known = Object.hasOwn(REFUSALS, status) ? REFUSALS[status] : undefined;
  const [kind, scope] = known ?? (["capacity", "type"] as const);
  return { code: status, kind, scope, permanent: false };
}

/** The error by which a launch of the type is refused. */
export function spotRefused(instanceType: string, refusal: Refusal, message: string): ReflowEc2Error {
  const text = `RequestSpotInstances: ${refusal.code}: ${message || `the request for ${instanceType} was not fulfilled`}`;
  if (refusal.kind === "parameter") {
    return new ConfigError(text, [], { refusal, hint: "EC2 does not accept a value of the configuration" });
  }
  if (refusal.kind === "quota") {
    return new LimitError(text, { refusal, hint: "ask AWS for a higher quota (Service Quotas, Amazon EC2 and EBS)" });
  }
  return new CapacityError(text, {
    refusal,
    hint: "try again later, or allow other types, zones or on-demand instances (`reflow-ec2: spotfallback`)",
  });
}
