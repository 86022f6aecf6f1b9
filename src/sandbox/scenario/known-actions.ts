import { didYouMean } from "../../lib/near-match.js";
import { isAboutAction } from "./rule-match.js";

/** What the sandbox serves, by service. The names stand here once more so that a scenario is read without the services. */
export const KNOWN_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ec2: [
    "CancelSpotInstanceRequests",
    "CreateTags",
    "DeleteTags",
    "DescribeAvailabilityZones",
    "DescribeImages",
    "DescribeInstanceStatus",
    "DescribeInstanceTypeOfferings",
    "DescribeInstanceTypes",
    "DescribeInstances",
    "DescribeSecurityGroups",
    "DescribeSpotInstanceRequests",
    "DescribeSpotPriceHistory",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumes",
    "DescribeVpcs",
    "GetConsoleOutput",
    "GetSpotPlacementScores",
    "RequestSpotInstances",
    "RunInstances",
    "TerminateInstances",
  ],
  ecr: ["GetAuthorizationToken"],
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
