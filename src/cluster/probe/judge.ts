import {
  AccessError,
  ConfigError,
  InstanceError,
  ReflowEc2Error,
  TimedOutError,
  UsageError,
  errorText,
} from "../../errors.js";
import { PROBE_MILESTONES, type ProbeMilestone, type ProbeOutcome } from "./model.js";
import { refusalOf } from "../refusals/classify.js";
import type { Launch } from "../launch/launch.js";

/** What an attempt in one place came to. */
export type Verdict =
  | { readonly kind: "verified" }
  /** EC2 refused it here: `next` says where it may still be had. */
  | { readonly kind: "refused"; readonly error: ReflowEc2Error; readonly next: "place" | "market" | "nowhere" }
  | {
      readonly kind: "failed";
      readonly outcome: Exclude<ProbeOutcome, "verified" | "unavailable">;
      readonly error: ReflowEc2Error;
    }
  /** It will be so for all others too: the configuration or the permissions are to blame. */
  | { readonly kind: "fatal"; readonly error: ReflowEc2Error };

/** Judges what a launch failed with. @param error as launchGroup told it */
export function judgeFailure(launch: Launch, error: unknown): Verdict {
  const known = error instanceof ReflowEc2Error ? error : new InstanceError(errorText(error), { cause: error });
  if (launch.signal.aborted) {
    // Whatever it was doing then has failed in its own way.
    const reason: unknown = launch.signal.reason;
    const outcome = reason instanceof TimedOutError ? "timed-out" : "interrupted";
    return { kind: "failed", outcome, error: reason instanceof ReflowEc2Error ? reason : known };
  }
  const refusal = refusalOf(known);
  switch (refusal?.kind) {
    case "capacity":
      return { kind: "refused", error: known, next: refusal.scope === "market" ? "market" : "place" };
    case "quota":
      return { kind: "refused", error: known, next: refusal.scope === "market" ? "market" : "nowhere" };
    case "permission":
      return refusal.scope === "market"
        ? { kind: "refused", error: known, next: "market" }
        : { kind: "fatal", error: known };
    case "throttled":
    case "parameter":
    case "not-yet-visible":
      if (launch.instance === undefined) return { kind: "refused", error: known, next: "nowhere" };
      break;
    default:
  }
  const isOurs = known instanceof ConfigError || known instanceof AccessError || known instanceof UsageError;
  if (isOurs && launch.instance === undefined) return { kind: "fatal", error: known };
  return { kind: "failed", outcome: "failed", error: known };
}

/** Seconds since RunInstances was sent, for what was reached. */
export function secondsReached({ progress: { seenMs } }: Launch): Partial<Record<ProbeMilestone, number>> {
  const { sent } = seenMs;
  if (sent === undefined) return {};
  return Object.fromEntries(
    PROBE_MILESTONES.flatMap((milestone) => {
      const atMs = seenMs[milestone];
      return atMs === undefined ? [] : [[milestone, (atMs - sent) / 1_000]];
    }),
  );
}

/** What is waited for once `reached` is behind. */
export function nextMilestone(reached: Readonly<Partial<Record<ProbeMilestone, number>>>): ProbeMilestone {
  return PROBE_MILESTONES.find((milestone) => reached[milestone] === undefined) ?? "offer";
}
