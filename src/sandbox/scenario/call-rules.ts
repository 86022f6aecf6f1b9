import type { BadCredentials } from "../protocol/credential-errors.js";
import type { Chance } from "./chance.js";
import { isAboutAction, isInForce } from "./rule-match.js";
import type { Scenario } from "./schema.js";
import { drawTimeMs } from "./scenario-time.js";
import { TokenBuckets, type BucketCall } from "./token-buckets.js";

/** What a scenario makes of a call before it is looked at. */
export type Admission =
  | { readonly kind: "admitted"; readonly latencyMs: number }
  | { readonly kind: "throttled"; readonly latencyMs: number }
  | { readonly kind: "rejected"; readonly latencyMs: number; readonly credentials: BadCredentials }
  /** The caller may not do that; `message` where the scenario has one. */
  | { readonly kind: "denied"; readonly latencyMs: number; readonly message: string | undefined };

/** A call to be admitted. */
export interface Call extends Omit<BucketCall, "action"> {
  /** `ec2`, `s3`, `ecr`, `iam`, `servicequotas`, `sts`. */
  readonly service: string;
  readonly action: string;
}

/** What a scenario says about calls, and the count of them. */
export class CallRules {
  private readonly counts = new Map<string, number>();
  private readonly buckets: TokenBuckets;

  constructor(
    private readonly scenario: Scenario,
    private readonly chance: Chance,
    private readonly elapsedMs: () => number,
  ) {
    this.buckets = new TokenBuckets(elapsedMs);
  }

  /** Calls by action, refused ones among them; those of other services than EC2 as `s3:PutObject`. */
  get calls(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Counts a call and decides on it. Throttling comes before permissions, as at AWS. */
  admit(call: Call): Admission {
    const { service, action } = call;
    const name = service === "ec2" ? action : `${service}:${action}`;
    const ordinal = (this.counts.get(name) ?? 0) + 1;
    this.counts.set(name, ordinal);
    const nowMs = this.elapsedMs();
    const holds = <Rule extends { action: string; from?: string | undefined; for?: string | undefined }>(
      rule: Rule,
    ): boolean => isAboutAction(rule.action, service, action) && isInForce(rule, nowMs);
    const latency = this.scenario.latency?.find(holds);
    const latencyMs = drawTimeMs(latency?.time, 0, this.chance, "latency", name, ordinal);
    if (this.isThrottled(call, name, ordinal, this.scenario.throttled?.find(holds)?.share ?? 0)) {
      return { kind: "throttled", latencyMs };
    }
    const credentials = this.scenario.account?.credentials;
    if (credentials !== undefined) return { kind: "rejected", latencyMs, credentials };
    const denial = this.scenario.denied?.find(holds);
    if (denial !== undefined) return { kind: "denied", latencyMs, message: denial.message };
    return { kind: "admitted", latencyMs };
  }

  /** Whether an action of EC2 is allowed that is part of another; it is no call of its own. */
  permits(action: string): Admission {
    const nowMs = this.elapsedMs();
    const denial = this.scenario.denied?.find(
      (rule) => isAboutAction(rule.action, "ec2", action) && isInForce(rule, nowMs),
    );
    return denial === undefined
      ? { kind: "admitted", latencyMs: 0 }
      : { kind: "denied", latencyMs: 0, message: denial.message };
  }

  private isThrottled(call: Call, name: string, ordinal: number, share: number): boolean {
    if (this.chance.draw("throttled", name, ordinal) < share) return true;
    return this.scenario.throttle === "real" && call.service === "ec2" && !this.buckets.take(call);
  }
}
