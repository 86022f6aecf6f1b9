import { didYouMean } from "../../lib/near-match.js";
import { isAboutAction } from "./rule-match.js";

/** What the sandbox serves, by service. The names stand here once more so that a scenario is read without the services. */
export const KNOWN_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    "AuthorizeSecurityGroupIngress",
    "CancelSpotInstanceRequests",
    "CreateSecurityGroup",
    "CreateTags",
    "DeleteKeyPair",
    "DeleteSecurityGroup",
    "DeleteTags",
    "DescribeAvailabilityZones",
    "DescribeImages",
    "DescribeInstanceStatus",
    "DescribeInstanceTypeOfferings",
    "DescribeInstanceTypes",
    "DescribeInstances",
    "DescribeKeyPairs",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSpotInstanceRequests",
    "DescribeSpotPriceHistory",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumes",
    "DescribeVpcs",
    "GetConsoleOutput",
    "GetSpotPlacementScores",
    "ImportKeyPair",
    "RequestSpotInstances",
    "RevokeSecurityGroupIngress",
    "RunInstances",
    "TerminateInstances",
  ],
  ecr: ["GetAuthorizationToken"],
  iam: [
    "AddRoleToInstanceProfile",
    "CreateInstanceProfile",
    "CreateRole",
    "DeleteInstanceProfile",
    "DeleteRole",
    "DeleteRolePolicy",
    "GetInstanceProfile",
    "GetRole",
    "GetRolePolicy",
    "ListInstanceProfilesForRole",
    "PutRolePolicy",
    "RemoveRoleFromInstanceProfile",
  ],
  s3: [
    "ListBuckets",
    "HeadBucket",
    "GetBucketLocation",
    "ListMultipartUploads",
    "ListObjectsV2",
    "DeleteObjects",
    "CreateBucket",
    "DeleteBucket",
    "ListParts",
    "CreateMultipartUpload",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "UploadPart",
    "CopyObject",
    "HeadObject",
    "GetObject",
    "PutObject",
    "DeleteObject",
  ],
  servicequotas: ["GetServiceQuota", "ListServiceQuotas"],
  sts: ["GetCallerIdentity"],
};

/** Whether a rule could ever be about a call to the sandbox. */
export function isServed(glob: string): boolean {
  return Object.entries(KNOWN_ACTIONS).some(([service, actions]) =>
    actions.some((action) => isAboutAction(glob, service, action)),
  );
}

/** E.g. `; did you mean RunInstances?`, for what is about no action. */
export function nearestAction(glob: string): string {
  return didYouMean(
    glob,
    Object.entries(KNOWN_ACTIONS).flatMap(([service, actions]) =>
      actions.map((action) => (service === "ec2" ? action : `${service}:${action}`)),
    ),
  );
}
