import type {
  AccountPort,
  InstanceProfile,
  KeyPair,
  NetworkSubnet,
  Quota,
  SecurityGroup,
  Vpc,
} from "../../src/account/ports.js";
import { AccessError, ConfigError } from "../../src/errors.js";
import { Interruptions } from "./interruptions.js";

/** What a fake account starts with. */
export interface FakeAccountState {
  readonly vpcs?: readonly Vpc[];
  readonly subnets?: readonly NetworkSubnet[];
  readonly groups?: readonly SecurityGroup[];
  readonly keyPairs?: readonly KeyPair[];
  readonly profiles?: readonly InstanceProfile[];
  /** Name of a role to its policy. */
  readonly policies?: Readonly<Record<string, string>>;
  /** Bucket to its region. */
  readonly buckets?: Readonly<Record<string, string>>;
  /** Methods that the credentials may not call. */
  readonly denied?: readonly (keyof AccountPort)[];
  readonly interruptions?: Interruptions;
}

export const DEFAULT_VPC: Vpc = { id: "vpc-default", cidrs: ["172.31.0.0/16"], isDefault: true, tags: {} };

/** A default subnet of the default VPC in a zone. */
export function subnetOf(zone: string, rest: Partial<NetworkSubnet> = {}): NetworkSubnet {
  return {
    id: `subnet-${zone}`,
    vpcId: DEFAULT_VPC.id,
    zone: `us-west-2${zone}`,
    cidr: "172.31.0.0/20",
    freeAddresses: 4091,
    givesPublicAddress: true,
    isDefaultForZone: true,
    internetRoute: "internet-gateway",
    ...rest,
  };
}

/**
 * An account in memory that behaves as AWS does where setup can tell: names are taken once a VPC, a rule is there once,
 * groups in use are not deleted, what the credentials may not do fails. Changes are counted, and may be interrupted.
 */
export class FakeAccount implements AccountPort {
  vpcList: readonly Vpc[];
  subnetList: readonly NetworkSubnet[];
  readonly groups: Map<string, SecurityGroup>;
  readonly keys: Map<string, KeyPair>;
  readonly profiles: Map<string, InstanceProfile>;
  /** Policies of the profiles' roles. */
  readonly policies: Map<string, string>;
  /** ARN of a profile to the instances that have it. */
  readonly profileUsers = new Map<string, readonly string[]>();
  /** Groups that instances or interfaces have. */
  readonly used = new Set<string>();
  /** Groups that a Describe does not show yet, and for how many looks. */
  readonly hidden = new Map<string, number>();
  /** The changes that were asked for, in order. */
  readonly changes: string[] = [];
  readonly interruptions: Interruptions;
  private made = 0;

  constructor(private readonly state: FakeAccountState = {}) {
    this.vpcList = state.vpcs ?? [DEFAULT_VPC];
    this.subnetList = state.subnets ?? [subnetOf("a"), subnetOf("b")];
    this.groups = byKey(state.groups, ({ id }) => id);
    this.keys = byKey(state.keyPairs, ({ name }) => name);
    this.profiles = byKey(state.profiles, ({ name }) => name);
    this.policies = new Map(Object.entries(state.policies ?? {}));
    this.interruptions = state.interruptions ?? new Interruptions();
  }

  async identity(signal: AbortSignal): ReturnType<AccountPort["identity"]> {
    this.may("identity", signal);
    return { accountId: "123456789012", arn: "arn:aws:iam::123456789012:user/ada", serverTimeMs: undefined };
  }

  async mayCall(): ReturnType<AccountPort["mayCall"]> {
    return { kind: "allowed" };
  }

  async vpcs(query: Parameters<AccountPort["vpcs"]>[0], signal: AbortSignal): Promise<readonly Vpc[]> {
    this.may("vpcs", signal);
    if (query === "all") return this.vpcList;
    return this.vpcList.filter((vpc) => (query === "default" ? vpc.isDefault : query.ids.includes(vpc.id)));
  }

  async subnets(query: Parameters<AccountPort["subnets"]>[0], signal: AbortSignal): Promise<readonly NetworkSubnet[]> {
    this.may("subnets", signal);
    return this.subnetList.filter(({ id, vpcId }) => ("ids" in query ? query.ids.includes(id) : query.vpcId === vpcId));
  }

  async securityGroups(
    { ids, name, vpcId, tags = {} }: Parameters<AccountPort["securityGroups"]>[0],
    signal: AbortSignal,
  ): Promise<readonly SecurityGroup[]> {
    this.may("securityGroups", signal);
    return [...this.groups.values()].filter((group) => {
      const looks = this.hidden.get(group.id) ?? 0;
      if (looks > 0) {
        this.hidden.set(group.id, looks - 1);
        return false;
      }
      return (
        (ids?.includes(group.id) ?? true) &&
        (name === undefined || group.name === name) &&
        (vpcId === undefined || group.vpcId === vpcId) &&
        Object.entries(tags).every(([key, value]) => group.tags[key] === value)
      );
    });
  }

  createSecurityGroup(
    { name, description, vpcId, tags }: Parameters<AccountPort["createSecurityGroup"]>[0],
    signal: AbortSignal,
  ): ReturnType<AccountPort["createSecurityGroup"]> {
    return this.change("createSecurityGroup", name, signal, () => {
      const taken = [...this.groups.values()].some((group) => group.vpcId === vpcId && group.name === name);
      if (taken) return undefined;
      const id = `sg-${String((this.made += 1)).padStart(8, "0")}`;
      this.groups.set(id, { id, name, vpcId, description, tags, ingress: [] });
      return id;
    });
  }

  authorizeIngress(
    groupId: string,
    rule: Parameters<AccountPort["authorizeIngress"]>[1],
    signal: AbortSignal,
  ): ReturnType<AccountPort["authorizeIngress"]> {
    return this.change("authorizeIngress", groupId, signal, () => {
      const group = this.group(groupId);
      if (group.ingress.some((present) => key(present) === key(rule))) return "was-there";
      this.groups.set(groupId, { ...group, ingress: [...group.ingress, rule] });
      return "made";
    });
  }

  revokeIngress(
    groupId: string,
    rule: Parameters<AccountPort["revokeIngress"]>[1],
    signal: AbortSignal,
  ): Promise<void> {
    return this.change("revokeIngress", groupId, signal, () => {
      const group = this.group(groupId);
      const ingress = group.ingress.filter((present) => key(present) !== key(rule));
      this.groups.set(groupId, { ...group, ingress });
    });
  }

  deleteSecurityGroup(groupId: string, signal: AbortSignal): ReturnType<AccountPort["deleteSecurityGroup"]> {
    return this.change("deleteSecurityGroup", groupId, signal, () => {
      if (this.used.has(groupId)) return "in-use";
      this.groups.delete(groupId);
      return "deleted";
    });
  }

  async tagResources(): Promise<void> {
    throw new Error("setup tags what it makes in the call that makes it");
  }

  async keyPairs(names: readonly string[], signal: AbortSignal): Promise<readonly KeyPair[]> {
    this.may("keyPairs", signal);
    return [...this.keys.values()].filter(({ name }) => names.includes(name));
  }

  importKeyPair(
    { name, publicKey, tags }: Parameters<AccountPort["importKeyPair"]>[0],
    signal: AbortSignal,
  ): ReturnType<AccountPort["importKeyPair"]> {
    return this.change("importKeyPair", name, signal, () => {
      if (!publicKey.startsWith("ssh-")) throw new ConfigError(`${name} is no key`);
      if (this.keys.has(name)) return "was-there";
      this.keys.set(name, { id: `key-${name}`, name, publicKey, tags });
      return "made";
    });
  }

  deleteKeyPair(name: string, signal: AbortSignal): Promise<void> {
    return this.change("deleteKeyPair", name, signal, () => void this.keys.delete(name));
  }

  async instanceProfile(nameOrArn: string, signal: AbortSignal): Promise<InstanceProfile | undefined> {
    this.may("instanceProfile", signal);
    return [...this.profiles.values()].find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
  }

  createInstanceProfile(
    { name, policy, tags }: Parameters<AccountPort["createInstanceProfile"]>[0],
    signal: AbortSignal,
  ): Promise<InstanceProfile> {
    return this.change("createInstanceProfile", name, signal, () => {
      const present = this.profiles.get(name);
      if (present !== undefined && present.roles.length > 0) return present;
      const arn = `arn:aws:iam::123456789012:instance-profile/${name}`;
      const profile = { name, arn, roles: [name], tags };
      this.profiles.set(name, profile);
      this.policies.set(name, policy);
      return profile;
    });
  }

  async rolePolicy(name: string, signal: AbortSignal): Promise<string | undefined> {
    this.may("rolePolicy", signal);
    return this.policies.get(name);
  }

  replaceRolePolicy(name: string, policy: string, signal: AbortSignal): Promise<void> {
    return this.change("replaceRolePolicy", name, signal, () => void this.policies.set(name, policy));
  }

  deleteInstanceProfile(
    { name }: Parameters<AccountPort["deleteInstanceProfile"]>[0],
    signal: AbortSignal,
  ): Promise<void> {
    return this.change("deleteInstanceProfile", name, signal, () => {
      this.profiles.delete(name);
      this.policies.delete(name);
    });
  }

  async instancesWithProfile(arn: string, signal: AbortSignal): Promise<readonly string[]> {
    this.may("instancesWithProfile", signal);
    return this.profileUsers.get(arn) ?? [];
  }

  async quotas(): Promise<readonly Quota[]> {
    return [];
  }

  async bucket(name: string, signal: AbortSignal): ReturnType<AccountPort["bucket"]> {
    this.may("bucket", signal);
    const region = this.state.buckets?.[name];
    return region === undefined ? undefined : { region };
  }

  private group(id: string): SecurityGroup {
    const group = this.groups.get(id);
    if (group === undefined) throw new ConfigError(`no group ${id}`);
    return group;
  }

  private may(action: keyof AccountPort, signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.state.denied?.includes(action) === true) throw new AccessError(`not authorized to perform ${action}`);
  }

  private async change<T>(action: keyof AccountPort, about: string, signal: AbortSignal, work: () => T): Promise<T> {
    this.may(action, signal);
    return this.interruptions.around(() => {
      this.changes.push(`${action} ${about}`);
      return work();
    });
  }
}

function byKey<T>(list: readonly T[] = [], keyOf: (item: T) => string): Map<string, T> {
  return new Map(list.map((item) => [keyOf(item), item]));
}

function key({ protocol, ports, source }: SecurityGroup["ingress"][number]): string {
  return JSON.stringify([protocol, ports, source]);
}
