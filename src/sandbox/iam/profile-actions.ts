import { ACCOUNT_ID } from "../ec2/account-content.js";
import type { ProfileRecord } from "../ec2/records.js";
import type { Parameters } from "../protocol/parameters.js";
import { QueryError, type QueryAction } from "../query-service.js";
import { profileAnswer } from "./iam-answers.js";
import { alreadyExists, deleteConflict, noSuchEntity } from "./iam-error.js";
import { readName, readTags } from "./iam-parameters.js";
import { newIamId, readRole, type Iam } from "./role-actions.js";

/** Actions on instance profiles. */
export function profileActions(iam: Iam): readonly (readonly [string, QueryAction])[] {
  const { account, clock, randomBytes } = iam;
  return [
    [
      "CreateInstanceProfile",
      (parameters) => {
        const name = readName(parameters, "InstanceProfileName");
        const tags = readTags(parameters);
        if (account.content.profiles.some((profile) => profile.name === name)) {
          throw alreadyExists(`Instance Profile ${name}`);
        }
        const profile: ProfileRecord = {
          id: newIamId("AIPA", randomBytes),
          name,
          arn: `arn:aws:iam::${ACCOUNT_ID}:instance-profile/${name}`,
          createdMs: clock.nowMs(),
          role: undefined,
        };
        account.content.profiles.push(profile);
        account.tags.set(profile.id, tags);
        return { InstanceProfile: profileAnswer(profile, account) };
      },
    ],
    ["GetInstanceProfile", (parameters) => ({ InstanceProfile: profileAnswer(readProfile(parameters, iam), account) })],
    [
      "AddRoleToInstanceProfile",
      (parameters) => {
        const profile = readProfile(parameters, iam);
        const role = readRole(parameters, iam);
        if (profile.role !== undefined) {
          const message = "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1";
          throw new QueryError("LimitExceeded", 409, message);
        }
        profile.role = role.name;
        return undefined;
      },
    ],
    [
      "RemoveRoleFromInstanceProfile",
      (parameters) => {
        const profile = readProfile(parameters, iam);
        const { name } = readRole(parameters, iam);
        if (profile.role !== name) throw noSuchEntity(`Role ${name} in instance profile ${profile.name}`);
        profile.role = undefined;
        return undefined;
      },
    ],
    [
      "DeleteInstanceProfile",
      (parameters) => {
        const profile = readProfile(parameters, iam);
        if (profile.role !== undefined) throw deleteConflict("remove roles from instance profile");
        account.content.profiles = account.content.profiles.filter(({ id }) => id !== profile.id);
        account.tags.forget(profile.id);
        return undefined;
      },
    ],
  ];
}

function readProfile(parameters: Parameters, { account }: Iam): ProfileRecord {
  const name = readName(parameters, "InstanceProfileName");
  const profile = account.content.profiles.find((candidate) => candidate.name === name);
  if (profile === undefined) throw noSuchEntity(`Instance Profile ${name}`);
  return profile;
}
