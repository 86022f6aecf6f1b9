import type {
  ImageRecord,
  KeyPairRecord,
  ProfileRecord,
  RoleRecord,
  SecurityGroupRecord,
  SubnetRecord,
  VpcRecord,
  ZoneRecord,
} from "./records.js";

/** The account number of the sandbox. */
export const ACCOUNT_ID = "123456789012";

/** Who calls the sandbox, as STS and refusals name the user. */
export const CALLER_ARN = `arn:aws:iam::${ACCOUNT_ID}:user/sandbox`;

/** How AWS says that the caller has no permission, whatever the service. */
export function notAuthorized(action: string, resource: string): string {
  return (
    `User: ${CALLER_ARN} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`
  );
}

/** The name and ARN of the instance profile that a new account has. */
export const INSTANCE_PROFILE_NAME = "reflowlet";
export const INSTANCE_PROFILE_ARN = `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${INSTANCE_PROFILE_NAME}`;

/** The only key pair of a new account. */
export const KEY_PAIR_NAME = "reflow-ec2-sandbox";

/** The outside address of whoever calls the sandbox, as security groups see it (a documentation address, RFC 5737). */
export const CALLER_ADDRESS = "198.51.100.7";

/** The account that publishes Flatcar's images, https://www.flatcar.org/docs/latest/installing/cloud/aws-ec2/. */
export const FLATCAR_OWNER_ID = "075585003325";

/** The account that published CoreOS Container Linux. */
const COREOS_OWNER_ID = "595879546273";

/** The group that Reflow's set-up makes, with the recorded id. */
export const REFLOW_GROUP_ID = "sg-00e7669ca875ccee9";

/** The image of the ready-made configuration, which 2023 drivers were recorded with. */
export const DEFAULT_IMAGE_ID = "ami-0c3488073a14ab0af";

/** The default VPC. */
const VPC: VpcRecord = { id: "vpc-0a1b2c3d4e5f60718", cidr: "172.31.0.0/16", isDefault: true };

/** What the account holds besides what is launched. What can be made and deleted is a list that changes. */
export interface AccountContent {
  readonly zones: readonly ZoneRecord[];
  readonly vpcs: readonly VpcRecord[];
  readonly subnets: readonly SubnetRecord[];
  groups: SecurityGroupRecord[];
  readonly images: readonly ImageRecord[];
  profiles: ProfileRecord[];
  roles: RoleRecord[];
  keyPairs: KeyPairRecord[];
}

/** A new account in `region`: a default VPC with a subnet in each of three zones, Reflow's group, profile and images. */
export function newAccountContent(region: string): AccountContent {
  const zones = ["a", "b", "c"].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${zoneIdPrefix(region)}-az${index + 1}`,
  }));
  return {
    zones,
    vpcs: [VPC],
    subnets: zones.map((zone, index) => ({
      id: `subnet-0${index + 1}1b2c3d4e5f6071${index + 1}`,
      vpcId: VPC.id,
      zone: zone.name,
      cidr: `172.31.${index * 16}.0/20`,
      isDefault: true,
      publicAddress: true,
      route: "internet-gateway",
    })),
    groups: [defaultGroup("sg-0d1e2f3a4b5c60718", VPC.id), reflowGroup(VPC.id)],
    images,
    profiles: [
      {
        id: "AIPA0123456789ABCDEFG",
        name: INSTANCE_PROFILE_NAME,
        arn: INSTANCE_PROFILE_ARN,
        createdMs: CREATED_MS,
        role: INSTANCE_PROFILE_NAME,
      },
    ],
    roles: [
      {
        id: "AROA0123456789ABCDEFG",
        name: INSTANCE_PROFILE_NAME,
        arn: `arn:aws:iam::${ACCOUNT_ID}:role/${INSTANCE_PROFILE_NAME}`,
        createdMs: CREATED_MS,
        trustPolicy:
          '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}',
        description: undefined,
        policies: new Map(),
      },
    ],
    keyPairs: [
      {
        id: "key-0a1b2c3d4e5f60718",
        name: KEY_PAIR_NAME,
        type: "ed25519",
        fingerprint: "6gVMdimOCJHF/eisw2fMqxXb+vZ8JyJ1yerBV7BFZVQ=",
        publicKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAID4pou49doh3R/xUQTjNCgMqPJZLcLEA00kwkLolOLiv ${KEY_PAIR_NAME}`,
        createdMs: CREATED_MS,
      },
    ],
  };
}

/** When the things of a new account were made: before any of them was used. */
const CREATED_MS = Date.UTC(2026, 0, 1);

/** The group that each VPC has from the start. */
export function defaultGroup(id: string, vpcId: string): SecurityGroupRecord {
  return {
    id,
    name: "default",
    description: "default VPC security group",
    vpcId,
    ingress: [{ protocol: "-1", cidrs: [], groupIds: [id] }],
  };
}

function reflowGroup(vpcId: string): SecurityGroupRecord {
  return {
    id: REFLOW_GROUP_ID,
    name: "reflow",
    description: "security group for reflow",
    vpcId,
    ingress: [
      { protocol: "-1", cidrs: [], groupIds: [REFLOW_GROUP_ID] },
      { protocol: "tcp", fromPort: 22, toPort: 22, cidrs: [`${CALLER_ADDRESS}/32`], groupIds: [] },
      { protocol: "tcp", fromPort: 9000, toPort: 9000, cidrs: [`${CALLER_ADDRESS}/32`], groupIds: [] },
    ],
  };
}

/** `us-west-2` has the zone ids `usw2-az1` and so on, `ap-southeast-1` has `apse1-az1`. */
function zoneIdPrefix(region: string): string {
  const [continent = "", ...rest] = region.split("-");
  const initials = (word: string): string =>
    word.replace(/north|south|east|west|central|gov/g, (direction) => direction.charAt(0));
  return continent + rest.map(initials).join("");
}

function image(
  id: string,
  name: string,
  ownerId: string,
  architecture: "x86_64" | "arm64",
  creationMs: number,
): ImageRecord {
  return {
    id,
    name,
    description: name.replace(/-hvm$/, " (HVM)"),
    ownerId,
    architecture,
    creationMs,
    rootDeviceName: "/dev/xvda",
    rootSnapshotId: id.replace("ami-", "snap-"),
    rootSizeGiB: 8,
  };
}

/** The two recorded images, which Reflow's drivers ask for, and the newest Flatcar stable that our data knows. */
const images: readonly ImageRecord[] = [
  image("ami-4296ec3a", "CoreOS-stable-1745.7.0-hvm", COREOS_OWNER_ID, "x86_64", Date.UTC(2018, 5, 14)),
  image(DEFAULT_IMAGE_ID, "Flatcar-stable-3510.2.8-hvm", FLATCAR_OWNER_ID, "x86_64", Date.UTC(2023, 8, 19)),
  image("ami-0459325abcdef0001", "Flatcar-stable-4593.2.5-hvm", FLATCAR_OWNER_ID, "x86_64", Date.UTC(2026, 7, 13)),
  image("ami-0459325abcdef0002", "Flatcar-stable-4593.2.5-arm64-hvm", FLATCAR_OWNER_ID, "arm64", Date.UTC(2026, 7, 13)),
];
