import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  RevokeSecurityGroupIngressCommand,
  type Filter,
} from "@aws-sdk/client-ec2";
import type { AccountPort, IngressRule, Made, SecurityGroup, SecurityGroupQuery } from "../../account/ports.js";
import type { Clock } from "../../lib/clock.js";
import { refusalOf } from "../../cluster/refusals/classify.js";
import { toTagList } from "../convert.js";
import { inParts, listIn, literal, tagFilters, type Ec2Caller } from "../ec2-caller.js";
import { toIpPermission, toSecurityGroup } from "./ip-permissions.js";
import { unlessRefused } from "./refused.js";

/** EC2's largest page. */
const PAGE = 1_000;
/** A filter of more values is refused (FilterLimitExceeded). */
const VALUES_PER_CALL = 200;
/** A new group may be unknown to the next call for some seconds: it is made again after these waits. */
const UNKNOWN_YET_WAITS_MS = [500, 1_000, 2_000, 4_000];

type NewGroup = Parameters<AccountPort["createSecurityGroup"]>[0];

/** Security groups through the AWS SDK. */
export class SecurityGroups {
  constructor(
    private readonly ec2: Ec2Caller,
    private readonly clock: Clock,
  ) {}

  async find(query: SecurityGroupQuery, signal: AbortSignal): Promise<readonly SecurityGroup[]> {
    const found: SecurityGroup[] = [];
    for (const ids of query.ids === undefined ? [undefined] : inParts(query.ids, VALUES_PER_CALL)) {
      const Filters = filters(query, ids);
      const asked = { ...(Filters.length > 0 && { Filters }), MaxResults: PAGE };
      const pages = this.ec2.pages("DescribeSecurityGroups", signal, (client, page, options) =>
        client.send(new DescribeSecurityGroupsCommand({ ...asked, ...page }), options),
      );
      for await (const { SecurityGroups: groups } of pages) {
        found.push(...listIn(groups, "DescribeSecurityGroups").flatMap(toSecurityGroup));
      }
    }
    return found;
  }

  async create({ name, description, vpcId, tags }: NewGroup, signal: AbortSignal): Promise<string | undefined> {
    const command = new CreateSecurityGroupCommand({
      GroupName: name,
      Description: description,
      VpcId: vpcId,
      ...tagSpecifications("security-group", tags),
    });
    const create = () =>
      this.ec2.call("CreateSecurityGroup", signal, (client, options) => client.send(command, options));
    const answer = await unlessRefused(["InvalidGroup.Duplicate"], create, undefined);
    return answer?.GroupId;
  }

  async authorize(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<Made> {
    const command = new AuthorizeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: [toIpPermission(rule, true)],
    });
    const authorize = async (): Promise<Made> => {
      await this.ec2.call("AuthorizeSecurityGroupIngress", signal, (client, options) => client.send(command, options));
      return "made";
    };
    return unlessRefused(["InvalidPermission.Duplicate"], () => this.onceKnown(authorize, signal), "was-there");
  }

  async revoke(groupId: string, rule: IngressRule, signal: AbortSignal): Promise<void> {
    const command = new RevokeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: [toIpPermission(rule, false)],
    });
    const revoke = () =>
      this.ec2.call("RevokeSecurityGroupIngress", signal, (client, options) => client.send(command, options));
    await unlessRefused(["InvalidPermission.NotFound", "InvalidGroup.NotFound"], revoke, undefined);
  }

  async delete(groupId: string, signal: AbortSignal): Promise<"deleted" | "in-use"> {
    const command = new DeleteSecurityGroupCommand({ GroupId: groupId });
    const remove = async (): Promise<"deleted"> => {
      await this.ec2.call("DeleteSecurityGroup", signal, (client, options) => client.send(command, options));
      return "deleted";
    };
    const unlessUsed = () => unlessRefused(["DependencyViolation", "InvalidGroup.InUse"], remove, "in-use" as const);
    return unlessRefused(["InvalidGroup.NotFound"], unlessUsed, "deleted");
  }

  private async onceKnown<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (const waitMs of UNKNOWN_YET_WAITS_MS) {
      try {
        return await work();
      } catch (error) {
        if (refusalOf(error)?.kind !== "not-yet-visible") throw error;
      }
      await this.clock.sleep(waitMs, signal);
    }
    return work();
  }
}

/** Ids go by a filter: an unknown id in the id list would fail the whole call. */
function filters({ name, vpcId, tags = {} }: SecurityGroupQuery, ids: readonly string[] | undefined): Filter[] {
  return [
    ...(ids === undefined ? [] : [{ Name: "group-id", Values: [...ids] }]),
    ...(name === undefined ? [] : [{ Name: "group-name", Values: [literal(name)] }]),
    ...(vpcId === undefined ? [] : [{ Name: "vpc-id", Values: [vpcId] }]),
    ...tagFilters(tags),
  ];
}

/** Tags of what a call makes; nothing where there are none, which EC2 would refuse. */
export function tagSpecifications<Kind extends "security-group" | "key-pair">(
  kind: Kind,
  tags: Readonly<Record<string, string>>,
): { TagSpecifications?: { ResourceType: Kind; Tags: { Key?: string; Value?: string }[] }[] } {
  const list = toTagList(tags).map(({ Key = "", Value = "" }) => ({ Key, Value }));
  return list.length === 0 ? {} : { TagSpecifications: [{ ResourceType: kind, Tags: list }] };
}
