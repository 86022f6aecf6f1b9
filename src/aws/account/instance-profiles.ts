import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  type IAMClient,
  type InstanceProfile as SdkInstanceProfile,
  type Role,
} from "@aws-sdk/client-iam";
import type { AccountPort, InstanceProfile } from "../../account/ports.js";
import { ConfigError, EndpointError } from "../../errors.js";
import { toTags, toTagList } from "../convert.js";
import { unlessRefused } from "./refused.js";
import type { ServiceCaller } from "./service-caller.js";

const GONE = ["NoSuchEntity"];
const THERE = ["EntityAlreadyExists"];

/** Lets EC2 give the role to its instances. */
const EC2_MAY_ASSUME = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

type NewProfile = Parameters<AccountPort["createInstanceProfile"]>[0];

/** Instance profiles through the AWS SDK. */
export class InstanceProfiles {
  constructor(
    private readonly iam: IAMClient,
    private readonly caller: ServiceCaller,
  ) {}

  async find(nameOrArn: string, signal: AbortSignal): Promise<InstanceProfile | undefined> {
    // An ARN ends with path and name.
    const name = nameOrArn.split("/").at(-1) ?? nameOrArn;
    const command = new GetInstanceProfileCommand({ InstanceProfileName: name });
    const get = () => this.caller.call("GetInstanceProfile", signal, (options) => this.iam.send(command, options));
    const answer = await unlessRefused(GONE, get, undefined);
    if (answer === undefined) return undefined;
    const profile = toProfile(answer.InstanceProfile);
    // Another account's, or one with another path.
    return nameOrArn.startsWith("arn:") && profile.arn !== nameOrArn ? undefined : profile;
  }

  /** Profile, role, policy, and the role into the profile; what is there already is left, unless it is somebody else's. */
  async create({ name, policy, tags }: NewProfile, signal: AbortSignal): Promise<InstanceProfile> {
    const role = await this.role(name, signal);
    if (role !== undefined && !hasTags(role, tags)) throw foreignRole(name);
    const command = new CreateInstanceProfileCommand({ InstanceProfileName: name, Tags: tagList(tags) });
    const make = () => this.caller.call("CreateInstanceProfile", signal, (options) => this.iam.send(command, options));
    const made = await unlessRefused(THERE, make, undefined);
    const profile = made === undefined ? await this.find(name, signal) : toProfile(made.InstanceProfile);
    const [present] = profile?.roles ?? [];
    if (present !== undefined && present !== name) {
      throw new ConfigError(`the instance profile "${name}" is there already, with the role "${present}"`, [], {
        hint: "name another profile to be made, or use that one: `ec2cluster: instanceprofile`",
      });
    }
    if (role === undefined) await this.makeRole(name, tags, signal);
    // A profile that is whole keeps the policy that it has.
    const isWhole = present !== undefined && (await this.policy(name, signal)) !== undefined;
    if (!isWhole) await this.replacePolicy(name, policy, signal);
    if (present === undefined) await this.addRole(name, signal);
    return profile === undefined || present === undefined ? this.found(name, signal) : profile;
  }

  /** The role's own policy of the role's name. */
  async policy(name: string, signal: AbortSignal): Promise<string | undefined> {
    const command = new GetRolePolicyCommand({ RoleName: name, PolicyName: name });
    const get = () => this.caller.call("GetRolePolicy", signal, (options) => this.iam.send(command, options));
    const answer = await unlessRefused(GONE, get, undefined);
    return answer?.PolicyDocument === undefined ? undefined : decoded(answer.PolicyDocument);
  }

  async replacePolicy(name: string, policy: string, signal: AbortSignal): Promise<void> {
    const command = new PutRolePolicyCommand({ RoleName: name, PolicyName: name, PolicyDocument: policy });
    await this.caller.call("PutRolePolicy", signal, (options) => this.iam.send(command, options));
  }

  /** In the order that IAM demands, the profile last; what is gone already is no mistake. */
  async delete({ name, tags }: Pick<NewProfile, "name" | "tags">, signal: AbortSignal): Promise<void> {
    const profile = { InstanceProfileName: name };
    const role = { RoleName: name };
    const { caller, iam } = this;
    const steps = {
      RemoveRoleFromInstanceProfile: new RemoveRoleFromInstanceProfileCommand({ ...profile, ...role }),
      DeleteRolePolicy: new DeleteRolePolicyCommand({ ...role, PolicyName: name }),
      DeleteRole: new DeleteRoleCommand(role),
      DeleteInstanceProfile: new DeleteInstanceProfileCommand(profile),
    };
    const goneIfSo = (action: string, send: Parameters<ServiceCaller["call"]>[2]): Promise<unknown> =>
      unlessRefused(GONE, () => caller.call(action, signal, send), undefined);
    await goneIfSo("RemoveRoleFromInstanceProfile", (o) => iam.send(steps.RemoveRoleFromInstanceProfile, o));
    const present = await this.role(name, signal);
    if (present !== undefined && hasTags(present, tags)) {
      await goneIfSo("DeleteRolePolicy", (o) => iam.send(steps.DeleteRolePolicy, o));
      await goneIfSo("DeleteRole", (o) => iam.send(steps.DeleteRole, o));
    }
    await goneIfSo("DeleteInstanceProfile", (o) => iam.send(steps.DeleteInstanceProfile, o));
  }

  private async role(name: string, signal: AbortSignal): Promise<Role | undefined> {
    const command = new GetRoleCommand({ RoleName: name });
    const get = () => this.caller.call("GetRole", signal, (options) => this.iam.send(command, options));
    return (await unlessRefused(GONE, get, undefined))?.Role;
  }

  private async makeRole(name: string, tags: NewProfile["tags"], signal: AbortSignal): Promise<void> {
    const command = new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: EC2_MAY_ASSUME,
      Description: "Instances of Reflow clusters",
      Tags: tagList(tags),
    });
    const make = () => this.caller.call("CreateRole", signal, (options) => this.iam.send(command, options));
    if ((await unlessRefused(THERE, make, undefined)) !== undefined) return;
    // Somebody has made it meanwhile.
    const role = await this.role(name, signal);
    if (role !== undefined && !hasTags(role, tags)) throw foreignRole(name);
  }

  private async addRole(name: string, signal: AbortSignal): Promise<void> {
    const command = new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name });
    const add = () =>
      this.caller.call("AddRoleToInstanceProfile", signal, (options) => this.iam.send(command, options));
    // Another process has put it in meanwhile.
    await unlessRefused([...THERE, "LimitExceeded"], add, undefined);
  }

  private async found(name: string, signal: AbortSignal): Promise<InstanceProfile> {
    const profile = await this.find(name, signal);
    if (profile !== undefined) return profile;
    throw new EndpointError(`the instance profile "${name}" was made, and IAM does not show it yet`, {
      hint: "try again in a minute: what is made already is kept",
    });
  }
}

/** IAM encodes all policies in its answers (RFC 3986). */
function decoded(policy: string): string {
  try {
    return decodeURIComponent(policy);
  } catch {
    return policy;
  }
}

function hasTags(role: Role, tags: NewProfile["tags"]): boolean {
  const own = toTags(role.Tags);
  return Object.entries(tags).every(([key, value]) => own[key] === value);
}

function foreignRole(name: string): ConfigError {
  return new ConfigError(`the role "${name}" is there already, and reflow-ec2 has not made it`, [], {
    hint: "name another profile to be made, or make one of that role yourself and name it: `ec2cluster: instanceprofile`",
  });
}

/** IAM wants both members of a tag. */
function tagList(tags: NewProfile["tags"]): { Key: string; Value: string }[] {
  return toTagList(tags).map(({ Key = "", Value = "" }) => ({ Key, Value }));
}

function toProfile(sdk: SdkInstanceProfile | undefined): InstanceProfile {
  return {
    name: sdk?.InstanceProfileName ?? "",
    arn: sdk?.Arn ?? "",
    roles: (sdk?.Roles ?? []).flatMap(({ RoleName }) => RoleName ?? []),
    tags: toTags(sdk?.Tags),
  };
}
