import type {
  Image,
  Instance as SdkInstance,
  RunInstancesCommandInput,
  Subnet as SdkSubnet,
  Tag,
  TagSpecification,
} from "@aws-sdk/client-ec2";
import type { Instance, InstanceState, LaunchRequest, MachineImage, Subnet, Tags } from "../cluster/ports.js";

const STATES: readonly InstanceState[] = ["pending", "running", "shutting-down", "terminated", "stopping", "stopped"];

/** One of EC2's state names; anything new counts as pending, which is waited on and never used. */
export function toState(name: string | undefined): InstanceState {
  return STATES.find((state) => state === name) ?? "pending";
}

/** An instance in our words; undefined when it has no id, which no real answer lacks. */
export function toInstance(sdk: SdkInstance): Instance | undefined {
  if (!sdk.InstanceId) return undefined;
  const { Code = "", Message = "" } = sdk.StateReason ?? {};
  return {
    id: sdk.InstanceId,
    type: sdk.InstanceType ?? "",
    state: toState(sdk.State?.Name),
    stateReason: Code && Message && !Message.startsWith(Code) ? `${Code}: ${Message}` : Message || Code,
    // On-demand instances have no lifecycle.
    market: sdk.InstanceLifecycle === "spot" ? "spot" : "on-demand",
    zone: sdk.Placement?.AvailabilityZone ?? "",
    launchTimeMs: sdk.LaunchTime?.getTime() ?? 0,
    publicDnsName: sdk.PublicDnsName ?? "",
    publicIp: sdk.PublicIpAddress ?? "",
    privateIp: sdk.PrivateIpAddress ?? "",
    imageId: sdk.ImageId ?? "",
    tags: toTags(sdk.Tags),
  };
}

/** Tags in our words. */
export function toTags(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}

/** Tags in the SDK's words. */
export function toTagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** An image in our words; none when it has no id, which no real answer lacks. */
export function toImage({ ImageId, Name = "", Architecture, CreationDate = "", State }: Image): MachineImage[] {
  if (!ImageId) return [];
  const createdMs = Date.parse(CreationDate) || 0;
  return [{ id: ImageId, name: Name, architecture: Architecture ?? "", createdMs, state: State ?? "available" }];
}

/** A subnet in our words; none when it has no id or zone, which no real answer lacks. */
export function toSubnet(sdk: SdkSubnet): Subnet[] {
  const { SubnetId, AvailabilityZone, VpcId = "", AvailableIpAddressCount = 0, MapPublicIpOnLaunch = false } = sdk;
  if (!SubnetId || !AvailabilityZone) return [];
  return [
    {
      id: SubnetId,
      vpcId: VpcId,
      zone: AvailabilityZone,
      freeAddresses: AvailableIpAddressCount,
      givesPublicAddress: MapPublicIpOnLaunch,
    },
  ];
}

/** The call of a launch request. Nothing is sent as an empty string or list. */
export function toRunInstances(request: LaunchRequest): RunInstancesCommandInput {
  return {
    ClientToken: request.clientToken,
    MinCount: 1,
    MaxCount: request.count,
    // The SDK's list of types is as old as the SDK; EC2 judges.
    InstanceType: request.instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    ImageId: request.imageId,
    UserData: request.userData,
    ...toNetwork(request),
    ...(request.zone !== undefined && { Placement: { AvailabilityZone: request.zone } }),
    ...toProfile(request),
    ...(request.keyName !== undefined && { KeyName: request.keyName }),
    ...(request.ebsOptimized !== undefined && { EbsOptimized: request.ebsOptimized }),
    ...(request.market === "spot" && {
      InstanceMarketOptions: {
        MarketType: "spot" as const,
        SpotOptions: {
          SpotInstanceType: "one-time" as const,
          InstanceInterruptionBehavior: "terminate" as const,
          ...(request.maxSpotUsd !== undefined && { MaxPrice: toMaxPrice(request.maxSpotUsd) }),
        },
      },
    }),
    BlockDeviceMappings: toBlockDevices(request),
    MetadataOptions: {
      HttpEndpoint: "enabled",
      HttpTokens: request.metadataTokens,
      HttpPutResponseHopLimit: request.metadataHopLimit,
    },
    InstanceInitiatedShutdownBehavior: "terminate",
    DisableApiTermination: false,
    Monitoring: { Enabled: request.detailedMonitoring },
    TagSpecifications: tagSpecifications(request),
  };
}

/** EC2 refuses less than a tenth of a cent, and more than five decimals make no difference. */
export function toMaxPrice(usd: number): string {
  return String(Number(Math.max(usd, 0.001).toFixed(5)));
}

/** The instance profile, by ARN or by name. */
export function toProfile({
  instanceProfile: profile,
}: Pick<LaunchRequest, "instanceProfile">): Pick<RunInstancesCommandInput, "IamInstanceProfile"> {
  if (profile === undefined) return {};
  return { IamInstanceProfile: profile.startsWith("arn:") ? { Arn: profile } : { Name: profile } };
}

/** Root and data volumes; they end with their instance. */
export function toBlockDevices({
  volumes,
}: LaunchRequest): NonNullable<RunInstancesCommandInput["BlockDeviceMappings"]> {
  return volumes.map((volume) => ({
    DeviceName: volume.deviceName,
    Ebs: {
      VolumeType: volume.type as "gp3",
      VolumeSize: volume.sizeGiB,
      Encrypted: volume.encrypted,
      DeleteOnTermination: true,
      ...(volume.iops !== undefined && { Iops: volume.iops }),
      ...(volume.throughputMiBps !== undefined && { Throughput: volume.throughputMiBps }),
    },
  }));
}

/**
 * Subnet and groups. Whether there is a public address can be said only of a network interface, and then the rest must
 * be said there, too.
 */
export function toNetwork({
  securityGroupIds,
  subnetId,
  publicAddress,
}: LaunchRequest): Pick<RunInstancesCommandInput, "SecurityGroupIds" | "SubnetId" | "NetworkInterfaces"> {
  const groups = securityGroupIds.length > 0 ? [...securityGroupIds] : undefined;
  if (publicAddress === undefined) {
    return {
      ...(groups !== undefined && { SecurityGroupIds: groups }),
      ...(subnetId !== undefined && { SubnetId: subnetId }),
    };
  }
  return {
    NetworkInterfaces: [
      {
        DeviceIndex: 0,
        AssociatePublicIpAddress: publicAddress,
        DeleteOnTermination: true,
        ...(groups !== undefined && { Groups: groups }),
        ...(subnetId !== undefined && { SubnetId: subnetId }),
      },
    ],
  };
}

function tagSpecifications({ tags, market }: LaunchRequest): TagSpecification[] {
  const list = toTagList(tags);
  const kinds = ["instance", "volume", "network-interface"] as const;
  return [...kinds, ...(market === "spot" ? (["spot-instances-request"] as const) : [])].map((ResourceType) => ({
    ResourceType,
    Tags: list,
  }));
}
