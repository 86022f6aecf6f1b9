import type { Resources } from "../pool/resources.js";
import { planLaunch, type LaunchConstraints, type PlanContext } from "./plan-launch.js";
import type { PlannerOffering } from "./planner/model.js";

/**
 * What needs would get by themselves. Hundreds of allocs of one command ask for the same, and a plan takes milliseconds: the
 * last answer is kept.
 */
export class LikelyLaunch {
  private last: { readonly key: string; readonly offering: PlannerOffering } | undefined;

  constructor(private readonly context: PlanContext) {}

  /** @throws as planLaunch */
  of(need: Resources, { instanceType, zone, market, maxUsd }: LaunchConstraints): PlannerOffering {
    const constraints = { instanceType, zone, market, maxUsd };
    const key = JSON.stringify([need, constraints]);
    if (this.last?.key !== key) this.last = { key, offering: planLaunch(this.context, need, constraints) };
    return this.last.offering;
  }
}
