/**
 * What the cluster wants from EC2, in our words. One adapter (src/aws) converts SDK shapes once; nothing of the SDK
 * travels inward.
 */

import type { LaunchRequest, Market, Tags } from "./ports/launch.js";
import type { SpotPort } from "./ports/spot.js";

export type { LaunchRequest, Market, Tags, VolumeRequest } from "./ports/launch.js";
export type * from "./ports/spot.js";

/** EC2's instance states. */
export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

/** An EC2 machine as DescribeInstances tells it. */
export interface Instance {
  readonly id: string;
  readonly type: string;
  readonly state: InstanceState;
  /** `Code: Message` of the last state change that EC2 explains; empty when it does not. */
  readonly stateReason: string;
  readonly market: Market;
  readonly zone: string;
  /** Last start, milliseconds since 1970. */
  readonly launchTimeMs: number;
  /** Empty until running, and where there is none. */
  readonly publicDnsName: string;
  readonly publicIp: string;
  readonly privateIp: string;
  readonly imageId: string;
  readonly tags: Tags;
}

/** Which instances to describe; all given conditions hold. Without ids at least one tag must be given. */
export interface InstanceQuery {
  readonly ids?: readonly string[];
  /** Tag key to exact value, or to several of which one must be it. */
  readonly tags?: Readonly<Record<string, string | readonly string[]>>;
  readonly states?: readonly InstanceState[];
}

/** What terminating did to one instance. */
export interface StateChange {
  readonly id: string;
  readonly from: InstanceState;
  readonly to: InstanceState;
}

/** A machine image as DescribeImages tells it. */
export interface MachineImage {
  readonly id: string;
  readonly name: string;
  /** `x86_64` or `arm64`. */
  readonly architecture: string;
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** EC2's word: `available`, or why it cannot be launched, e.g. `deregistered`. */
  readonly state: string;
}

/** Which images to describe. With ids in whatever state, else available ones only. */
export interface ImageQuery {
  /** Ids that EC2 does not know, or does not show to this account, are simply absent from the answer. */
  readonly ids?: readonly string[];
  readonly owner?: string;
  /** With `*` and `?`. */
  readonly namePattern?: string;
  readonly architecture?: string;
}

/** A subnet as DescribeSubnets tells it. */
export interface Subnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  /** Addresses that are still free in it. */
  readonly freeAddresses: number;
  /** Its instances get a public address by default. */
  readonly givesPublicAddress: boolean;
}

/** Which subnets: those named, or the default one of each zone. */
export type SubnetQuery = { readonly ids: readonly string[] } | "default";

/**
 * The EC2 actions that the cluster uses. Every method throws one of our errors, which carries a refusal where EC2 itself
 * said no (refusals/classify.ts), or the signal's reason. Calls are paced, and throttled ones repeated for some seconds.
 */
export interface Ec2Port extends SpotPort {
  /**
   * Launches; gives the accepted instances, at least one. Never retried by the adapter on capacity errors.
   * @param onSent hears when the call goes out, which may be some time after its turn was asked for
   */
  runInstances(request: LaunchRequest, signal: AbortSignal, onSent?: () => void): Promise<readonly Instance[]>;
  /**
   * Sets tags on instances, and on the volumes and network interfaces that EC2 shows of them: for what was launched by a
   * call that takes no tags. @throws an error whose refusal is `not-yet-visible` while EC2 does not know one of the ids
   */
  tagInstances(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void>;
  /** All pages; an id that EC2 does not know (yet) is simply absent. */
  describeInstances(query: InstanceQuery, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Ids that are gone are left out of the answer. */
  terminateInstances(ids: readonly string[], signal: AbortSignal): Promise<readonly StateChange[]>;
  /** The console's text so far, decoded; empty while EC2 has none. */
  consoleOutput(id: string, signal: AbortSignal): Promise<string>;
  describeImages(query: ImageQuery, signal: AbortSignal): Promise<readonly MachineImage[]>;
  /** All pages. @throws ConfigError also when one of the ids is of no subnet. */
  describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<readonly Subnet[]>;
  /** The zones in which each of the types is sold; a type that the region does not sell has none. */
  zonesSelling(instanceTypes: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** The newest Flatcar images, as its release feed tells them. */
export interface ImageFeed {
  /**
   * Ids by region for an architecture (`x86_64`, `arm64`); undefined when the feed cannot be had, or is no such feed.
   */
  newest(architecture: string, signal: AbortSignal): Promise<ReadonlyMap<string, string> | undefined>;
}

/** An image that was looked up, and when, milliseconds since 1970. */
export interface CachedImage {
  readonly id: string;
  readonly foundMs: number;
}

/** Remembers between processes which image was the newest. Neither method throws: a cache that fails is empty. */
export interface ImageCache {
  read(region: string, architecture: string): Promise<CachedImage | undefined>;
  write(region: string, architecture: string, image: CachedImage): Promise<void>;
}

/** What asking for the bootstrap's URL came to. */
export type BootstrapVerdict =
  | { readonly kind: "there" }
  /** Something answered, and not with a program. */
  | { readonly kind: "wrong"; readonly problem: string }
  /** Nothing answered from here, which says nothing of what instances can reach. */
  | { readonly kind: "unreachable"; readonly problem: string };

/** Asks for the bootstrap's URL without fetching it. Throws only the signal's reason. */
export type BootstrapCheck = (signal: AbortSignal) => Promise<BootstrapVerdict>;

/** A login for the container registry. */
export interface RegistryLogin {
  readonly username: string;
  readonly password: string;
  /** `https://<account>.dkr.ecr.<region>.amazonaws.com`. */
  readonly endpoint: string;
  /** Milliseconds since 1970. */
  readonly expiresMs: number;
}

/** Gives the login that instances need to fetch images from ECR. */
export interface EcrAuthenticator {
  login(signal: AbortSignal): Promise<RegistryLogin>;
}

/** An object of the repository. */
export interface ObjectName {
  readonly bucket: string;
  readonly key: string;
}

/** A part that S3 has of an unfinished upload. */
export interface UploadedPart {
  readonly number: number;
  readonly sizeBytes: number;
  /** S3's name for its content. */
  readonly etag: string;
  /** Base64, as S3 has computed or checked it; absent where the service behind the bucket does not know it. */
  readonly sha256: string | undefined;
}

/** A part on its way. */
export interface PartRequest {
  readonly target: ObjectName;
  readonly uploadId: string;
  /** From 1. */
  readonly number: number;
  readonly content: Uint8Array;
  /** Base64; S3 refuses the part when what arrives has another. */
  readonly sha256: string;
}

/**
 * The S3 actions that the cluster uses. Nothing is retried by the adapter. Every method throws one of our errors:
 * ConfigError (no such bucket, or one of another region), AccessError, EndpointError for a connection that broke and
 * CapacityError for S3 in trouble, both of which another try may mend, or the signal's reason. `gone` is what an upload
 * is that somebody else has completed or aborted.
 */
export interface ObjectPort {
  /** Undefined when it is not there. */
  head(object: ObjectName, signal: AbortSignal): Promise<{ readonly sizeBytes: number } | undefined>;
  /** Unfinished uploads of the object that have SHA-256 checksums; none where the credentials may not see them. */
  pendingUploads(
    target: ObjectName,
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly startedMs: number }[]>;
  /** Gives the upload's id. */
  startUpload(target: ObjectName, signal: AbortSignal): Promise<string>;
  /** None where the credentials may not see them. */
  uploadedParts(target: ObjectName, uploadId: string, signal: AbortSignal): Promise<readonly UploadedPart[] | "gone">;
  uploadPart(request: PartRequest, signal: AbortSignal): Promise<UploadedPart | "gone">;
  /** Makes the object of the parts, which are in order; gives its checksum of checksums, where it has one. */
  completeUpload(
    target: ObjectName,
    uploadId: string,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<{ readonly sha256: string | undefined } | "gone">;
  abortUpload(target: ObjectName, uploadId: string, signal: AbortSignal): Promise<void>;
}

/** A file on this machine that may be uploaded. */
export interface BinaryFile {
  /** As people know it. */
  readonly path: string;
  /** Never throws; `problem` says why it cannot be read, e.g. `no such file`. */
  open(): Promise<
    { readonly kind: "open"; readonly binary: OpenBinary } | { readonly kind: "unusable"; readonly problem: string }
  >;
}

/** An open file. */
export interface OpenBinary {
  readonly sizeBytes: number;
  /** Exactly so many bytes. @throws ConfigError when the file has become shorter or cannot be read */
  read(offset: number, sizeBytes: number): Promise<Uint8Array>;
  close(): Promise<void>;
}
