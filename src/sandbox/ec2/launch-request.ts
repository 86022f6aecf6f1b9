import type { CatalogType } from "../../catalog/load-catalog.js";
import { Ec2ApiError, invalidCombination, invalidValue, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { AccountContent } from "./account-content.js";
import type { Ec2 } from "./action.js";
import { readBlockDevices, type BlockDevice } from "./block-devices.js";
import { imageKind, imageUnavailable } from "./image-kind.js";
import { readMarket, type MarketChoice } from "./market-options.js";
import { readPlacement, type Placement } from "./placement.js";
import type { ImageRecord } from "./records.js";
import { launchedResources, readTagSpecifications, type LaunchedResource } from "./tag-parameters.js";
import { checkUserData } from "./user-data.js";

/** The most instances that one call may ask for; new accounts have far lower quotas, this one has none. */
const MOST_INSTANCES = 1000;

/** A launch that has been read and checked against the account. */
export interface LaunchOrder extends LaunchSpecification {
  /** With fewer than these EC2 launches none. */
  readonly least: number;
  readonly most: number;
  readonly market: MarketChoice;
  readonly tags: ReadonlyMap<LaunchedResource, ReadonlyMap<string, string>>;
  readonly shutdownBehavior: "stop" | "terminate";
  readonly terminationProtected: boolean;
  readonly metadata: { readonly tokens: "optional" | "required"; readonly hopLimit: number };
}

/** What RunInstances and RequestSpotInstances have in common. */
export interface LaunchSpecification {
  readonly type: CatalogType;
  readonly image: ImageRecord;
  readonly placement: Placement;
  readonly devices: readonly BlockDevice[];
  readonly userData: string;
  readonly profileArn: string | undefined;
  readonly keyName: string | undefined;
  readonly ebsOptimized: boolean;
  readonly detailedMonitoring: boolean;
}

/** Reads all of RunInstances but its client token. @throws Ec2ApiError with the first thing that EC2 would refuse. */
export function readLaunch(parameters: Parameters, ec2: Ec2): LaunchOrder {
  const spot = parameters.member("InstanceMarketOptions").text("MarketType") === "spot";
  return {
    ...readLaunchSpecification(parameters, spot, ec2),
    ...readCounts(parameters),
    market: readMarket(parameters),
    tags: readTagSpecifications(parameters, launchedResources),
    // EC2's own default: a worker that only powers off would go on paying for its disks.
    shutdownBehavior: parameters.oneOf("InstanceInitiatedShutdownBehavior", ["stop", "terminate"]) ?? "stop",
    terminationProtected: parameters.boolean("DisableApiTermination") ?? false,
    metadata: readMetadataOptions(parameters.member("MetadataOptions")),
  };
}

/**
 * Reads what is to be launched, from the parameters of RunInstances or the launch specification of a spot request.
 * @throws Ec2ApiError with the first thing that EC2 would refuse.
 */
export function readLaunchSpecification(
  parameters: Parameters,
  spot: boolean,
  { account, types }: Ec2,
): LaunchSpecification {
  const image = readImage(parameters, account.content);
  const type = readType(parameters, spot, types);
  checkArchitecture(type, image);
  return {
    type,
    image,
    placement: readPlacement(parameters, account.content),
    devices: readBlockDevices(parameters, image),
    userData: checkUserData(parameters.text("UserData")),
    profileArn: readProfile(parameters.member("IamInstanceProfile"), account.content),
    keyName: readKeyName(parameters, account.content),
    ebsOptimized: parameters.boolean("EbsOptimized") ?? false,
    detailedMonitoring: parameters.member("Monitoring").boolean("Enabled") ?? false,
  };
}

function readImage(parameters: Parameters, content: AccountContent): ImageRecord {
  const id = parameters.requiredText("ImageId");
  imageKind.checkId(id);
  const image = content.images.find((candidate) => candidate.id === id);
  if (image === undefined) throw imageKind.notFound([id]);
  if (image.deregistered) throw imageUnavailable(id);
  return image;
}

function readType(parameters: Parameters, spot: boolean, types: ReadonlyMap<string, CatalogType>): CatalogType {
  const name = parameters.text("InstanceType") ?? "m1.small";
  const type = types.get(name);
  if (type === undefined) {
    throw new Ec2ApiError("InvalidParameterValue", `Invalid value '${name}' for InstanceType.`);
  }
  if (type.offered === false || (spot && !type.spotSupported)) {
    throw new Ec2ApiError(
      "Unsupported",
      "The requested configuration is currently not supported. Please check the documentation for supported configurations.",
    );
  }
  return type;
}

function checkArchitecture(type: CatalogType, image: ImageRecord): void {
  if (type.architectures.includes(image.architecture)) return;
  throw new Ec2ApiError(
    "InvalidParameterValue",
    `The architecture '${type.architectures.join(",")}' of the specified instance type does not match the architecture ` +
      `'${image.architecture}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, ` +
      "and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the " +
      "instance type or AMI.",
  );
}

/** EC2 launches as many as it can between the two counts. */
function readCounts(parameters: Parameters): { readonly least: number; readonly most: number } {
  const least = parameters.integer("MinCount");
  const most = parameters.integer("MaxCount");
  if (least === undefined) throw missingParameter("MinCount");
  if (most === undefined) throw missingParameter("MaxCount");
  if (least < 1) throw invalidValue("minCount", least, "minCount must be at least 1.");
  if (most < least) throw invalidValue("maxCount", most, "maxCount must not be less than minCount.");
  if (least > MOST_INSTANCES) {
    throw new Ec2ApiError(
      "InstanceLimitExceeded",
      `You have requested more instances (${least}) than your current instance limit of ${MOST_INSTANCES} allows for the ` +
        "specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    );
  }
  return { least, most: Math.min(most, MOST_INSTANCES) };
}

function readProfile(profile: Parameters, content: AccountContent): string | undefined {
  const arn = profile.text("Arn");
  const name = profile.text("Name");
  if (arn !== undefined && name !== undefined) {
    throw invalidCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    );
  }
  if (arn === undefined && name === undefined) return undefined;
  const found = content.profiles.find((known) => known.arn === arn || known.name === name);
  if (found === undefined) {
    throw name === undefined
      ? invalidValue("iamInstanceProfile.arn", arn ?? "", "Invalid IAM Instance Profile ARN")
      : invalidValue("iamInstanceProfile.name", name, "Invalid IAM Instance Profile name");
  }
  if (found.role === undefined) {
    throw new Ec2ApiError("InvalidParameterValue", `IAM Instance Profile "${found.arn}" has no associated IAM Roles`);
  }
  return found.arn;
}

function readKeyName(parameters: Parameters, content: AccountContent): string | undefined {
  const name = parameters.text("KeyName");
  if (name !== undefined && content.keyPairs.every((pair) => pair.name !== name)) {
    throw new Ec2ApiError("InvalidKeyPair.NotFound", `The key pair '${name}' does not exist`);
  }
  return name;
}

function readMetadataOptions(options: Parameters): LaunchOrder["metadata"] {
  const hopLimit = options.integer("HttpPutResponseHopLimit") ?? 1;
  if (hopLimit < 1 || hopLimit > 64) {
    throw invalidValue("HttpPutResponseHopLimit", hopLimit, "Expecting a value between 1 and 64.");
  }
  return { tokens: options.oneOf("HttpTokens", ["optional", "required"]) ?? "optional", hopLimit };
}
