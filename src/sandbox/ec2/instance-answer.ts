import type { InstanceState } from "../../cluster/ports.js";
import type { XmlObject } from "../protocol/xml.js";
import type { Account } from "./account.js";
import { ACCOUNT_ID } from "./account-content.js";
import type { InstanceRecord } from "./records.js";

/** EC2's codes of the states. */
const stateCodes: Readonly<Record<InstanceState, number>> = {
  pending: 0,
  running: 16,
  "shutting-down": 32,
  terminated: 48,
  stopping: 64,
  stopped: 80,
};

/** EC2's number of a state, e.g. 16 for running. */
export function stateCode(state: InstanceState): number {
  return stateCodes[state];
}

/** A state as `{code, name}`. */
export function stateAnswer(state: InstanceState): XmlObject {
  return { code: stateCodes[state], name: state };
}

/** Tags as a `tagSet`. */
export function tagAnswer(tags: ReadonlyMap<string, string>): readonly XmlObject[] {
  return [...tags].map(([key, value]) => ({ key, value }));
}

/** A time as EC2 writes it. */
export function timeAnswer(ms: number): string {
  return new Date(ms).toISOString();
}

/** A reservation: the instances of one RunInstances call. */
export function reservationAnswer(reservationId: string, instances: readonly XmlObject[]): XmlObject {
  return { reservationId, ownerId: ACCOUNT_ID, groupSet: [], instancesSet: instances };
}

/** An instance as RunInstances and DescribeInstances answer it. What it has given up at its end is left out. */
export function instanceAnswer(instance: InstanceRecord, account: Account): XmlObject {
  const ended = instance.state === "terminated";
  return {
    instanceId: instance.id,
    imageId: instance.image.id,
    instanceState: stateAnswer(instance.state),
    privateDnsName: ended ? "" : privateDnsName(instance, account),
    dnsName: instance.publicAddress,
    reason: instance.transitionReason,
    keyName: instance.keyName,
    amiLaunchIndex: instance.launchIndex,
    productCodes: [],
    instanceType: instance.type,
    launchTime: timeAnswer(instance.launchMs),
    placement: { availabilityZone: instance.subnet.zone, groupName: "", tenancy: "default" },
    monitoring: { state: instance.detailedMonitoring ? "enabled" : "disabled" },
    subnetId: ended ? undefined : instance.subnet.id,
    vpcId: ended ? undefined : instance.subnet.vpcId,
    privateIpAddress: ended ? undefined : instance.privateIp,
    ipAddress: instance.publicAddress === "" ? undefined : instance.publicAddress,
    sourceDestCheck: true,
    groupSet: ended ? [] : groupAnswer(instance),
    stateReason: stateReason(instance),
    architecture: instance.image.architecture,
    rootDeviceType: "ebs",
    rootDeviceName: instance.image.rootDeviceName,
    blockDeviceMapping: ended ? [] : deviceAnswer(instance, account),
    virtualizationType: "hvm",
    clientToken: instance.clientToken,
    instanceLifecycle: instance.market === "spot" ? "spot" : undefined,
    spotInstanceRequestId: instance.spotRequestId,
    tagSet: tagAnswer(account.tags.of(instance.id)),
    hypervisor: "xen",
    networkInterfaceSet: ended ? [] : [interfaceAnswer(instance, account)],
    iamInstanceProfile: ended ? undefined : profileAnswer(instance, account),
    ebsOptimized: instance.ebsOptimized,
    enaSupport: true,
    metadataOptions: {
      state: "applied",
      httpTokens: instance.metadata.tokens,
      httpPutResponseHopLimit: instance.metadata.hopLimit,
      httpEndpoint: "enabled",
      httpProtocolIpv6: "disabled",
      instanceMetadataTags: "disabled",
    },
  };
}

function stateReason({ state, stateReason }: InstanceRecord): XmlObject | undefined {
  // EC2's own words for an instance that has only just been asked for.
  if (state === "pending") return { code: "pending", message: "pending" };
  return stateReason && { ...stateReason };
}

function privateDnsName(instance: InstanceRecord, account: Account): string {
  const name = `ip-${instance.privateIp.replaceAll(".", "-")}`;
  // The oldest region has a domain of its own.
  return account.region === "us-east-1" ? `${name}.ec2.internal` : `${name}.${account.region}.compute.internal`;
}

function groupAnswer(instance: InstanceRecord): readonly XmlObject[] {
  return instance.groups.map(({ id, name }) => ({ groupId: id, groupName: name }));
}

function deviceAnswer(instance: InstanceRecord, account: Account): readonly XmlObject[] {
  // Volumes come with the instance: EC2 shows none while it is pending.
  if (instance.state === "pending") return [];
  return instance.volumeIds.flatMap((id) => {
    const volume = account.volumes.get(id);
    if (volume === undefined) return [];
    const { deviceName, createdMs, deleteOnTermination } = volume;
    const ebs = { volumeId: id, status: "attached", attachTime: timeAnswer(createdMs), deleteOnTermination };
    return [{ deviceName, ebs }];
  });
}

function interfaceAnswer(instance: InstanceRecord, account: Account): XmlObject {
  const { publicAddress } = instance;
  const association =
    publicAddress === "" ? undefined : { publicIp: publicAddress, publicDnsName: publicAddress, ipOwnerId: "amazon" };
  return {
    networkInterfaceId: instance.networkInterfaceId,
    subnetId: instance.subnet.id,
    vpcId: instance.subnet.vpcId,
    ownerId: ACCOUNT_ID,
    status: "in-use",
    description: "",
    interfaceType: "interface",
    macAddress: macAddress(instance),
    privateIpAddress: instance.privateIp,
    privateDnsName: privateDnsName(instance, account),
    sourceDestCheck: true,
    groupSet: groupAnswer(instance),
    attachment: {
      attachmentId: instance.networkInterfaceId.replace("eni-", "eni-attach-"),
      deviceIndex: 0,
      networkCardIndex: 0,
      status: instance.state === "pending" ? "attaching" : "attached",
      attachTime: timeAnswer(instance.launchMs),
      deleteOnTermination: true,
    },
    association,
    privateIpAddressesSet: [{ privateIpAddress: instance.privateIp, primary: true, association }],
    ipv6AddressesSet: [],
  };
}

/** A locally administered address that the id of the interface determines. */
function macAddress({ networkInterfaceId }: InstanceRecord): string {
  const digits = networkInterfaceId.slice(-10);
  return ["02", ...[0, 2, 4, 6, 8].map((at) => digits.slice(at, at + 2))].join(":");
}

function profileAnswer(instance: InstanceRecord, account: Account): XmlObject | undefined {
  const profile = account.content.profiles.find(({ arn }) => arn === instance.profileArn);
  return profile && { arn: profile.arn, id: profile.id };
}
