import type {
  GetSpotPlacementScoresCommandInput,
  RequestSpotInstancesCommandInput,
  RunInstancesCommandInput,
  SpotInstanceRequest,
  SpotPrice,
} from "@aws-sdk/client-ec2";
import type {
  CapacityQuery,
  PlacementQuery,
  SpotLaunchRequest,
  SpotRequest,
  SpotRequestState,
} from "../cluster/ports.js";
import { toBlockDevices, toMaxPrice, toNetwork, toProfile, toTagList, toTags } from "./convert.js";

const STATES: readonly SpotRequestState[] = ["open", "active", "closed", "cancelled", "failed", "disabled"];

/** One of EC2's states of spot requests; anything new counts as open, which is waited on and cancelled. */
export function toSpotState(name: string | undefined): SpotRequestState {
  return STATES.find((state) => state === name) ?? "open";
}

/** A spot request in our words; none when it has no id, which no real answer lacks. */
export function toSpotRequest(sdk: SpotInstanceRequest): SpotRequest[] {
  const { SpotInstanceRequestId: id, State, Status = {}, InstanceId, Tags, Fault } = sdk;
  if (!id) return [];
  return [
    {
      id,
      state: toSpotState(State),
      status: Status.Code ?? Fault?.Code ?? "",
      statusMessage: Status.Message ?? Fault?.Message ?? "",
      statusMs: Status.UpdateTime?.getTime(),
      instanceId: InstanceId || undefined,
      tags: toTags(Tags),
    },
  ];
}

/** The newest price of each type and zone. EC2 also tells the change before the time that it was asked for. */
export function toSpotPrices(rows: readonly SpotPrice[]): Map<string, Map<string, number>> {
  const prices = new Map<string, Map<string, number>>();
  const oldestFirst = [...rows].sort((a, b) => (a.Timestamp?.getTime() ?? 0) - (b.Timestamp?.getTime() ?? 0));
  for (const { InstanceType, AvailabilityZone, SpotPrice } of oldestFirst) {
    const usd = Number(SpotPrice);
    if (!InstanceType || !AvailabilityZone || !(usd > 0)) continue;
    const byZone = prices.get(InstanceType) ?? new Map<string, number>();
    prices.set(InstanceType, byZone.set(AvailabilityZone, usd));
  }
  return prices;
}

/** The call for placement scores of the zones of a region. */
export function toScoresCall(query: PlacementQuery, region: string): GetSpotPlacementScoresCommandInput {
  return {
    InstanceTypes: [...query.instanceTypes],
    TargetCapacity: query.count,
    TargetCapacityUnitType: "units",
    SingleAvailabilityZone: true,
    RegionNames: [region],
  };
}

/** The call of a dry run: the type and what decides about its capacity and quota, nothing else, as Reflow's. */
export function toDryRun({ imageId, instanceType, count, zone }: CapacityQuery): RunInstancesCommandInput {
  return {
    DryRun: true,
    MinCount: count,
    MaxCount: count,
    ImageId: imageId,
    InstanceType: instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    InstanceMarketOptions: { MarketType: "spot" },
    ...(zone !== undefined && { Placement: { AvailabilityZone: zone } }),
  };
}

/**
 * The call of the legacy API. Its launch specification has no metadata options, no tags and no shutdown behaviour: the
 * image and the account decide about the first, and a one-time spot instance cannot stop.
 */
export function toRequestSpot(request: SpotLaunchRequest): RequestSpotInstancesCommandInput {
  return {
    ClientToken: request.clientToken,
    InstanceCount: request.count,
    Type: "one-time",
    InstanceInterruptionBehavior: "terminate",
    ValidUntil: new Date(request.validUntilMs),
    ...(request.maxSpotUsd !== undefined && { SpotPrice: toMaxPrice(request.maxSpotUsd) }),
    LaunchSpecification: {
      ImageId: request.imageId,
      InstanceType: request.instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
      UserData: request.userData,
      ...specNetwork(request),
      ...(request.zone !== undefined && { Placement: { AvailabilityZone: request.zone } }),
      ...toProfile(request),
      ...(request.keyName !== undefined && { KeyName: request.keyName }),
      ...(request.ebsOptimized !== undefined && { EbsOptimized: request.ebsOptimized }),
      BlockDeviceMappings: toBlockDevices(request),
      Monitoring: { Enabled: request.detailedMonitoring },
    },
    TagSpecifications: [{ ResourceType: "spot-instances-request", Tags: toTagList(request.tags) }],
  };
}

function specNetwork(request: SpotLaunchRequest): Partial<RequestSpotInstancesCommandInput["LaunchSpecification"]> {
  const { SecurityGroupIds, SubnetId, NetworkInterfaces } = toNetwork(request);
  return {
    ...(SecurityGroupIds !== undefined && { SecurityGroupIds }),
    ...(SubnetId !== undefined && { SubnetId }),
    ...(NetworkInterfaces !== undefined && { NetworkInterfaces }),
  };
}
