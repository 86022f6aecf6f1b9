/** A configuration that has been read and checked: every value is of its type, defaults are filled in. */

/** The year of the Reflow that the cluster's instances run. They differ in tags, bootstrap, disks and credentials. */
export type Generation = 2020 | 2023;

/** EBS volume types that EC2 sells today. */
export type DiskType = "gp2" | "gp3" | "io1" | "io2" | "st1" | "sc1" | "standard";

/** AWS credentials that Reflow's setup sealed into the file. */
export interface SealedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Where Reflow's setup had them from, e.g. `EnvProvider`. */
  readonly providerName?: string | undefined;
}

/** Where the TLS authority comes from; sealed text beats a file, as in Reflow. */
export type AuthoritySource =
  | { readonly kind: "sealed"; readonly pem: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "none" };

/** `ec2cluster:`, the fields of 2020 and 2023 together. */
export interface ClusterSection {
  readonly name: string;
  readonly spot: boolean;
  /** ARN or name. */
  readonly instanceProfile?: string | undefined;
  /** Absent when the file has none: launching needs one, listing does not. */
  readonly securityGroup?: string | undefined;
  /** `subnet` (2020) or `subnets` (2023). */
  readonly subnets: readonly string[];
  readonly availabilityZone?: string | undefined;
  readonly diskType: DiskType;
  /** GiB of data for a type: `instancesizetodiskspace` by its size word, `diskspace` for all that this leaves. */
  readonly disk:
    | { readonly kind: "fixed"; readonly sizeGiB: number }
    | {
        readonly kind: "by-size";
        readonly sizeGiBBySize: Readonly<Record<string, number>>;
        readonly defaultGiB: number;
      };
  readonly diskSlices: number;
  readonly ami?: string | undefined;
  readonly keyName?: string | undefined;
  readonly immortal: boolean;
  /** The user's own cloud-config as the file has it (either spelling of keys), to be merged into ours. */
  readonly cloudConfig: unknown;
  /** Spot capacity probing; 0 is off. */
  readonly spotProbeDepth: number;
  /** Empty: all types that the catalogue holds verified. */
  readonly instanceTypes: readonly string[];
  readonly maxPendingInstances: number;
  readonly maxHourlyCostUsd: number;
}

/** `reflow-ec2:`, what Reflow does not know and what never reaches an instance. */
export interface OwnSection {
  /** `s3://bucket/key` of the reflowlet binary. */
  readonly image?: string | undefined;
  /** Local path of a reflowlet binary to upload to the repository. */
  readonly binary?: string | undefined;
  readonly maxInstances: number;
  /** Metadata tokens of launched instances. */
  readonly imds: "required" | "optional";
  /** Network hops that the metadata service's answers may take. */
  readonly imdsHopLimit: number;
  /** Whether launched instances get public addresses; absent where their subnets decide. */
  readonly publicAddress?: boolean | undefined;
  /** Which address of a member is used. */
  readonly address: "auto" | "public" | "private";
  /** End orphans before launching. */
  readonly sweep: boolean;
  /** Encrypt the volumes. */
  readonly encrypted: boolean;
  readonly rootSizeGiB: number;
  /** gp3, io1, io2. */
  readonly iops?: number | undefined;
  readonly throughputMiBps?: number | undefined;
  /** Instances need a login for ECR. */
  readonly ecr: boolean;
  readonly detailedMonitoring: boolean;
  /** Architectures that the reflowlet binary runs on. */
  readonly architectures: readonly ("x86_64" | "arm64")[];
  /** Weight of EBS throughput in the choice of types; 0 is off. */
  readonly ebsThroughputWeight: number;
  /** How spot instances are asked for: RunInstances, or the legacy requests. */
  readonly spotApi: "run" | "request";
  /** On-demand instances may be launched where spot ones are refused. */
  readonly spotFallback: boolean;
  /** The most that a spot instance may cost an hour, in USD, or the type's on-demand price; absent for no cap. */
  readonly spotMaxPrice?: number | "on-demand" | undefined;
  /** How long a capacity refusal is remembered. */
  readonly refusalMinutes: number;
  /** Path of what own probes have measured, as the file has it; absent for the default beside the file. */
  readonly measured?: string | undefined;
  /** Helper programs on the instance; each may be switched off or fetched from elsewhere (https). */
  readonly helpers: {
    readonly cloudwatch: HelperProgram;
    readonly xray: HelperProgram;
    readonly nodeExporter: HelperProgram;
  };
}

/** A helper binary that user-data installs. */
export interface HelperProgram {
  readonly enabled: boolean;
  readonly url: string;
}

/** A whole configuration. */
export interface ReflowConfig {
  /** Path, or a word for where the text came from. */
  readonly source: string;
  readonly generation: Generation;
  readonly cluster: ClusterSection;
  readonly own: OwnSection;
  /** Flag, then environment, then file; absent when none has it (the shared AWS files may). */
  readonly region?: string | undefined;
  /** `user,user=`, else the login name. */
  readonly user: string;
  /** `kv,labels=`; `user` is not in it. */
  readonly labels: Readonly<Record<string, string>>;
  /** `reflowversion,version=`; absent when the file does not say. */
  readonly version?: string | undefined;
  /** The placeholder `bootstrap` replaced by the built-in URL of the generation. */
  readonly bootstrapUrl: string;
  readonly logLevel: "off" | "error" | "info" | "debug";
  readonly authority: AuthoritySource;
  readonly session: "awssession" | "ec2metadata";
  readonly sealedCredentials?: SealedCredentials | undefined;
  /** Region sealed with the credentials. */
  readonly sealedRegion?: string | undefined;
  /** `s3,bucket=`. */
  readonly repositoryBucket?: string | undefined;
  /** Keys that may log in, after the precedence that docs/decisions.md states, without trailing newlines. */
  readonly sshKeys: readonly string[];
  /** The text of Reflow's `key` provider as the file (or the default public key file) has it; absent when not used. */
  readonly publicKey?: string | undefined;
  /** `prometrics`; absent when metrics are off. */
  readonly metrics?: { readonly port: number; readonly nodeExporterPort: number } | undefined;
  /** How long an idle reflowlet stays, in milliseconds. */
  readonly maxIdleMs: number;
  /** What the user should know but need not mend; one sentence each. */
  readonly warnings: readonly string[];
  /** The file's top-level entries as plain data, `reflow-ec2` included, defaults not filled in. */
  readonly entries: Readonly<Record<string, unknown>>;
}
