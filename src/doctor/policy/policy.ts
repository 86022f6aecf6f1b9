import { ACTIONS, bucketOf, imageObject, type ActionRow, type Need, type Resources } from "./actions.js";
import { SETUP_ACTIONS, type SetupActions } from "./setup-actions.js";

/** What is known of the account; what is not becomes `*` in ARNs. */
export interface PolicySubject {
  readonly partition: string;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** The role in the configuration's instance profile. */
  readonly role: string | undefined;
}

/** A policy of IAM. */
export interface Policy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}

/** One statement of a policy. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * The least policy by which doctor finds nothing wrong with the permissions that a configuration needs, as far as ARNs are
 * known.
 */
export function leastPolicy(need: Need, subject: PolicySubject): Policy {
  const needed = ACTIONS.filter(({ weight }) => weight(need) !== undefined);
  const kinds = [...new Set(needed.map(({ resources }) => resources))];
  return {
    Version: "2012-10-17",
    Statement: kinds.map((kind) => statement(kind, needed, need, subject)),
  };
}

/** What `setup` needs beside, or without, the configuration's own needs. */
export function setupPolicy(subject: PolicySubject): Policy {
  return { Version: "2012-10-17", Statement: SETUP_ACTIONS.map((row) => setupStatement(row, subject)) };
}

const SIDS: Readonly<Record<Resources, string>> = {
  any: "LookAround",
  launch: "Launch",
  tags: "TagWhatIsLaunched",
  instances: "EndInstances",
  "spot-requests": "WithdrawSpotRequests",
  role: "GiveInstancesTheirRole",
  profile: "SeeTheInstanceProfile",
  bucket: "SeeTheRepository",
  objects: "TheReflowlet",
};

function statement(kind: Resources, rows: readonly ActionRow[], need: Need, subject: PolicySubject): Statement {
  const Action = rows
    .filter(({ resources }) => resources === kind)
    .map(({ action }) => action)
    .sort();
  const condition = conditionOf(kind, need, subject);
  return {
    Sid: SIDS[kind],
    Effect: "Allow",
    Action,
    Resource: resourcesOf(kind, need, subject),
    ...(condition !== undefined && { Condition: condition }),
  };
}

function resourcesOf(kind: Resources, need: Need, subject: PolicySubject): string | readonly string[] {
  const { cluster } = need;
  const ec2 = arnMaker("ec2", subject);
  const iam = arnMaker("iam", { ...subject, region: "" });
  switch (kind) {
    case "any":
      return "*";
    case "launch":
      return [
        // Images have no account in their ARNs.
        arnMaker("ec2", { ...subject, accountId: "" })(`image/${cluster.ami ?? "*"}`),
        ec2("instance/*"),
        ...(cluster.keyName === undefined ? [] : [ec2(`key-pair/${cluster.keyName}`)]),
        ec2("network-interface/*"),
        ec2(`security-group/${cluster.securityGroup ?? "*"}`),
        ...(cluster.spot ? [ec2("spot-instances-request/*")] : []),
        ...(cluster.subnets.length === 0 ? ["*"] : cluster.subnets).map((id) => ec2(`subnet/${id}`)),
        ec2("volume/*"),
      ];
    case "tags":
      return [
        "instance/*",
        "network-interface/*",
        ...(cluster.spot ? ["spot-instances-request/*"] : []),
        "volume/*",
      ].map(ec2);
    case "instances":
      return ec2("instance/*");
    case "spot-requests":
      return ec2("spot-instances-request/*");
    case "role":
      return iam(`role/${subject.role ?? "*"}`);
    case "profile":
      return iam(`instance-profile/${cluster.instanceProfile?.replace(/^arn:[^/]*\//, "") ?? "*"}`);
    case "bucket":
      return buckets(need).map((bucket) => `arn:${subject.partition}:s3:::${bucket}`);
    case "objects":
      return objects(need).map((object) => `arn:${subject.partition}:s3:::${object}`);
  }
}

function conditionOf(kind: Resources, { own, cluster }: Need, { region }: PolicySubject): Statement["Condition"] {
  if (kind === "role") return { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } };
  // The legacy requests take no tags: they are set afterwards.
  if (kind === "tags" && !(cluster.spot && own.spotApi === "request")) {
    return { StringEquals: { "ec2:CreateAction": "RunInstances" } };
  }
  // All actions without resources are of the region's own services: IAM's calls would count as of us-east-1.
  if (kind === "any" && region !== undefined) return { StringEquals: { "aws:RequestedRegion": region } };
  return undefined;
}

function buckets(need: Need): readonly string[] {
  const image = imageObject(need.own.image)?.bucket;
  return [...new Set([bucketOf(need), image].flatMap((bucket) => bucket ?? []))];
}

function objects({ own, repositoryBucket }: Need): readonly string[] {
  const image = imageObject(own.image);
  if (image !== undefined) return [`${image.bucket}/${image.key}`];
  return repositoryBucket === undefined ? [] : [`${repositoryBucket}/*`];
}

function setupStatement({ sid, actions, resources }: SetupActions, subject: PolicySubject): Statement {
  const ec2 = arnMaker("ec2", subject);
  const iam = arnMaker("iam", { ...subject, region: "" });
  const made = { StringEquals: { "ec2:CreateAction": ["CreateSecurityGroup", "ImportKeyPair"] } };
  const passed = { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" } };
  const all = { Sid: sid, Effect: "Allow", Action: actions } as const;
  switch (resources) {
    case "any":
      return { ...all, Resource: "*" };
    case "groups":
      return { ...all, Resource: [ec2("security-group/*"), ec2("vpc/*")] };
    case "security-group-tags":
      return { ...all, Resource: [ec2("key-pair/*"), ec2("security-group/*")], Condition: made };
    case "key-pairs":
      return { ...all, Resource: ec2("key-pair/*") };
    case "roles":
      return { ...all, Resource: iam("role/*") };
    case "passed-roles":
      return { ...all, Resource: iam("role/*"), Condition: passed };
    case "profiles":
      return { ...all, Resource: iam("instance-profile/*") };
  }
}

function arnMaker(
  service: string,
  { partition, region = "*", accountId = "*" }: Pick<PolicySubject, "partition" | "region" | "accountId">,
): (resource: string) => string {
  return (resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** The partition that an ARN, else a region's name, is of. */
export function partitionOf(arn: string | undefined, region: string | undefined): string {
  const [, partition] = /^arn:([^:]+):/.exec(arn ?? "") ?? [];
  if (partition !== undefined) return partition;
  if (region?.startsWith("cn-") === true) return "aws-cn";
  return region?.startsWith("us-gov-") === true ? "aws-us-gov" : "aws";
}
