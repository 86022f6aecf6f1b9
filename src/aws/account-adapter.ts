import type {
  AccountPort,
  CallerIdentity,
  IngressRule,
  InstanceProfile,
  KeyPair,
  Made,
  NetworkSubnet,
  NetworkSubnetQuery,
  Permission,
  PermissionQuery,
  Quota,
  SecurityGroup,
  SecurityGroupQuery,
  Vpc,
  VpcQuery,
} from "../account/ports.js";
import type { Tags } from "../cluster/ports.js";
import { findBucket } from "./account/buckets.js";
import { askIdentity } from "./account/identity.js";
import { InstanceProfiles } from "./account/instance-profiles.js";
import { deleteKeyPair, findKeyPairs, importKeyPair } from "./account/key-pairs.js";
import { findSubnets, findVpcs } from "./account/network.js";
import { Permissions, type ServiceClients } from "./account/permissions.js";
import { findInstancesWithProfile } from "./account/profile-users.js";
import { findQuotas } from "./account/quotas.js";
import { SecurityGroups } from "./account/security-groups.js";
import { ServiceCaller } from "./account/service-caller.js";
import { CallPacer, type PacerSurroundings } from "./call-pacer.js";
import { CreateTagsCommand } from "@aws-sdk/client-ec2";
import { toTagList } from "./convert.js";
import { Ec2Caller, inParts, type Ec2Clients } from "./ec2-caller.js";

/** Resources that CreateTags takes at a time (AWS, CreateTags: up to 1,000). */
const TAGGED_PER_CALL = 1_000;

/** The account through the AWS SDK. */
export class AccountAdapter implements AccountPort {
  private readonly ec2: Ec2Caller;
  private readonly sts: ServiceCaller;
  private readonly serviceQuotas: ServiceCaller;
  private readonly permissions: Permissions;
  private readonly groups: SecurityGroups;
  private readonly profiles: InstanceProfiles;

  constructor(
    ec2: Ec2Clients,
    private readonly clients: ServiceClients,
    surroundings: PacerSurroundings,
  ) {
    const caller = (prefix: string, title: string): ServiceCaller =>
      new ServiceCaller({ prefix, title }, new CallPacer(surroundings));
    this.ec2 = new Ec2Caller(ec2, surroundings);
    this.sts = caller("sts", "STS");
    this.serviceQuotas = caller("servicequotas", "Service Quotas");
    this.permissions = new Permissions(this.ec2, clients);
    this.groups = new SecurityGroups(this.ec2, surroundings.clock);
    this.profiles = new InstanceProfiles(clients.iam, caller("iam", "IAM"));
  }

  identity(signal: AbortSignal): Promise<CallerIdentity> {
    return askIdentity(this.clients.sts, this.sts, signal);
  }

  mayCall(query: PermissionQuery, signal: AbortSignal): Promise<Permission> {
    return this.permissions.check(query, signal);
  }

  vpcs(query: VpcQuery, signal: AbortSignal): Promise<readonly Vpc[]> {
    return findVpcs(this.ec2, query, signal);
  }

  subnets(query: NetworkSubnetQuery, signal: AbortSignal): Promise<readonly NetworkSubnet[]> {
    return findSubnets(this.ec2, query, signal);
  }

  securityGroups(query: SecurityGroupQuery, signal: AbortSignal): Promise<readonly SecurityGroup[]> {
    return this.groups.find(query, signal);
  }

  createSecurityGroup(
    group: Parameters<AccountPort["createSecurityGroup"]>[0],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return this.groups.create(group, signal);
  }

  authorizeIngress(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<Made> {
    return this.groups.authorize(groupId, rule, signal);
  }

  revokeIngress(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<void> {
    return this.groups.revoke(groupId, rule, signal);
  }

  deleteSecurityGroup(groupId: string, signal: AbortSignal): Promise<"deleted" | "in-use"> {
    return this.groups.delete(groupId, signal);
  }

  async tagResources(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void> {
    for (const Resources of inParts(ids, TAGGED_PER_CALL)) {
      const command = new CreateTagsCommand({ Resources, Tags: toTagList(tags) });
      await this.ec2.call("CreateTags", signal, (client, options) => client.send(command, options));
    }
  }

  keyPairs(names: readonly string[], signal: AbortSignal): Promise<readonly KeyPair[]> {
    return findKeyPairs(this.ec2, names, signal);
  }

  importKeyPair(key: Parameters<AccountPort["importKeyPair"]>[0], signal: AbortSignal): Promise<Made> {
    return importKeyPair(this.ec2, key, signal);
  }

  deleteKeyPair(name: string, signal: AbortSignal): Promise<void> {
    return deleteKeyPair(this.ec2, name, signal);
  }

  instanceProfile(nameOrArn: string, signal: AbortSignal): Promise<InstanceProfile | undefined> {
    return this.profiles.find(nameOrArn, signal);
  }

  createInstanceProfile(
    profile: Parameters<AccountPort["createInstanceProfile"]>[0],
    signal: AbortSignal,
  ): Promise<InstanceProfile> {
    return this.profiles.create(profile, signal);
  }

  rolePolicy(name: string, signal: AbortSignal): Promise<string | undefined> {
    return this.profiles.policy(name, signal);
  }

  replaceRolePolicy(name: string, policy: string, signal: AbortSignal): Promise<void> {
    return this.profiles.replacePolicy(name, policy, signal);
  }

  deleteInstanceProfile(
    profile: Parameters<AccountPort["deleteInstanceProfile"]>[0],
    signal: AbortSignal,
  ): Promise<void> {
    return this.profiles.delete(profile, signal);
  }

  instancesWithProfile(arn: string, signal: AbortSignal): Promise<readonly string[]> {
    return findInstancesWithProfile(this.ec2, arn, signal);
  }

  quotas(signal: AbortSignal): Promise<readonly Quota[]> {
    return findQuotas(this.clients.quotas, this.serviceQuotas, signal);
  }

  bucket(name: string, signal: AbortSignal): Promise<{ readonly region: string | undefined } | undefined> {
    return findBucket(this.clients.s3, name, signal);
  }
}
