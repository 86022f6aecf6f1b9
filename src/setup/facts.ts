import type { CallerIdentity, InstanceProfile, KeyPair, NetworkSubnet, SecurityGroup, Vpc } from "../account/ports.js";
import type { Instance } from "../cluster/ports.js";
import type { ReflowConfig } from "../config/model.js";
import type { FileLook, SetupTarget } from "./ports.js";

/** What setup finds before it plans. */
export interface SetupFacts {
  readonly target: SetupTarget;
  readonly identity: CallerIdentity;
  readonly config: ConfigFact;
  readonly authority: AuthorityFact;
  /** Instances of the cluster that are not ending. */
  readonly members: readonly Instance[];
  readonly network: NetworkFacts;
  readonly keyPair: KeyPairFact | undefined;
  readonly profile: ProfileFact | undefined;
  readonly bucket: BucketFact | undefined;
  readonly knownTypes: ReadonlySet<string>;
}

/** The configuration file; undefined where there is none, or nothing in it. */
export type ConfigFact = { readonly look: FileLook; readonly parsed: ReflowConfig } | undefined;

/** The TLS authority that the configuration means, or would mean. */
export type AuthorityFact =
  | { readonly kind: "sealed"; readonly problem: string | undefined }
  | {
      readonly kind: "file";
      readonly path: string;
      /** The configuration names it already. */
      readonly named: boolean;
      readonly look: FileLook | undefined;
      /** What is wrong with the file that is there. */
      readonly problem: string | undefined;
    };

/** The network as far as it matters. */
export interface NetworkFacts {
  readonly vpc: VpcChoice;
  /** Of the chosen VPC; none where there is no VPC. */
  readonly vpcSubnets: readonly NetworkSubnet[];
  /** The configured group; undefined where none is configured or EC2 knows none of the id. */
  readonly configuredGroup: SecurityGroup | undefined;
  /** The id of the configured group, where the configuration has one. */
  readonly configuredGroupId: string | undefined;
  /** Groups of the chosen VPC that have Reflow's name or tag. */
  readonly groups: readonly SecurityGroup[];
}

/** Which VPC, or why there is none. */
export type VpcChoice =
  | { readonly kind: "vpc"; readonly vpc: Vpc }
  | { readonly kind: "none"; readonly key: string; readonly problem: string };

/** The key pair that is asked for. */
export interface KeyPairFact {
  readonly name: string;
  readonly found: KeyPair | undefined;
  /** The public key to import; undefined where none was given. */
  readonly publicKey: { readonly path: string; readonly text: string | undefined } | undefined;
}

/** The instance profile that is configured or asked for. */
export interface ProfileFact {
  /** Name or ARN. */
  readonly asked: string;
  readonly create: boolean;
  /** `unseen` where the credentials may not look. */
  readonly found: InstanceProfile | undefined | "unseen";
  /** The policy of a profile that setup made, as JSON where it has one; undefined of other profiles. */
  readonly policy: { readonly text: string | undefined } | undefined | "unseen";
}

/** The bucket that is asked for. */
export interface BucketFact {
  readonly name: string;
  /** `unseen` where the credentials may not look. */
  readonly found: { readonly region: string | undefined } | undefined | "unseen";
}
