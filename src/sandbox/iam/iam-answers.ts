import type { Account } from "../ec2/account.js";
import type { ProfileRecord, RoleRecord } from "../ec2/records.js";
import type { XmlObject } from "../protocol/xml.js";

/** A role as IAM shows it. */
export function roleAnswer(role: RoleRecord, account: Account): XmlObject {
  return {
    Path: "/",
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: timeAnswer(role.createdMs),
    // As all policies in answers.
    AssumeRolePolicyDocument: encodeURIComponent(role.trustPolicy),
    Description: role.description,
    MaxSessionDuration: 3600,
    Tags: tagsAnswer(role.id, account),
  };
}

/** An instance profile as IAM shows it. */
export function profileAnswer(profile: ProfileRecord, account: Account): XmlObject {
  const roles = account.content.roles.filter(({ name }) => name === profile.role);
  return {
    Path: "/",
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: profile.arn,
    CreateDate: timeAnswer(profile.createdMs),
    Roles: roles.map((role) => roleAnswer(role, account)),
    Tags: tagsAnswer(profile.id, account),
  };
}

/** IAM writes whole seconds. */
function timeAnswer(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function tagsAnswer(id: string, { tags }: Account): readonly XmlObject[] {
  return [...tags.of(id)].map(([Key, Value]) => ({ Key, Value }));
}
