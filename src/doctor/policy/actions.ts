import type { ReflowConfig } from "../../config/model.js";

/** What a configuration decides about the permissions that it needs. */
export type Need = Pick<ReflowConfig, "cluster" | "own" | "generation" | "repositoryBucket">;

/** How bad it is when an action is denied: nothing works, or it works with less; undefined where it is never called. */
export type Weight = "failure" | "warning" | undefined;

/** The resources that a statement of a policy names. */
export type Resources =
  /** EC2's describing actions and others that know no resources. */
  "any" | "launch" | "tags" | "instances" | "spot-requests" | "role" | "profile" | "bucket" | "objects";

/** One action of AWS that `allocate`, `probe`, `list`, `terminate` or `doctor` calls. */
export interface ActionRow {
  /** With its service, as policies name it. */
  readonly action: string;
  readonly resources: Resources;
  readonly weight: (need: Need) => Weight;
  /** What comes of a denial. */
  readonly consequence: string;
}

const always = (): Weight => "failure";
const helps = (): Weight => "warning";
const ofSpot =
  (weight: Weight) =>
  ({ cluster }: Need): Weight =>
    cluster.spot ? weight : undefined;
const ofRequests = ({ cluster, own }: Need): Weight =>
  cluster.spot && own.spotApi === "request" ? "failure" : undefined;
const ofUpload = ({ own }: Need): Weight =>
  own.image === undefined && own.binary !== undefined ? "failure" : undefined;

/** Every action, in the order in which a launch needs them. */
export const ACTIONS: readonly ActionRow[] = [
  {
    action: "ec2:DescribeInstances",
    resources: "any",
    weight: always,
    consequence: "the members of the cluster cannot be found, so that no command works",
  },
  {
    action: "ec2:RunInstances",
    resources: "launch",
    weight: always,
    consequence: "nothing can be launched: allocate ends with exit code 6",
  },
  {
    action: "ec2:CreateTags",
    resources: "tags",
    weight: always,
    consequence: "launches are refused, as all tags are set in the call that launches",
  },
  {
    action: "iam:PassRole",
    resources: "role",
    weight: ({ cluster }) => (cluster.instanceProfile === undefined ? undefined : "failure"),
    consequence: "launches with the instance profile are refused",
  },
  {
    action: "ec2:TerminateInstances",
    resources: "instances",
    weight: always,
    consequence:
      "what was launched cannot be ended, also not what never became usable: it costs until it powers itself off",
  },
  {
    action: "ec2:DescribeImages",
    resources: "any",
    weight: ({ cluster }) => (cluster.ami === undefined ? "failure" : "warning"),
    consequence: "an image that is gone, or of another architecture, is found out only by the launch",
  },
  {
    action: "ec2:DescribeSubnets",
    resources: "any",
    weight: helps,
    consequence: "other zones cannot be tried where one has no capacity",
  },
  {
    action: "ec2:DescribeInstanceTypeOfferings",
    resources: "any",
    weight: helps,
    consequence: "zones that do not sell a type are found out only by their refusals",
  },
  {
    action: "ec2:GetConsoleOutput",
    resources: "instances",
    weight: helps,
    consequence: "the message of an instance that never became usable lacks the end of its console",
  },
  {
    action: "ec2:RequestSpotInstances",
    resources: "launch",
    weight: ofRequests,
    consequence: "no spot instance can be launched by the legacy requests",
  },
  {
    action: "ec2:CancelSpotInstanceRequests",
    resources: "spot-requests",
    weight: ofRequests,
    consequence: "spot requests that are not fulfilled in time cannot be withdrawn, and may launch instances later",
  },
  {
    action: "ec2:DescribeSpotInstanceRequests",
    resources: "any",
    weight: (need) => ofRequests(need) ?? ofSpot("warning")(need),
    consequence: "what EC2 is about to take back, and what became of spot requests, is not known",
  },
  {
    action: "ec2:DescribeSpotPriceHistory",
    resources: "any",
    weight: ofSpot("warning"),
    consequence: "fleets are chosen by on-demand prices, not by what spot costs now",
  },
  {
    action: "ec2:GetSpotPlacementScores",
    resources: "any",
    weight: ofSpot("warning"),
    consequence: "zones are tried by their price alone, not by where spot capacity is likely",
  },
  {
    action: "ec2:DescribeAvailabilityZones",
    resources: "any",
    weight: ofSpot("warning"),
    consequence: "spot placement scores cannot be told from zone to zone",
  },
  {
    action: "ecr:GetAuthorizationToken",
    resources: "any",
    weight: ({ own }) => (own.ecr ? "failure" : undefined),
    consequence: "instances get no login for ECR, and nothing is launched without one",
  },
  {
    action: "s3:ListBucket",
    resources: "bucket",
    weight: (need) => ofUpload(need) ?? (bucketOf(need) === undefined ? undefined : "warning"),
    consequence: "whether the repository's bucket and the reflowlet in it are there is not known",
  },
  {
    action: "s3:GetObject",
    resources: "objects",
    weight: (need) => ofUpload(need) ?? (need.own.image === undefined ? undefined : "warning"),
    consequence: "whether the reflowlet is in the repository is not known",
  },
  {
    action: "s3:PutObject",
    resources: "objects",
    weight: ofUpload,
    consequence: "the reflowlet cannot be uploaded, and so nothing launched",
  },
  {
    action: "s3:AbortMultipartUpload",
    resources: "objects",
    weight: ofUpload,
    consequence: "parts of an upload that was given up stay in the bucket and cost",
  },
  {
    action: "s3:ListMultipartUploadParts",
    resources: "objects",
    weight: ofUpload,
    consequence: "an interrupted upload begins anew instead of going on",
  },
  {
    action: "s3:ListBucketMultipartUploads",
    resources: "bucket",
    weight: ofUpload,
    consequence: "an interrupted upload begins anew instead of going on",
  },
  {
    action: "ec2:DescribeVpcs",
    resources: "any",
    weight: helps,
    consequence: "doctor cannot tell which addresses are of the instances' own network",
  },
  {
    action: "ec2:DescribeRouteTables",
    resources: "any",
    weight: helps,
    consequence: "doctor cannot tell whether instances reach the internet",
  },
  {
    action: "ec2:DescribeSecurityGroups",
    resources: "any",
    weight: helps,
    consequence: "doctor cannot tell who reaches the instances",
  },
  {
    action: "ec2:DescribeKeyPairs",
    resources: "any",
    weight: ({ cluster }) => (cluster.keyName === undefined ? undefined : "warning"),
    consequence: "doctor cannot tell whether the key pair is there",
  },
  {
    action: "iam:GetInstanceProfile",
    resources: "profile",
    weight: ({ cluster }) => (cluster.instanceProfile === undefined ? undefined : "warning"),
    consequence: "doctor cannot tell whether the instance profile is there and has a role",
  },
  {
    action: "servicequotas:ListServiceQuotas",
    resources: "any",
    weight: helps,
    consequence: "doctor cannot tell whether the account's quotas are enough",
  },
];

/** What AWS never denies, so that no policy need allow it. */
export const NEEDS_NO_LEAVE: readonly string[] = ["sts:GetCallerIdentity"];

/** The bucket that holds the reflowlet: the repository's, else that of the image. */
export function bucketOf({ own, repositoryBucket }: Need): string | undefined {
  return repositoryBucket ?? imageObject(own.image)?.bucket;
}

/** Bucket and key of `s3://bucket/key`. */
export function imageObject(image: string | undefined): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(image ?? "") ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
