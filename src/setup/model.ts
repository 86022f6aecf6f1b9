import type { IngressRule } from "../account/ports.js";
import type { Generation } from "../config/model.js";
import type { ConfigProblem } from "../errors.js";

/** What the user wants of `setup`; what is absent stays as the configuration has it. */
export interface SetupWishes {
  /** The VPC of the group; the default one when absent. */
  readonly vpcId?: string | undefined;
  readonly subnetIds?: readonly string[] | undefined;
  /** Ranges outside of the VPC that may reach instances, as the user states them. */
  readonly cidrs?: readonly string[] | undefined;
  /** Take away the rules that let everybody in. */
  readonly closeWorld?: boolean | undefined;
  readonly instanceTypes?: readonly string[] | undefined;
  readonly bucket?: string | undefined;
  /** The reflowlet binary, `s3://bucket/key`. */
  readonly image?: string | undefined;
  /** The version of Reflow, as `reflow version` prints it. */
  readonly reflowVersion?: string | undefined;
  readonly keyName?: string | undefined;
  /** Path of a public key to import under `keyName`. */
  readonly publicKeyPath?: string | undefined;
  /** An instance profile that is there: name or ARN. */
  readonly instanceProfile?: string | undefined;
  /** Make an instance profile; `true` for one of the default name. */
  readonly createProfile?: string | true | undefined;
  /** Give the profile that setup made the policy that is needed now. */
  readonly replacePolicy?: boolean | undefined;
  readonly generation?: Generation | undefined;
  readonly spot?: boolean | undefined;
}

/** What a step is about. */
export type StepKind =
  "authority" | "key-pair" | "instance-profile" | "security-group" | "ingress-rule" | "config" | "file-mode";

/** How something stands before setup, and what setup does about it. */
export type StepState =
  /** There, and right. */
  | "exists"
  | "to-make"
  | "to-change"
  /** Not as setup would have it, and left so: the text says what to do. */
  | "differs"
  | "to-remove"
  /** Setup made it, or might have, and undoing leaves it: the text says why. */
  | "kept";

/** One thing that setup needs. */
export interface SetupStep {
  readonly kind: StepKind;
  readonly state: StepState;
  /** The thing, by its name: `security group reflow in vpc-…`. */
  readonly what: string;
  /** What it is needed for, or why it is left. */
  readonly why: string;
  /** Further facts, one a line. */
  readonly details: readonly string[];
  /** Whom it lets in where, if it lets anybody in. */
  readonly opens?: string | undefined;
  /** How it is done; absent where nothing is to be done. */
  readonly act?: StepAct | undefined;
}

/** What is done for a step. Each looks again before it does anything, and is harmless where it has been done. */
export type StepAct =
  | { readonly do: "make-authority"; readonly path: string }
  | { readonly do: "restrict-file"; readonly path: string }
  | { readonly do: "import-key"; readonly name: string; readonly publicKey: string }
  | { readonly do: "create-profile"; readonly name: string; readonly policy: string }
  | { readonly do: "replace-policy"; readonly name: string; readonly policy: string }
  | { readonly do: "create-group"; readonly vpcId: string }
  | { readonly do: "add-rule"; readonly rule: WantedRule }
  | { readonly do: "revoke-rule"; readonly rule: IngressRule }
  | { readonly do: "write-config"; readonly wants: ConfigWants }
  | { readonly do: "delete-group"; readonly groupId: string }
  | { readonly do: "delete-profile"; readonly name: string; readonly arn: string }
  | { readonly do: "delete-key"; readonly name: string }
  | { readonly do: "forget-in-config"; readonly paths: readonly (readonly string[])[] }
  | { readonly do: "move-away"; readonly path: string };

/** What a configuration is to say. What is absent stays as it is, or out of a new file. */
export interface ConfigWants {
  readonly generation: Generation;
  /** Of a new file; the file's own name stays. */
  readonly cluster?: string | undefined;
  readonly region: string;
  /** The file that the authority is in, where the configuration is to name it. */
  readonly authorityPath?: string | undefined;
  /** Absent in a plan whose group is yet to be made. */
  readonly securityGroup?: string | undefined;
  /** ARN or name. */
  readonly instanceProfile?: string | undefined;
  readonly keyName?: string | undefined;
  readonly subnets?: readonly string[] | undefined;
  readonly instanceTypes?: readonly string[] | undefined;
  readonly bucket?: string | undefined;
  readonly image?: string | undefined;
  readonly reflowVersion?: string | undefined;
  readonly spot?: boolean | undefined;
}

/** A rule that is wanted; the group itself may not be there yet. */
export type WantedRule = Omit<IngressRule, "source"> & {
  readonly source: { readonly kind: "itself" } | { readonly kind: "cidr"; readonly cidr: string };
};

/** A change to a configuration file; no value takes the key away. */
export interface ConfigChange {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Something without which `allocate` will refuse, and that setup was not told. */
export interface MissingPiece {
  readonly what: string;
  /** What to type. */
  readonly fix: string;
}

/** What `setup`, or `setup --undo`, would do. */
export interface SetupPlan {
  readonly kind: "make" | "undo";
  readonly accountId: string;
  readonly callerArn: string;
  readonly region: string;
  readonly configPath: string;
  readonly vpcId: string | undefined;
  /** The group that is there; the one that is made is known when it is. */
  readonly securityGroupId: string | undefined;
  /** In the order in which they are done. */
  readonly steps: readonly SetupStep[];
  /** Why it cannot be done; nothing is done while there is one. */
  readonly problems: readonly ConfigProblem[];
  /** What the user should know. */
  readonly warnings: readonly string[];
  readonly missing: readonly MissingPiece[];
}

/** What became of a step. */
export interface StepResult {
  readonly kind: StepKind;
  readonly what: string;
  readonly outcome: "was-there" | "made" | "changed" | "removed" | "left";
  /** Its id or path, where it has one. */
  readonly id?: string | undefined;
}

/** What setup came to. */
export interface SetupResult {
  readonly kind: "make" | "undo";
  readonly accountId: string;
  readonly region: string;
  readonly configPath: string;
  /** The copy of the configuration as it was, where it was changed. */
  readonly backupPath: string | undefined;
  readonly securityGroupId: string | undefined;
  readonly steps: readonly StepResult[];
  readonly warnings: readonly string[];
  readonly missing: readonly MissingPiece[];
}

/** What setup is doing. */
export type SetupEvent =
  { readonly kind: "doing"; readonly text: string } | { readonly kind: "done"; readonly text: string };

/** What a part of setup adds to its plan. */
export interface PlanPart {
  readonly steps: readonly SetupStep[];
  readonly problems?: readonly ConfigProblem[];
  readonly warnings?: readonly string[];
  readonly missing?: readonly MissingPiece[];
}
