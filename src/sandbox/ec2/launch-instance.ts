import type { InstanceFate } from "../scenario/instance-fate.js";
import type { Ec2 } from "./action.js";
import type { BlockDevice } from "./block-devices.js";
import { newId, newSpotRequestId } from "./ids.js";
import type { LaunchOrder } from "./launch-request.js";
import type { InstanceRecord, SpotRequestRecord, SubnetRecord } from "./records.js";

/** What all instances of one call share, and which of them this is. */
export interface LaunchSlot {
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly subnet: SubnetRecord;
  readonly clientToken: string;
}

/** A launch, and the spot request that was there before it. */
export type InstanceOrder = Omit<LaunchOrder, "least" | "most"> & { readonly request?: SpotRequestRecord };

/**
 * Enters one pending instance into the account, with its volumes, its network interface, its spot request and the tags
 * of all of them, at once: nobody ever sees it without its tags.
 */
export function launchInstance(order: InstanceOrder, slot: LaunchSlot, ec2: Ec2): InstanceRecord {
  const { account, clock, randomBytes } = ec2;
  const id = newId("i", randomBytes);
  const sequence = account.nextSequence();
  const launchMs = clock.nowMs();
  const fate = drawFate(order, slot.subnet.zone, ec2);
  const instance: InstanceRecord = {
    ...slot,
    id,
    sequence,
    type: order.type.type,
    vcpus: order.type.vcpu,
    image: order.image,
    market: order.market.market,
    spotRequestId: order.request?.id ?? (order.market.market === "spot" ? newSpotRequestId(randomBytes) : undefined),
    groups: order.placement.groups,
    networkInterfaceId: newId("eni", randomBytes),
    privateIp: privateIp(slot.subnet, sequence),
    wantsPublicAddress: order.placement.publicAddress,
    profileArn: order.profileArn,
    keyName: order.keyName,
    userData: order.userData,
    shutdownBehavior: order.shutdownBehavior,
    terminationProtected: order.terminationProtected,
    ebsOptimized: order.ebsOptimized,
    detailedMonitoring: order.detailedMonitoring,
    metadata: order.metadata,
    volumeIds: order.devices.map((device) => createVolume(device, id, slot.subnet.zone, launchMs, ec2)),
    launchMs,
    visibleFromMs: clock.monotonicMs() + fate.hiddenMs,
    fate,
    reclaimMs: undefined,
    state: "pending",
    stateReason: undefined,
    transitionReason: "",
    publicAddress: "",
    console: "",
    consoleMs: launchMs,
    terminatedMs: undefined,
  };
  account.instances.set(id, instance);
  fulfilRequest(instance, order, ec2);
  tagLaunched(instance, order, ec2);
  return instance;
}

function drawFate({ type, market }: InstanceOrder, zone: string, { scenario }: Ec2): InstanceFate {
  const { fates, prices, elapsedMs } = scenario.now;
  const { maxPriceUsd } = market;
  const passesMs = maxPriceUsd === undefined ? undefined : prices.passes(type, zone, Number(maxPriceUsd), elapsedMs());
  return fates.next({ type: type.type, zone, market: market.market }, passesMs);
}

/** A spot instance has a request that is fulfilled: its own, or one made for it. */
function fulfilRequest(instance: InstanceRecord, order: InstanceOrder, { account, clock }: Ec2): void {
  const { spotRequestId, launchMs: createdMs } = instance;
  if (spotRequestId === undefined) return;
  const fulfilled = {
    instanceId: instance.id,
    zone: instance.subnet.zone,
    state: "active",
    status: { code: "fulfilled", message: "Your Spot request is fulfilled.", updatedMs: createdMs },
  } as const;
  if (order.request !== undefined) {
    Object.assign(order.request, fulfilled);
    return;
  }
  account.spotRequests.set(spotRequestId, {
    id: spotRequestId,
    createdMs,
    visibleFromMs: clock.monotonicMs() + instance.fate.requestHiddenMs,
    maxPriceUsd: order.market.maxPriceUsd,
    validUntilMs: undefined,
    wants: {
      imageId: instance.image.id,
      type: instance.type,
      groups: instance.groups,
      subnetId: instance.subnet.id,
    },
    ...fulfilled,
  });
}

function createVolume(
  device: BlockDevice,
  instanceId: string,
  zone: string,
  createdMs: number,
  { account, randomBytes }: Ec2,
): string {
  const id = newId("vol", randomBytes);
  account.volumes.set(id, { ...device, id, instanceId, zone, createdMs, detached: false });
  return id;
}

function tagLaunched(instance: InstanceRecord, order: InstanceOrder, { account }: Ec2): void {
  const resources = {
    instance: [instance.id],
    volume: instance.volumeIds,
    "network-interface": [instance.networkInterfaceId],
    "spot-instances-request": instance.spotRequestId === undefined ? [] : [instance.spotRequestId],
  };
  for (const [resource, tags] of order.tags) {
    for (const id of resources[resource]) account.tags.set(id, tags);
  }
}

/** Addresses count up within the subnet's 4,096; AWS keeps the first four of a subnet to itself. */
function privateIp(subnet: SubnetRecord, sequence: number): string {
  const [, , third = "0"] = subnet.cidr.split(".");
  const offset = 4 + (sequence % 4000);
  return `172.31.${Number(third) + (offset >> 8)}.${offset & 255}`;
}
