import type { Clock } from "../../lib/clock.js";
import { ACCOUNT_ID } from "../ec2/account-content.js";
import type { Account } from "../ec2/account.js";
import type { RandomBytes } from "../ec2/ids.js";
import type { RoleRecord } from "../ec2/records.js";
import type { Parameters } from "../protocol/parameters.js";
import type { QueryAction } from "../query-service.js";
import { profileAnswer, roleAnswer } from "./iam-answers.js";
import { alreadyExists, deleteConflict, noSuchEntity } from "./iam-error.js";
import { readName, readPolicy, readTags } from "./iam-parameters.js";

/** What IAM works with. */
export interface Iam {
  readonly account: Account;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

/** A new id of IAM's: four letters for the kind, and 17 of an alphabet of 36. */
export function newIamId(prefix: string, randomBytes: RandomBytes): string {
  const letters = [...randomBytes(17)].map((byte) => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[byte % 36]);
  return prefix + letters.join("");
}

/** The role that a request names. @throws QueryError NoSuchEntity */
export function readRole(parameters: Parameters, { account }: Iam): RoleRecord {
  const name = readName(parameters, "RoleName");
  const role = account.content.roles.find((candidate) => candidate.name === name);
  if (role === undefined) throw noSuchEntity(`The role with name ${name}`);
  return role;
}

/** Actions on roles and their policies. */
export function roleActions(iam: Iam): readonly (readonly [string, QueryAction])[] {
  const { account, clock, randomBytes } = iam;
  return [
    [
      "CreateRole",
      (parameters) => {
        const name = readName(parameters, "RoleName");
        const trustPolicy = readPolicy(parameters, "AssumeRolePolicyDocument");
        const tags = readTags(parameters);
        if (account.content.roles.some((role) => role.name === name)) throw alreadyExists(`Role with name ${name}`);
        const role: RoleRecord = {
          id: newIamId("AROA", randomBytes),
          name,
          arn: `arn:aws:iam::${ACCOUNT_ID}:role/${name}`,
          createdMs: clock.nowMs(),
          trustPolicy,
          description: parameters.text("Description"),
          policies: new Map(),
        };
        account.content.roles.push(role);
        account.tags.set(role.id, tags);
        return { Role: roleAnswer(role, account) };
      },
    ],
    ["GetRole", (parameters) => ({ Role: roleAnswer(readRole(parameters, iam), account) })],
    [
      "DeleteRole",
      (parameters) => {
        const role = readRole(parameters, iam);
        if (account.content.profiles.some((profile) => profile.role === role.name)) {
          throw deleteConflict("remove roles from instance profile");
        }
        if (role.policies.size > 0) throw deleteConflict("delete policies");
        account.content.roles = account.content.roles.filter(({ id }) => id !== role.id);
        account.tags.forget(role.id);
        return undefined;
      },
    ],
    [
      "PutRolePolicy",
      (parameters) => {
        const role = readRole(parameters, iam);
        role.policies.set(readName(parameters, "PolicyName"), readPolicy(parameters, "PolicyDocument"));
        return undefined;
      },
    ],
    [
      "GetRolePolicy",
      (parameters) => {
        const role = readRole(parameters, iam);
        const [name, policy] = readRolePolicy(parameters, role);
        return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeURIComponent(policy) };
      },
    ],
    [
      "DeleteRolePolicy",
      (parameters) => {
        const role = readRole(parameters, iam);
        role.policies.delete(readRolePolicy(parameters, role)[0]);
        return undefined;
      },
    ],
    [
      "ListInstanceProfilesForRole",
      (parameters) => {
        const { name } = readRole(parameters, iam);
        const profiles = account.content.profiles.filter(({ role }) => role === name);
        return { InstanceProfiles: profiles.map((profile) => profileAnswer(profile, account)), IsTruncated: false };
      },
    ],
  ];
}

function readRolePolicy(parameters: Parameters, { policies }: RoleRecord): readonly [name: string, policy: string] {
  const name = readName(parameters, "PolicyName");
  const policy = policies.get(name);
  if (policy === undefined) throw noSuchEntity(`The role policy with name ${name}`);
  return [name, policy];
}
