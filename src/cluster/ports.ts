/**
 * What the cluster wants from EC2, in our words. One adapter (src/aws) converts SDK shapes once; nothing of the SDK
 * travels inward.
 */

/** How capacity is bought. */
export type Market = "spot" | "on-demand";

/** EC2's instance states. */
export type InstanceState = "pending" | "running" | "shutting-down" | "terminated" | "stopping" | "stopped";

/** Tags of a resource; no key twice. */
export type Tags = Readonly<Record<string, string>>;

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

/** A volume to be made with the instance. */
export interface VolumeRequest {
  /** E.g. `/dev/xvdb`. */
  readonly deviceName: string;
  readonly type: string;
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  /** Provisioned operations a second, where the type takes them. */
  readonly iops?: number | undefined;
  /** MiB/s, gp3 only. */
  readonly throughputMiBps?: number | undefined;
}

/** One call that launches one or more instances of a kind. */
export interface LaunchRequest {
  /** The same token never launches twice; at most 64 ASCII characters. */
  readonly clientToken: string;
  readonly count: number;
  readonly instanceType: string;
  readonly market: Market;
  readonly imageId: string;
  /** Base64, as the API wants it. */
  readonly userData: string;
  readonly securityGroupIds: readonly string[];
  readonly subnetId?: string | undefined;
  readonly zone?: string | undefined;
  /** ARN or name of the instance profile. */
  readonly instanceProfile?: string | undefined;
  readonly keyName?: string | undefined;
  readonly ebsOptimized?: boolean | undefined;
  readonly volumes: readonly VolumeRequest[];
  /** Set on instance, volumes, network interface and spot request in the call itself. */
  readonly tags: Tags;
  readonly metadataTokens: "required" | "optional";
  readonly metadataHopLimit: number;
  readonly detailedMonitoring: boolean;
}

/** Which instances to describe; all given conditions hold. Without ids at least one tag must be given. */
export interface InstanceQuery {
  readonly ids?: readonly string[];
  /** Tag key to exact value. */
  readonly tags?: Tags;
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
}

/** Which images to describe. */
export interface ImageQuery {
  readonly ids?: readonly string[];
  readonly owner?: string;
  /** With `*` and `?`. */
  readonly namePattern?: string;
  readonly architecture?: string;
}

/**
 * The EC2 actions that the cluster uses. Every method throws one of our errors: AccessError, LimitError,
 * CapacityError, EndpointError, LaunchRefusedError, or the signal's reason.
 */
export interface Ec2Port {
  /** Launches; gives the accepted instances, at least one. Never retried by the adapter on capacity errors. */
  runInstances(request: LaunchRequest, signal: AbortSignal): Promise<readonly Instance[]>;
  /** All pages; an id that EC2 does not know (yet) is simply absent. */
  describeInstances(query: InstanceQuery, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Ids that are gone are left out of the answer. */
  terminateInstances(ids: readonly string[], signal: AbortSignal): Promise<readonly StateChange[]>;
  /** The console's text so far, decoded; empty while EC2 has none. */
  consoleOutput(id: string, signal: AbortSignal): Promise<string>;
  describeImages(query: ImageQuery, signal: AbortSignal): Promise<readonly MachineImage[]>;
}

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
