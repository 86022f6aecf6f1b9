import type { InstanceState, Market } from "../../cluster/ports.js";
import type { InstanceFate } from "../scenario/instance-fate.js";

/** Why an instance changed its state, as DescribeInstances tells it. */
export interface StateReason {
  /** E.g. `Client.UserInitiatedShutdown`. */
  readonly code: string;
  readonly message: string;
}

/** A machine image. */
export interface ImageRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly architecture: "x86_64" | "arm64";
  readonly creationMs: number;
  readonly rootDeviceName: string;
  readonly rootSnapshotId: string;
  readonly rootSizeGiB: number;
  /** Its owner has withdrawn it. */
  readonly deregistered?: boolean;
}

/** An availability zone. */
export interface ZoneRecord {
  /** E.g. `us-west-2a`. */
  readonly name: string;
  /** The same zone for every account, e.g. `usw2-az1`. */
  readonly id: string;
}

/** A VPC. */
export interface VpcRecord {
  readonly id: string;
  readonly cidr: string;
  readonly isDefault: boolean;
}

/** A subnet; the default VPC has one in each zone. */
export interface SubnetRecord {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly isDefault: boolean;
  /** Instances get one where the launch does not say. */
  readonly publicAddress: boolean;
  /** How many addresses are free, whatever runs there; by what runs there where it is undefined. */
  readonly freeAddresses?: number | undefined;
  /** Where its VPC's route table sends what is for the internet. */
  readonly route: "internet-gateway" | "nat" | "blackhole" | "none";
}

/** One rule of a security group: who may connect to which ports. */
export interface IngressRule {
  /** `tcp` and others, or `-1` for everything. */
  readonly protocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  /** IPv4 or IPv6. */
  readonly cidrs: readonly string[];
  /** Members of these groups may connect too. */
  readonly groupIds: readonly string[];
  readonly prefixListIds?: readonly string[];
  readonly description?: string | undefined;
}

/** A security group. Egress is open, as for every new group. */
export interface SecurityGroupRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly vpcId: string;
  ingress: readonly IngressRule[];
}

/** A public key that instances may be launched with. */
export interface KeyPairRecord {
  readonly id: string;
  readonly name: string;
  readonly type: "rsa" | "ed25519";
  readonly fingerprint: string;
  /** A line of OpenSSH, with the pair's name for comment. */
  readonly publicKey: string;
  readonly createdMs: number;
}

/** A role of IAM. */
export interface RoleRecord {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  /** JSON: who may take it on. */
  readonly trustPolicy: string;
  readonly description: string | undefined;
  /** JSON by name: what it may do. */
  readonly policies: Map<string, string>;
}

/** An instance profile of IAM. */
export interface ProfileRecord {
  readonly id: string;
  readonly name: string;
  readonly arn: string;
  readonly createdMs: number;
  /** The name of its only role. */
  role: string | undefined;
}

/** An EBS volume; the sandbox makes them with their instance and deletes them with it. */
export interface VolumeRecord {
  readonly id: string;
  readonly instanceId: string;
  readonly deviceName: string;
  readonly zone: string;
  readonly type: string;
  readonly sizeGiB: number;
  readonly iops: number | undefined;
  readonly throughputMiBps: number | undefined;
  readonly encrypted: boolean;
  readonly snapshotId: string | undefined;
  readonly createdMs: number;
  readonly deleteOnTermination: boolean;
  /** The volume has outlived its instance. */
  detached: boolean;
}

/** How a spot request is; the words behind it are in docs/sandbox.md. */
export interface SpotStatus {
  readonly code: string;
  readonly message: string;
  readonly updatedMs: number;
}

/** A one-time spot request: made by RunInstances with its instance, or by RequestSpotInstances, which comes before it. */
export interface SpotRequestRecord {
  readonly id: string;
  readonly createdMs: number;
  /** On the clock that never jumps: from then on it is found. */
  readonly visibleFromMs: number;
  readonly maxPriceUsd: string | undefined;
  readonly validUntilMs: number | undefined;
  /** What it asks for. */
  readonly wants: {
    readonly imageId: string;
    readonly type: string;
    readonly groups: readonly SecurityGroupRecord[];
    readonly subnetId: string | undefined;
  };
  instanceId: string | undefined;
  zone: string | undefined;
  state: "open" | "active" | "closed" | "cancelled" | "failed";
  status: SpotStatus;
}

/** An instance. What changes during its life is not read-only. */
export interface InstanceRecord {
  readonly id: string;
  /** Grows with every instance of the account; orders pages. */
  readonly sequence: number;
  readonly reservationId: string;
  readonly launchIndex: number;
  readonly clientToken: string;
  readonly type: string;
  /** Of its type; quotas count them. */
  readonly vcpus: number;
  readonly image: ImageRecord;
  readonly market: Market;
  readonly spotRequestId: string | undefined;
  readonly subnet: SubnetRecord;
  readonly groups: readonly SecurityGroupRecord[];
  readonly networkInterfaceId: string;
  readonly privateIp: string;
  /** Gets a public address once it runs. */
  readonly wantsPublicAddress: boolean;
  readonly profileArn: string | undefined;
  readonly keyName: string | undefined;
  /** Base64, as it was sent. */
  readonly userData: string;
  readonly shutdownBehavior: "stop" | "terminate";
  readonly terminationProtected: boolean;
  readonly ebsOptimized: boolean;
  readonly detailedMonitoring: boolean;
  readonly metadata: { readonly tokens: "optional" | "required"; readonly hopLimit: number };
  readonly volumeIds: readonly string[];
  readonly launchMs: number;
  /** On the clock that never jumps: from then on it is found. */
  readonly visibleFromMs: number;
  /** What the scenario has in store for it. */
  readonly fate: InstanceFate;
  /** When it will be taken back, milliseconds since 1970, once that has been told. */
  reclaimMs: number | undefined;
  state: InstanceState;
  stateReason: StateReason | undefined;
  /** The older, free-text reason, e.g. `User initiated (2026-01-01 00:00:00 GMT)`. */
  transitionReason: string;
  /** Empty until running and after the end. */
  publicAddress: string;
  console: string;
  consoleMs: number;
  /** When it was terminated. EC2 shows it for about an hour more. */
  terminatedMs: number | undefined;
}
