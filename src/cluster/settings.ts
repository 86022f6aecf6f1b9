import type { ConfigProblem } from "../errors.js";
import type { Resources } from "../pool/resources.js";
import type { Market, RegistryLogin, Tags, VolumeRequest } from "./ports.js";

/** What makes a cluster: everything the core must know that does not change while it works. */
export interface ClusterSettings {
  readonly generation: 2020 | 2023;
  /** The `cluster` tag. */
  readonly name: string;
  /** The user that tags and allocs name. */
  readonly user: string;
  /** The version that members must carry. */
  readonly version: string;
  /** Extra tags of launched instances, beside those of the generation. */
  readonly labels: Tags;
  readonly region: string;
  readonly market: Market;
  /** Allowed types; empty for all that the catalogue recommends. */
  readonly instanceTypes: readonly string[];
  readonly architectures: readonly ("x86_64" | "arm64")[];
  readonly ebsThroughputWeight: number;
  readonly spot: SpotSettings;
  /** How long a refusal for want of capacity is remembered, in milliseconds. */
  readonly refusalMs: number;
  /** Which address of a member is used. */
  readonly address: "auto" | "public" | "private";
  /** End orphans before a launch. */
  readonly sweep: boolean;
  readonly maxInstances: number;
  readonly maxPendingInstances: number;
  readonly maxHourlyUsd: number;
  /** What forbids launching, though not listing; empty when nothing does. */
  readonly launchProblems: readonly ConfigProblem[];
  readonly launch: LaunchSettings;
}

/** How spot instances are bought; it holds for every launch in the spot market. */
export interface SpotSettings {
  /** RunInstances with market options, or the legacy requests (spot/launch-by-request.ts). */
  readonly api: "run" | "request";
  /** On-demand instances may be launched where spot ones are refused. */
  readonly fallback: boolean;
  /** The most that one may cost an hour, in USD, or its on-demand price; absent for no cap. See spot/max-price.ts. */
  readonly maxPrice?: number | "on-demand" | undefined;
  /** Instances that a dry run asks for before a launch; 0 for no dry runs. See spot/probe.ts. */
  readonly probeDepth: number;
}

/** What every launch of the cluster has in common. */
export interface LaunchSettings {
  /** Configured image; the newest Flatcar stable of the region otherwise. */
  readonly imageId?: string | undefined;
  /** `s3://bucket/key` of the reflowlet binary; absent where it is uploaded from this machine. */
  readonly reflowletImage?: string | undefined;
  readonly securityGroupIds: readonly string[];
  /** Subnets to launch in; empty for the default subnets. */
  readonly subnetIds: readonly string[];
  /** The only zone to launch in. */
  readonly zone?: string | undefined;
  /** Whether instances get public addresses; their subnets decide when absent. */
  readonly publicAddress?: boolean | undefined;
  readonly instanceProfile?: string | undefined;
  readonly keyName?: string | undefined;
  readonly metadataTokens: "required" | "optional";
  /** How many network hops the metadata service's answers may take. */
  readonly metadataHopLimit: number;
  /** Where instances fetch the bootstrap from. */
  readonly bootstrapUrl: string;
  readonly detailedMonitoring: boolean;
  /** Instances are probes: each powers itself off by its deadline, whatever runs on it, and carries the tag of probes. */
  readonly isProbe?: boolean | undefined;
  /** Root and data volumes of a type; the data volumes' names are `/dev/xvdb` and on. */
  readonly volumesFor: (instanceType: string) => readonly VolumeRequest[];
}

/** What user-data is made for. */
export interface UserDataRequest {
  readonly instanceType: string;
  /** The image that it is launched with; absent where nothing is launched. */
  readonly imageId?: string | undefined;
  readonly market: Market;
  /** How long the instance has to become usable, in milliseconds. */
  readonly usableWithinMs: number;
  /** It powers itself off then even if a reflowlet runs. */
  readonly endsThen: boolean;
  readonly dataVolumes: number;
  readonly ebsNvme: boolean;
  readonly registryLogin: RegistryLogin | undefined;
}

/** What is asked of the cluster. */
export interface AllocateRequest {
  /** The least that is acceptable, and how many more such pieces would be welcome in the same alloc. */
  readonly requirements: { readonly min: Resources; readonly width: number };
  /** Informational labels of the alloc. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Only this type may serve. */
  readonly instanceType?: string | undefined;
  /** Only this zone may serve. */
  readonly zone?: string | undefined;
  /** Only this market may serve; the configuration decides when absent. */
  readonly market?: Market | undefined;
  /** No instance with a higher true price an hour may be launched. */
  readonly maxUsd?: number | undefined;
  /** Limit for the whole; 15 minutes when absent. */
  readonly timeoutMs?: number | undefined;
}
