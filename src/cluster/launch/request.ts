import { DEADLINE_TAG, instanceTags, LAUNCH_TAG, PROBE_TAG } from "../tags.js";
import type { ClusterContext } from "../context.js";
import type { LaunchRequest, RegistryLogin } from "../ports.js";
import type { PlanContext } from "../plan-launch.js";
import type { PlannerOffering } from "../planner/model.js";
import type { UserDataRequest } from "../settings.js";
import { maxSpotUsd } from "../spot/max-price.js";
import type { Placement } from "./placements.js";

/**
 * Past this time an instance that is no reflowlet is an orphan: all boot steps' usual times with room to spare, and
 * longer than the bootstrap's own expiry of ten minutes.
 */
export const USABLE_WITHIN_MS = 15 * 60_000;

/** How many instances are launched, where, and with which image. */
export interface LaunchPlace {
  readonly count: number;
  readonly imageId: string;
  readonly placement: Placement;
}

/**
 * Builds the call that carries out a plan: with a fresh token, the deadline, and all tags in the call itself, so that
 * there is no moment in which the instance runs and nobody knows whose it is.
 */
export async function launchRequest(
  context: ClusterContext,
  offering: Pick<PlannerOffering, "instanceType" | "market">,
  { imageId, placement, count }: LaunchPlace,
  signal: AbortSignal,
): Promise<LaunchRequest> {
  const { settings, clock } = context;
  const { launch } = settings;
  const deadlineMs = clock.nowMs() + USABLE_WITHIN_MS;
  const volumes = launch.volumesFor(offering.instanceType);
  const type = context.catalog.types.get(offering.instanceType);
  const registryLogin = await context.authenticator?.login(signal);
  const userData = await context.userData({ ...userDataRequest(context, offering, registryLogin), imageId });
  const clientToken = Buffer.from(context.randomBytes(16)).toString("hex");
  return {
    clientToken,
    count,
    instanceType: offering.instanceType,
    market: offering.market,
    ...(offering.market === "spot" && { maxSpotUsd: maxSpotUsd(context, offering.instanceType) }),
    imageId,
    userData,
    securityGroupIds: launch.securityGroupIds,
    subnetId: placement.subnetId,
    // A subnet is in one zone; saying both is one more chance to contradict oneself.
    zone: placement.subnetId === undefined ? placement.zone : undefined,
    publicAddress: launch.publicAddress,
    instanceProfile: launch.instanceProfile,
    keyName: launch.keyName,
    // Current types are optimized by themselves; asking for it where it is an option is what Reflow does.
    ebsOptimized: type?.ebsOptimized === "supported" ? true : undefined,
    volumes,
    tags: {
      ...instanceTags(settings),
      [DEADLINE_TAG]: new Date(deadlineMs).toISOString(),
      [LAUNCH_TAG]: clientToken,
      ...(launch.isProbe === true && { [PROBE_TAG]: "true" }),
    },
    metadataTokens: launch.metadataTokens,
    metadataHopLimit: launch.metadataHopLimit,
    detailedMonitoring: launch.detailedMonitoring,
  };
}

/** What the user-data of a launch is made for: the same plan gives the same request. */
export function userDataRequest(
  { settings, catalog }: PlanContext,
  { instanceType, market }: Pick<PlannerOffering, "instanceType" | "market">,
  registryLogin: RegistryLogin | undefined,
): UserDataRequest {
  return {
    instanceType,
    market,
    usableWithinMs: USABLE_WITHIN_MS,
    endsThen: settings.launch.isProbe ?? false,
    // The first volume is the root.
    dataVolumes: settings.launch.volumesFor(instanceType).length - 1,
    ebsNvme: catalog.types.get(instanceType)?.ebsNvme ?? true,
    registryLogin,
  };
}
