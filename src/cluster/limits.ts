import { truePrice, type TruePrice } from "../catalog/true-price.js";
import { LimitError } from "../errors.js";
import { counted } from "../lib/counted.js";
import type { ClusterContext } from "./context.js";
import type { Member } from "./members.js";
import type { PlanLimits, UnservedKind } from "./planner/model.js";
import type { Instance } from "./ports.js";
import type { SpotMarket } from "./spot/market.js";

/** What prices depend on; the spot prices that are known, where they were asked for. */
export type PriceContext = Pick<ClusterContext, "settings" | "catalog"> & {
  readonly spotMarket?: Pick<SpotMarket, "knownUsd"> | undefined;
};

/**
 * What an instance costs an hour with this cluster's volumes: for spot at the current price where that is known, else at
 * most the on-demand price. Undefined when the catalogue has no price.
 */
export function priceOf(
  { settings, catalog, spotMarket }: PriceContext,
  { type: instanceType, zone, market }: Pick<Instance, "type" | "zone" | "market">,
): TruePrice | undefined {
  const type = catalog.types.get(instanceType);
  if (type?.onDemandUsd === undefined) return undefined;
  const spotUsd = market === "spot" ? spotMarket?.knownUsd(instanceType, zone) : undefined;
  return truePrice({ type, market, volumes: settings.launch.volumesFor(instanceType), spotUsd });
}

/** What the cluster has: the members and pending launches of every process. */
export interface Usage {
  readonly instances: number;
  readonly pendingLaunches: number;
  readonly hourlyUsd: number;
}

/**
 * Counts the cluster.
 * @param unseen true prices an hour of launches of this process that no look has shown yet
 */
export function usageOf(context: PriceContext, members: readonly Member[], unseen: readonly number[]): Usage {
  const alive = members.filter(({ standing }) => standing.health !== "ending");
  const booting = alive.filter(({ standing }) => standing.health === "booting");
  return {
    instances: alive.length + unseen.length,
    pendingLaunches: booting.length + unseen.length,
    hourlyUsd: [...alive.map((member) => usdOf(context, member)), ...unseen].reduce((sum, usd) => sum + usd, 0),
  };
}

/** What is left of the limits of the configuration. */
export function limitsLeft({ settings }: ClusterContext, usage: Usage): PlanLimits {
  return {
    instances: Math.max(0, settings.maxInstances - usage.instances),
    pendingLaunches: Math.max(0, settings.maxPendingInstances - usage.pendingLaunches),
    hourlyUsd: Math.max(0, settings.maxHourlyUsd - usage.hourlyUsd),
  };
}

/** The error of a need that a limit leaves unserved, with the figures. */
export function limitError(
  { settings }: Pick<ClusterContext, "settings">,
  kind: Extract<UnservedKind, "instance-limit" | "pending-limit" | "hourly-limit">,
  usage: Usage,
): LimitError {
  switch (kind) {
    case "instance-limit":
      return new LimitError(
        `the cluster has ${counted(usage.instances, "instance")}, and maxinstances is ${settings.maxInstances}`,
        {
          hint: "wait until an idle instance has ended, end one with `reflow-ec2 terminate`, or raise `reflow-ec2: maxinstances`",
        },
      );
    case "pending-limit":
      return new LimitError(
        `${usage.pendingLaunches} instances are booting, and maxpendinginstances is ${settings.maxPendingInstances}`,
        { hint: "wait until they are up, or raise `ec2cluster: maxpendinginstances`" },
      );
    case "hourly-limit":
      return new LimitError(
        `the launch would pass maxhourlycostusd: the cluster costs ${usage.hourlyUsd.toFixed(2)} USD an hour, of ${settings.maxHourlyUsd}`,
        { hint: "end instances with `reflow-ec2 terminate`, or raise `ec2cluster: maxhourlycostusd`" },
      );
  }
}

/**
 * The members that give way because the cluster is over its limits: counted from the oldest on, every booting one that
 * passes a limit. Every process counts alike, so each knows which of its own must go. What is usable already stays: it
 * may have a lease.
 * @param members oldest first, as findMembers gives them
 */
export function overLimits(context: PriceContext, members: readonly Member[]): readonly Member[] {
  const { maxInstances, maxHourlyUsd } = context.settings;
  const alive = members.filter(({ standing }) => standing.health !== "ending");
  const staying = alive.filter(({ standing }) => standing.health !== "booting");
  const over: Member[] = [];
  let instances = staying.length;
  let usd = staying.reduce((sum, member) => sum + usdOf(context, member), 0);
  for (const member of alive) {
    if (member.standing.health !== "booting") continue;
    const memberUsd = usdOf(context, member);
    // A rounding error must not end an instance.
    if (instances + 1 > maxInstances || usd + memberUsd > maxHourlyUsd + 1e-9) over.push(member);
    else {
      instances += 1;
      usd += memberUsd;
    }
  }
  return over;
}

function usdOf(context: PriceContext, { instance }: Member): number {
  return priceOf(context, instance)?.totalUsd ?? 0;
}
