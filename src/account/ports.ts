/**
 * What `setup` and `doctor` want from AWS, in our words. One adapter (src/aws) converts SDK shapes once; nothing of the
 * SDK travels inward. Every method throws one of our errors, which carries a refusal where AWS itself said no, or the
 * signal's reason. Throttled calls are repeated for some seconds.
 */

import type { Tags } from "../cluster/ports/launch.js";

/** Whose credentials these are. */
export interface CallerIdentity {
  /** Twelve digits. */
  readonly accountId: string;
  /** `arn:aws:iam::…:user/…`, `arn:aws:sts::…:assumed-role/…`. */
  readonly arn: string;
  /** What AWS's clock said when it answered, milliseconds since 1970; undefined where the answer had no date. */
  readonly serverTimeMs: number | undefined;
}

/** A network. */
export interface Vpc {
  readonly id: string;
  /** All of its IPv4 ranges, the primary one first. */
  readonly cidrs: readonly string[];
  readonly isDefault: boolean;
  readonly tags: Tags;
}

/** Which VPCs; an id that EC2 does not know is simply absent. */
export type VpcQuery = { readonly ids: readonly string[] } | "default" | "all";

/** A subnet with what decides whether instances in it can reach the world, and be reached. */
export interface NetworkSubnet {
  readonly id: string;
  readonly vpcId: string;
  readonly zone: string;
  readonly cidr: string;
  readonly freeAddresses: number;
  readonly givesPublicAddress: boolean;
  readonly isDefaultForZone: boolean;
  /** Where its route table (its own, else the VPC's main one) sends what is for 0.0.0.0/0; `none` where it does not. */
  readonly internetRoute: "internet-gateway" | "nat" | "other" | "blackhole" | "none";
}

/** Which subnets; an id that EC2 does not know is simply absent. */
export type NetworkSubnetQuery = { readonly ids: readonly string[] } | { readonly vpcId: string };

/** Who is let in by one rule of a security group: one source, one range of ports. */
export interface IngressRule {
  /** EC2's word: `-1` for all, `tcp`, `udp`, `icmp`, or a number. */
  readonly protocol: string;
  /** Undefined for all ports. */
  readonly ports: { readonly from: number; readonly to: number } | undefined;
  readonly source:
    | { readonly kind: "cidr"; readonly cidr: string }
    | { readonly kind: "group"; readonly groupId: string }
    | { readonly kind: "prefix-list"; readonly id: string };
  readonly description: string;
}

/** A security group. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  readonly description: string;
  readonly tags: Tags;
  /** One for each source, in no order. */
  readonly ingress: readonly IngressRule[];
}

/** Which groups; all given conditions hold. A group that EC2 does not know is simply absent. */
export interface SecurityGroupQuery {
  readonly ids?: readonly string[];
  readonly name?: string;
  readonly vpcId?: string;
  readonly tags?: Tags;
}

/** A key pair as EC2 keeps it. */
export interface KeyPair {
  readonly id: string;
  readonly name: string;
  /** A line of OpenSSH; undefined where EC2 does not tell it. */
  readonly publicKey: string | undefined;
  readonly tags: Tags;
}

/** An instance profile with the roles in it (one at most). */
export interface InstanceProfile {
  readonly name: string;
  readonly arn: string;
  readonly roles: readonly string[];
  readonly tags: Tags;
}

/** What became of making something that may be there already. */
export type Made = "made" | "was-there";

/** Whether the credentials may make a call, found out by a dry run, or by the call itself where it only reads. */
export type Permission =
  | { readonly kind: "allowed" }
  /** `message` is AWS's. */
  | { readonly kind: "denied"; readonly message: string }
  /** It could not be found out; `problem` says why. */
  | { readonly kind: "unknown"; readonly problem: string };

/** What a dry run needs to name. */
export interface PermissionQuery {
  /** With its service, e.g. `ec2:RunInstances`, `s3:ListBucket`, `iam:GetInstanceProfile`. */
  readonly action: string;
  /** Of the resources that the call is to name, as far as it has any: `imageId`, `instanceType`, `subnetId`, `securityGroupId`, `instanceProfile`, `bucket`, `key`, `vpcId`. */
  readonly about: Readonly<Record<string, string>>;
}

/** A limit of the account. */
export interface Quota {
  /** E.g. `L-1216C47A`. */
  readonly code: string;
  readonly name: string;
  readonly value: number;
}

/** The account as `setup` and `doctor` see it. */
export interface AccountPort {
  /** STS GetCallerIdentity: needs no permission. @throws AccessError for credentials that are missing, wrong or expired */
  identity(signal: AbortSignal): Promise<CallerIdentity>;
  mayCall(query: PermissionQuery, signal: AbortSignal): Promise<Permission>;

  vpcs(query: VpcQuery, signal: AbortSignal): Promise<readonly Vpc[]>;
  subnets(query: NetworkSubnetQuery, signal: AbortSignal): Promise<readonly NetworkSubnet[]>;

  securityGroups(query: SecurityGroupQuery, signal: AbortSignal): Promise<readonly SecurityGroup[]>;
  /** Gives the id of the new group; undefined where a group of that name is in the VPC already. */
  createSecurityGroup(
    group: { readonly name: string; readonly description: string; readonly vpcId: string; readonly tags: Tags },
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Adds one rule: `was-there` where the group has it already. */
  authorizeIngress(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<Made>;
  /** Takes one rule away; one that is not there is no mistake. */
  revokeIngress(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<void>;
  /** Gives `in-use` where something still has the group; one that is gone is `deleted`. */
  deleteSecurityGroup(groupId: string, signal: AbortSignal): Promise<"deleted" | "in-use">;
  tagResources(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void>;

  keyPairs(names: readonly string[], signal: AbortSignal): Promise<readonly KeyPair[]>;
  /** @param publicKey a line of OpenSSH. @throws ConfigError for what is no key */
  importKeyPair(
    key: { readonly name: string; readonly publicKey: string; readonly tags: Tags },
    signal: AbortSignal,
  ): Promise<Made>;
  deleteKeyPair(name: string, signal: AbortSignal): Promise<void>;

  /** @param nameOrArn undefined is given where there is none */
  instanceProfile(nameOrArn: string, signal: AbortSignal): Promise<InstanceProfile | undefined>;
  /**
   * Makes an instance profile with a role of the same name that EC2 may take on and that has the policy: each step is
   * harmless where it has been done. The profile comes first: its tags tell who made what follows.
   * @param policy JSON
   * @throws ConfigError where the name is somebody else's role, or profile with another role
   */
  createInstanceProfile(
    profile: { readonly name: string; readonly policy: string; readonly tags: Tags },
    signal: AbortSignal,
  ): Promise<InstanceProfile>;
  /** The policy, JSON, that `createInstanceProfile` gave a role; undefined where it has none of that name. */
  rolePolicy(name: string, signal: AbortSignal): Promise<string | undefined>;
  /** Gives a role that `createInstanceProfile` made another policy. @param policy JSON */
  replaceRolePolicy(name: string, policy: string, signal: AbortSignal): Promise<void>;
  /**
   * Takes away what `createInstanceProfile` made, in whatever state it is; the profile goes last, so that what is left is
   * found. A role that lacks the tags is somebody else's, and left.
   */
  deleteInstanceProfile(profile: { readonly name: string; readonly tags: Tags }, signal: AbortSignal): Promise<void>;
  /** Instances, of whatever cluster, that have a profile and are not ended. @param arn of the profile */
  instancesWithProfile(arn: string, signal: AbortSignal): Promise<readonly string[]>;

  /** All quotas of EC2 in the region. */
  quotas(signal: AbortSignal): Promise<readonly Quota[]>;
  /** Whether the bucket is there and of which region. @throws AccessError where it may not be seen */
  bucket(name: string, signal: AbortSignal): Promise<{ readonly region: string | undefined } | undefined>;
}
