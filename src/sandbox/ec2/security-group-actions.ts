import { Ec2ApiError, invalidValue, missingParameter } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { AccountContent } from "./account-content.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { groupArn } from "./describe-security-groups.js";
import { newId } from "./ids.js";
import { tagAnswer } from "./instance-answer.js";
import { groupKind, vpcKind } from "./network-kinds.js";
import { noDefaultVpc } from "./placement.js";
import type { SecurityGroupRecord, VpcRecord } from "./records.js";
import { readTagSpecifications } from "./tag-parameters.js";

/** What names and descriptions of groups in a VPC are made of (AWS, CreateSecurityGroup). */
const TEXT = /^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

/** Makes a security group without rules. */
export const createSecurityGroup: Action = {
  parameters: ["GroupDescription", "GroupName", "TagSpecification", "VpcId"],
  plan(parameters, { account, randomBytes }) {
    const { content, tags } = account;
    const name = parameters.requiredText("GroupName");
    const description = parameters.requiredText("GroupDescription");
    checkText("GroupName", name);
    checkText("GroupDescription", description);
    if (/^sg-/i.test(name)) throw invalidValue("GroupName", name, "Group names may not be in the format sg-*.");
    const vpc = readVpc(parameters.text("VpcId"), content);
    if (content.groups.some((group) => group.name === name && group.vpcId === vpc.id)) {
      throw new Ec2ApiError(
        "InvalidGroup.Duplicate",
        `The security group '${name}' already exists for VPC '${vpc.id}'`,
      );
    }
    const own = readTagSpecifications(parameters, ["security-group"]).get("security-group");
    return () => {
      const id = newId("sg", randomBytes);
      content.groups.push({ id, name, description, vpcId: vpc.id, ingress: [] });
      if (own !== undefined) tags.set(id, own);
      return { return: true, groupId: id, securityGroupArn: groupArn(id, account), tagSet: tagAnswer(tags.of(id)) };
    };
  },
};

function checkText(name: string, text: string): void {
  if (TEXT.test(text)) return;
  throw invalidValue(name, text, "Character sets beyond ASCII are not supported, and 255 characters are the most.");
}

function readVpc(id: string | undefined, { vpcs }: AccountContent): VpcRecord {
  if (id !== undefined) vpcKind.checkId(id);
  const vpc = vpcs.find((candidate) => (id === undefined ? candidate.isDefault : candidate.id === id));
  if (vpc !== undefined) return vpc;
  throw id === undefined ? noDefaultVpc() : vpcKind.notFound([id]);
}

/** Takes a security group away that nothing has. */
export const deleteSecurityGroup: Action = {
  parameters: ["GroupId", "GroupName"],
  plan(parameters, { account }) {
    const group = readGroup(parameters, account.content);
    if (group.name === "default") {
      throw new Ec2ApiError(
        "CannotDelete",
        `the specified group: "${group.id}" name: "default" cannot be deleted by a user`,
      );
    }
    if (isUsed(group, account)) {
      throw new Ec2ApiError("DependencyViolation", `resource ${group.id} has a dependent object`);
    }
    return () => {
      account.content.groups = account.content.groups.filter(({ id }) => id !== group.id);
      account.tags.forget(group.id);
      return { return: true, groupId: group.id };
    };
  },
};

function isUsed({ id }: SecurityGroupRecord, { instances, content }: Account): boolean {
  const byInstance = [...instances.values()].some(
    ({ state, groups }) => state !== "terminated" && groups.some((group) => group.id === id),
  );
  const byRule = content.groups.some(
    (group) => group.id !== id && group.ingress.some(({ groupIds }) => groupIds.includes(id)),
  );
  return byInstance || byRule;
}

/**
 * The group that a call is about: by its id, or by its name in the default VPC.
 * @throws Ec2ApiError where there is none.
 */
export function readGroup(parameters: Parameters, { groups, vpcs }: AccountContent): SecurityGroupRecord {
  const id = parameters.text("GroupId");
  const name = parameters.text("GroupName");
  if (id === undefined && name === undefined) throw missingParameter("GroupName or GroupId");
  if (id !== undefined) groupKind.checkId(id);
  const vpcId = vpcs.find(({ isDefault }) => isDefault)?.id;
  const group = groups.find((each) => (id === undefined ? each.name === name && each.vpcId === vpcId : each.id === id));
  if (group === undefined) throw groupKind.notFound([id ?? name ?? ""]);
  return group;
}
