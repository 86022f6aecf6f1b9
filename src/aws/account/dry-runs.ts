import {
  AuthorizeSecurityGroupIngressCommand,
  CancelSpotInstanceRequestsCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeImagesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeKeyPairsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  GetConsoleOutputCommand,
  GetSpotPlacementScoresCommand,
  ImportKeyPairCommand,
  RequestSpotInstancesCommand,
  RevokeSecurityGroupIngressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from "@aws-sdk/client-ec2";
import { toProfile } from "../convert.js";
import type { Send } from "../ec2-caller.js";

/** What a dry run names, by the words of PermissionQuery. */
export type About = Readonly<Record<string, string>>;

/** A dry run, or the word of PermissionQuery that it cannot do without. */
export type DryRun = Send<unknown> | { readonly lacks: string };

/** Ids of the right form that nothing has: EC2 judges the permission before it looks for them. */
const NO_INSTANCE = "i-0ffffffffffffffff";
const NO_GROUP = "sg-0ffffffffffffffff";
const NO_SPOT_REQUEST = "sir-zzzzzzzz";
/** A name that nothing has. */
const NO_NAME = "reflow-ec2-permission-check";
const TAGS = [{ Key: NO_NAME, Value: "" }];
/** What is asked for must be in order: a rule for an address that nobody has (RFC 5737), ... */
const IpPermissions = [{ IpProtocol: "tcp", FromPort: 9000, ToPort: 9000, IpRanges: [{ CidrIp: "192.0.2.0/32" }] }];
/** ... types for a score, of which EC2 wants three, ... */
const InstanceTypes = ["c5.large", "c6i.large", "m5.large"];
/** ... and an ED25519 key that is nobody's: each part has its length before it (RFC 4253, section 5). */
const PUBLIC_KEY = `ssh-ed25519 ${Buffer.concat([
  Buffer.from([0, 0, 0, 11]),
  Buffer.from("ssh-ed25519"),
  Buffer.from([0, 0, 0, 32]),
  Buffer.alloc(32, 1),
]).toString("base64")} ${NO_NAME}`;

const DryRun = true;

/** Actions that need nothing to be named. */
const PLAIN: Readonly<Record<string, Send<unknown>>> = {
  CancelSpotInstanceRequests: (ec2, o) =>
    ec2.send(new CancelSpotInstanceRequestsCommand({ DryRun, SpotInstanceRequestIds: [NO_SPOT_REQUEST] }), o),
  DescribeAvailabilityZones: (ec2, o) => ec2.send(new DescribeAvailabilityZonesCommand({ DryRun }), o),
  DescribeImages: (ec2, o) => ec2.send(new DescribeImagesCommand({ DryRun, Owners: ["self"] }), o),
  DescribeInstanceStatus: (ec2, o) => ec2.send(new DescribeInstanceStatusCommand({ DryRun }), o),
  DescribeInstanceTypeOfferings: (ec2, o) => ec2.send(new DescribeInstanceTypeOfferingsCommand({ DryRun }), o),
  DescribeInstanceTypes: (ec2, o) => ec2.send(new DescribeInstanceTypesCommand({ DryRun }), o),
  DescribeInstances: (ec2, o) => ec2.send(new DescribeInstancesCommand({ DryRun }), o),
  DescribeKeyPairs: (ec2, o) => ec2.send(new DescribeKeyPairsCommand({ DryRun }), o),
  DescribeRouteTables: (ec2, o) => ec2.send(new DescribeRouteTablesCommand({ DryRun }), o),
  DescribeSecurityGroups: (ec2, o) => ec2.send(new DescribeSecurityGroupsCommand({ DryRun }), o),
  DescribeSpotInstanceRequests: (ec2, o) => ec2.send(new DescribeSpotInstanceRequestsCommand({ DryRun }), o),
  DescribeSpotPriceHistory: (ec2, o) => ec2.send(new DescribeSpotPriceHistoryCommand({ DryRun }), o),
  DescribeSubnets: (ec2, o) => ec2.send(new DescribeSubnetsCommand({ DryRun }), o),
  DescribeTags: (ec2, o) => ec2.send(new DescribeTagsCommand({ DryRun }), o),
  DescribeVolumes: (ec2, o) => ec2.send(new DescribeVolumesCommand({ DryRun }), o),
  DescribeVpcs: (ec2, o) => ec2.send(new DescribeVpcsCommand({ DryRun }), o),
  DeleteKeyPair: (ec2, o) => ec2.send(new DeleteKeyPairCommand({ DryRun, KeyName: NO_NAME }), o),
  GetSpotPlacementScores: (ec2, o) =>
    ec2.send(new GetSpotPlacementScoresCommand({ DryRun, TargetCapacity: 1, InstanceTypes }), o),
  ImportKeyPair: (ec2, o) =>
    ec2.send(new ImportKeyPairCommand({ DryRun, KeyName: NO_NAME, PublicKeyMaterial: Buffer.from(PUBLIC_KEY) }), o),
};

/** Actions on an instance or a group; where none is named, on one that is not there. */
const ON_RESOURCE: Readonly<Record<string, (ids: { instanceId: string; groupId: string }) => Send<unknown>>> = {
  AuthorizeSecurityGroupIngress: ({ groupId: GroupId }) => {
    const command = new AuthorizeSecurityGroupIngressCommand({ DryRun, GroupId, IpPermissions });
    return (ec2, o) => ec2.send(command, o);
  },
  CreateTags: ({ instanceId }) => {
    const command = new CreateTagsCommand({ DryRun, Resources: [instanceId], Tags: TAGS });
    return (ec2, o) => ec2.send(command, o);
  },
  DeleteSecurityGroup: ({ groupId: GroupId }) => {
    const command = new DeleteSecurityGroupCommand({ DryRun, GroupId });
    return (ec2, o) => ec2.send(command, o);
  },
  DeleteTags: ({ instanceId }) => {
    const command = new DeleteTagsCommand({ DryRun, Resources: [instanceId], Tags: TAGS });
    return (ec2, o) => ec2.send(command, o);
  },
  GetConsoleOutput: ({ instanceId: InstanceId }) => {
    const command = new GetConsoleOutputCommand({ DryRun, InstanceId });
    return (ec2, o) => ec2.send(command, o);
  },
  RevokeSecurityGroupIngress: ({ groupId: GroupId }) => {
    const command = new RevokeSecurityGroupIngressCommand({ DryRun, GroupId, IpPermissions });
    return (ec2, o) => ec2.send(command, o);
  },
  TerminateInstances: ({ instanceId }) => {
    const command = new TerminateInstancesCommand({ DryRun, InstanceIds: [instanceId] });
    return (ec2, o) => ec2.send(command, o);
  },
};

/** The dry run of an action of EC2; undefined for actions that we never call. */
export function dryRunOf(action: string, about: About): DryRun | undefined {
  const plain = Object.hasOwn(PLAIN, action) ? PLAIN[action] : undefined;
  if (plain !== undefined) return plain;
  const { instanceId = NO_INSTANCE, securityGroupId: groupId = NO_GROUP } = about;
  const onResource = Object.hasOwn(ON_RESOURCE, action) ? ON_RESOURCE[action]?.({ instanceId, groupId }) : undefined;
  if (onResource !== undefined) return onResource;
  switch (action) {
    case "CreateSecurityGroup": {
      const { vpcId: VpcId } = about;
      if (VpcId === undefined) return { lacks: "vpcId" };
      const command = new CreateSecurityGroupCommand({ DryRun, GroupName: NO_NAME, Description: NO_NAME, VpcId });
      return (ec2, o) => ec2.send(command, o);
    }
    case "RunInstances":
      return about["imageId"] === undefined ? { lacks: "imageId" } : launch(about, about["imageId"]);
    case "RequestSpotInstances":
      return about["imageId"] === undefined ? { lacks: "imageId" } : spotRequest(about, about["imageId"]);
    default:
      return undefined;
  }
}

/** What RunInstances and RequestSpotInstances have in common. */
function specification({ instanceType = "c5.large", subnetId, securityGroupId, keyName, instanceProfile }: About) {
  return {
    // The SDK's list of types is as old as the SDK; EC2 judges.
    InstanceType: instanceType as NonNullable<RunInstancesCommandInput["InstanceType"]>,
    ...(subnetId !== undefined && { SubnetId: subnetId }),
    ...(securityGroupId !== undefined && { SecurityGroupIds: [securityGroupId] }),
    ...(keyName !== undefined && { KeyName: keyName }),
    ...toProfile({ instanceProfile }),
  };
}

/** With tags, as launches have them: these need leave for CreateTags, too. */
function launch(about: About, ImageId: string): Send<unknown> {
  const command = new RunInstancesCommand({
    DryRun,
    ImageId,
    MinCount: 1,
    MaxCount: 1,
    ...specification(about),
    ...(about["market"] === "spot" && { InstanceMarketOptions: { MarketType: "spot" as const } }),
    TagSpecifications: [{ ResourceType: "instance", Tags: TAGS }],
  });
  return (ec2, o) => ec2.send(command, o);
}

function spotRequest(about: About, ImageId: string): Send<unknown> {
  const command = new RequestSpotInstancesCommand({
    DryRun,
    InstanceCount: 1,
    LaunchSpecification: { ImageId, ...specification(about) },
  });
  return (ec2, o) => ec2.send(command, o);
}
