import { LimitError } from "../errors.js";
import type { ClusterContext } from "./context.js";
import type { Member } from "./members.js";
import type { Market } from "./ports.js";
import { truePrice } from "../catalog/true-price.js";
import type { TruePrice } from "./results.js";

/**
 * What one instance of the type costs an hour with this cluster's volumes; undefined when the catalogue has no price.
 */
export function priceOf(context: ClusterContext, instanceType: string, market: Market): TruePrice | undefined {
  const type = context.catalog.types.get(instanceType);
  if (type?.onDemandUsd === undefined) return undefined;
  return truePrice({ type, market, volumes: context.settings.launch.volumesFor(instanceType) });
}

/**
 * Holds the limits of the configuration before a launch, counting members and pending launches of every process.
 * @throws LimitError with the figures.
 */
export function checkLimits(context: ClusterContext, members: readonly Member[], plannedUsd: number): void {
  const { maxInstances, maxPendingInstances, maxHourlyUsd } = context.settings;
  const alive = members.filter(({ standing }) => standing.health !== "ending");
  if (alive.length >= maxInstances) {
    throw new LimitError(`the cluster has ${alive.length} instances, and maxinstances is ${maxInstances}`, {
      hint: "wait until an idle instance has ended, end one with `reflow-ec2 terminate`, or raise `reflow-ec2: maxinstances`",
    });
  }
  const pending = alive.filter(({ standing }) => standing.health === "booting");
  if (pending.length >= maxPendingInstances) {
    throw new LimitError(`${pending.length} instances are booting, and maxpendinginstances is ${maxPendingInstances}`, {
      hint: "wait until they are up, or raise `ec2cluster: maxpendinginstances`",
    });
  }
  const runningUsd = alive.reduce(
    (sum, { instance }) => sum + (priceOf(context, instance.type, instance.market)?.totalUsd ?? 0),
    0,
  );
  if (runningUsd + plannedUsd > maxHourlyUsd) {
    const sum = `${runningUsd.toFixed(2)} + ${plannedUsd.toFixed(2)} USD an hour`;
    throw new LimitError(`the launch would pass maxhourlycostusd: ${sum} is more than ${maxHourlyUsd}`, {
      hint: "end instances with `reflow-ec2 terminate`, or raise `ec2cluster: maxhourlycostusd`",
    });
  }
}
