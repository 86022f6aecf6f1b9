import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteKeyPairCommand,
  DeleteSecurityGroupCommand,
  DescribeKeyPairsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  ImportKeyPairCommand,
  RevokeSecurityGroupIngressCommand,
  type IpPermission,
} from "@aws-sdk/client-ec2";
import type { Request } from "./requests.js";

const NAME = "reflow-check";
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB ann@example";

const rule = (CidrIp: string): IpPermission[] => [
  { IpProtocol: "tcp", FromPort: 9000, ToPort: 9000, IpRanges: [{ CidrIp, Description: "drivers" }] },
];

/** What `setup` asks for, in this order; the group is another one than that of launches. */
export const accountRequests = (): readonly Request[] => {
  const own = { group: new WeakMap<object, string>() };
  const groupId = (ids: object): string => own.group.get(ids) ?? "";
  const authorize = (name: string, permissions: (id: string) => IpPermission[]): Request => ({
    name,
    send: (ec2, ids) => {
      const GroupId = groupId(ids);
      return ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: permissions(GroupId) }));
    },
  });
  const create = (name: string): Request => ({
    name,
    async send(ec2, ids) {
      const TagSpecifications = [
        { ResourceType: "security-group" as const, Tags: [{ Key: "made-by", Value: "reflow-ec2" }] },
      ];
      const group = { GroupName: NAME, Description: "a check", VpcId: ids.vpc, TagSpecifications };
      const answer = await ec2.send(new CreateSecurityGroupCommand(group));
      own.group.set(ids, answer.GroupId ?? "");
      return answer;
    },
  });
  const revoke = (name: string): Request => ({
    name,
    send: (ec2, ids) =>
      ec2.send(
        new RevokeSecurityGroupIngressCommand({
          GroupId: groupId(ids),
          IpPermissions: [{ IpProtocol: "tcp", FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }],
        }),
      ),
  });
  const remove = (name: string): Request => ({
    name,
    send: (ec2, ids) => ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId(ids) })),
  });
  const importKey = (name: string): Request => ({
    name,
    send: (ec2) => ec2.send(new ImportKeyPairCommand({ KeyName: NAME, PublicKeyMaterial: Buffer.from(KEY) })),
  });
  return [
    {
      name: "DescribeRouteTables of the VPC",
      send: (ec2, ids) =>
        ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [ids.vpc] }] })),
    },
    create("CreateSecurityGroup with tags"),
    {
      name: "CreateSecurityGroup of a name that is taken",
      send: (ec2, ids) =>
        ec2.send(new CreateSecurityGroupCommand({ GroupName: NAME, Description: "again", VpcId: ids.vpc })),
    },
    authorize("AuthorizeSecurityGroupIngress from a range", () => rule("10.0.0.0/8")),
    authorize("AuthorizeSecurityGroupIngress, the same again", () => rule("10.0.0.0/8")),
    authorize("AuthorizeSecurityGroupIngress from itself", (GroupId) => [
      { IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] },
    ]),
    authorize("AuthorizeSecurityGroupIngress from no range", () => rule("10.0.0.0/33")),
    {
      name: "DescribeSecurityGroups by tag",
      send: (ec2) =>
        ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: "tag:made-by", Values: ["reflow-ec2"] }] })),
    },
    revoke("RevokeSecurityGroupIngress of a rule that is not there"),
    remove("DeleteSecurityGroup"),
    remove("DeleteSecurityGroup, once more"),
    importKey("ImportKeyPair"),
    importKey("ImportKeyPair of a name that is taken"),
    { name: "DescribeKeyPairs by name", send: (ec2) => ec2.send(new DescribeKeyPairsCommand({ KeyNames: [NAME] })) },
    {
      name: "DescribeKeyPairs of one that is not there",
      send: (ec2) => ec2.send(new DescribeKeyPairsCommand({ KeyNames: ["nobody"] })),
    },
    { name: "DeleteKeyPair", send: (ec2) => ec2.send(new DeleteKeyPairCommand({ KeyName: NAME })) },
    {
      name: "DeleteKeyPair of one that is not there",
      send: (ec2) => ec2.send(new DeleteKeyPairCommand({ KeyName: "nobody" })),
    },
  ];
};
