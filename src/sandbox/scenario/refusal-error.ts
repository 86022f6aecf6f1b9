import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { Pool } from "./rule-match.js";

/** Codes by which EC2 says that it has not enough now; a call may get a part of what it asks for instead. */
const CAPACITY = new Set([
  "InsufficientInstanceCapacity",
  "InsufficientHostCapacity",
  "InsufficientReservedInstanceCapacity",
  "InsufficientCapacity",
  "InsufficientVolumeCapacity",
  "InsufficientAddressCapacity",
  "InsufficientFreeAddressesInSubnet",
  "ReservationCapacityExceeded",
  "UnfulfillableCapacity",
]);

/** Codes by which EC2 says that the account may not have more. */
const QUOTA = new Set(["VcpuLimitExceeded", "MaxSpotInstanceCountExceeded", "InstanceLimitExceeded"]);

/** Whether a code says that there is no capacity. */
export function isCapacityCode(code: string): boolean {
  return CAPACITY.has(code);
}

/** Whether EC2's dry run says nothing of it: capacity and quotas. */
export function isUnknownToDryRun(code: string): boolean {
  return CAPACITY.has(code) || QUOTA.has(code);
}

/** What EC2 says when it refuses a launch in a pool with the code; `zoned` when the request names the zone. */
export function refusalError(
  code: string,
  pool: Pool,
  zoned: boolean,
  said: { readonly message?: string | undefined; readonly status?: number | undefined } = {},
): Ec2ApiError {
  return new Ec2ApiError(code, said.message ?? messageOf(code, pool, zoned), said.status);
}

function messageOf(code: string, { type, zone, market }: Pool, zoned: boolean): string {
  switch (code) {
    case "InsufficientInstanceCapacity":
      if (market === "spot") return "There is no Spot capacity available that matches your request.";
      return zoned
        ? `We currently do not have sufficient ${type} capacity in the Availability Zone you requested (${zone}). ` +
            "Our system will be working on provisioning additional capacity. You can currently get it by not specifying " +
            "an Availability Zone in your request or choosing another."
        : `We currently do not have sufficient ${type} capacity in the zones that your request allows. ` +
            "Our system will be working on provisioning additional capacity.";
    case "MaxSpotInstanceCountExceeded":
      return "Max spot instance count exceeded";
    case "UnauthorizedOperation":
      return "You are not authorized to perform this operation.";
    case "RequestLimitExceeded":
      return "Request limit exceeded.";
    case "Unsupported":
      return (
        `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). ` +
        "Please retry your request by not specifying an Availability Zone or choosing another."
      );
    default:
      return `The launch of ${type} in ${zone} is refused (${code}).`;
  }
}

/** Quotas in EC2's words. */
export const quotaErrors = {
  vcpus: (limit: number): Ec2ApiError =>
    new Ec2ApiError(
      "VcpuLimitExceeded",
      `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket ` +
        "that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to " +
        "request an adjustment to this limit.",
    ),
  spot: (): Ec2ApiError => new Ec2ApiError("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded"),
  instances: (asked: number, limit: number): Ec2ApiError =>
    new Ec2ApiError(
      "InstanceLimitExceeded",
      `You have requested more instances (${asked}) than your current instance limit of ${limit} allows for the ` +
        "specified instance type. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment " +
        "to this limit.",
    ),
};
