/** How capacity is bought. */
export type Market = "spot" | "on-demand";

/** Tags of a resource; no key twice. */
export type Tags = Readonly<Record<string, string>>;

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
  /** How many are wanted; EC2 launches as many as it can, and at least one. */
  readonly count: number;
  readonly instanceType: string;
  readonly market: Market;
  /** The most that a spot instance may cost an hour, without its volumes; no cap of ours when absent. */
  readonly maxSpotUsd?: number | undefined;
  readonly imageId: string;
  /** Base64, as the API wants it. */
  readonly userData: string;
  readonly securityGroupIds: readonly string[];
  readonly subnetId?: string | undefined;
  readonly zone?: string | undefined;
  /** Whether the instance gets a public address; the subnet decides when absent. */
  readonly publicAddress?: boolean | undefined;
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
