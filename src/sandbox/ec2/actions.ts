import type { Action } from "./action.js";
import { getConsoleOutput } from "./console-output.js";
import { describeImages } from "./describe-images.js";
import { describeInstanceTypeOfferings, describeInstanceTypes } from "./describe-instance-types.js";
import { describeInstances, describeInstanceStatus } from "./describe-instances.js";
import {
  describeAvailabilityZones,
  describeSecurityGroups,
  describeSubnets,
  describeVpcs,
} from "./describe-network.js";
import { describeSpotInstanceRequests } from "./describe-spot-requests.js";
import { describeVolumes } from "./describe-volumes.js";
import { runInstances } from "./run-instances.js";
import { createTags, deleteTags, describeTags } from "./tag-actions.js";
import { terminateInstances } from "./terminate-instances.js";

/** Every action that the sandbox's EC2 answers, by its name. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ["CreateTags", createTags],
  ["DeleteTags", deleteTags],
  ["DescribeAvailabilityZones", describeAvailabilityZones],
  ["DescribeImages", describeImages],
  ["DescribeInstanceStatus", describeInstanceStatus],
  ["DescribeInstanceTypeOfferings", describeInstanceTypeOfferings],
  ["DescribeInstanceTypes", describeInstanceTypes],
  ["DescribeInstances", describeInstances],
  ["DescribeSecurityGroups", describeSecurityGroups],
  ["DescribeSpotInstanceRequests", describeSpotInstanceRequests],
  ["DescribeSubnets", describeSubnets],
  ["DescribeTags", describeTags],
  ["DescribeVolumes", describeVolumes],
  ["DescribeVpcs", describeVpcs],
  ["GetConsoleOutput", getConsoleOutput],
  ["RunInstances", runInstances],
  ["TerminateInstances", terminateInstances],
]);
