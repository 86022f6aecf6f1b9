import type { RegistryLogin } from "../cluster/ports.js";
import type { Generation, OwnSection, SealedCredentials } from "../config/model.js";

/** Everything that the user-data of one launch depends on. The same input gives the same user-data. */
export interface UserDataInput {
  readonly generation: Generation;
  /** Text of `/etc/reflowconfig`, secrets included. */
  readonly instanceConfig: string;
  /** Where the bootstrap binary is; https. */
  readonly bootstrapUrl: string;
  /** How long a bootstrap waits for its installation; raised to 30 s. A 2020 bootstrap takes no such argument. */
  readonly bootstrapExpiryMs: number;
  /**
   * How long after its boot the machine waits for a reflowlet before it powers off. A duration, not a time of day:
   * a machine need not know the time for it, and the same configuration gives the same bytes.
   */
  readonly usableWithinMs: number;
  /** The machine powers off then even if a reflowlet runs: it was launched only to be measured. */
  readonly endsThen: boolean;
  /** Login for the container registry; absent where the configuration needs none. */
  readonly ecrLogin?: RegistryLogin | undefined;
  /** Public keys of those who may log in. */
  readonly sshKeys: readonly string[];
  /** The machine stays up when its work has failed or ended. */
  readonly immortal: boolean;
  /** ARN or name of the instance profile. */
  readonly instanceProfile?: string | undefined;
  /** For programs on a machine without an instance profile. */
  readonly awsCredentials?: SealedCredentials | undefined;
  /** Number of EBS data volumes in the launch request. */
  readonly dataVolumes: number;
  /** EBS volumes show up as NVMe devices. */
  readonly ebsNvme: boolean;
  /** Port of the node exporter, where metrics are on; 2023 only. */
  readonly nodeExporterPort?: number | undefined;
  /** Which helper programs are installed, and from where. */
  readonly helpers: OwnSection["helpers"];
  /** `ec2cluster: cloudconfig`, as the file has it. */
  readonly userCloudConfig?: unknown;
  /** Names the configuration file in problems. */
  readonly source?: string | undefined;
}
