import type { Action } from "./action.js";
import { cancelSpotInstanceRequests } from "./cancel-spot-requests.js";
import { getConsoleOutput } from "./console-output.js";
import { describeImages } from "./describe-images.js";
import { describeInstanceTypeOfferings, describeInstanceTypes } from "./describe-instance-types.js";
import { describeInstances, describeInstanceStatus } from "./describe-instances.js";
import { describeAvailabilityZones, describeRouteTables, describeSubnets, describeVpcs } from "./describe-network.js";
import { describeSecurityGroups } from "./describe-security-groups.js";
import { describeSpotInstanceRequests } from "./describe-spot-requests.js";
import { describeVolumes } from "./describe-volumes.js";
import { authorizeSecurityGroupIngress, revokeSecurityGroupIngress } from "./ingress-actions.js";
import { deleteKeyPair, describeKeyPairs, importKeyPair } from "./key-pair-actions.js";
import { requestSpotInstances } from "./request-spot-instances.js";
import { runInstances } from "./run-instances.js";
import { createSecurityGroup, deleteSecurityGroup } from "./security-group-actions.js";
import { describeSpotPriceHistory, getSpotPlacementScores } from "./spot-market.js";
import { createTags, deleteTags, describeTags } from "./tag-actions.js";
import { terminateInstances } from "./terminate-instances.js";

/** Every action that the sandbox's EC2 answers, by its name. */
export const actions: ReadonlyMap<string, Action> = new Map([
  ["AuthorizeSecurityGroupIngress", authorizeSecurityGroupIngress],
  ["CancelSpotInstanceRequests", cancelSpotInstanceRequests],
  ["CreateSecurityGroup", createSecurityGroup],
  ["CreateTags", createTags],
  ["DeleteKeyPair", deleteKeyPair],
  ["DeleteSecurityGroup", deleteSecurityGroup],
  ["DeleteTags", deleteTags],
  ["DescribeAvailabilityZones", describeAvailabilityZones],
  ["DescribeImages", describeImages],
  ["DescribeInstanceStatus", describeInstanceStatus],
  ["DescribeInstanceTypeOfferings", describeInstanceTypeOfferings],
  ["DescribeInstanceTypes", describeInstanceTypes],
  ["DescribeInstances", describeInstances],
  ["DescribeKeyPairs", describeKeyPairs],
  ["DescribeRouteTables", describeRouteTables],
  ["DescribeSecurityGroups", describeSecurityGroups],
  ["DescribeSpotInstanceRequests", describeSpotInstanceRequests],
  ["DescribeSpotPriceHistory", describeSpotPriceHistory],
  ["DescribeSubnets", describeSubnets],
  ["DescribeTags", describeTags],
  ["DescribeVolumes", describeVolumes],
  ["DescribeVpcs", describeVpcs],
  ["GetConsoleOutput", getConsoleOutput],
  ["GetSpotPlacementScores", getSpotPlacementScores],
  ["ImportKeyPair", importKeyPair],
  ["RequestSpotInstances", requestSpotInstances],
  ["RevokeSecurityGroupIngress", revokeSecurityGroupIngress],
  ["RunInstances", runInstances],
  ["TerminateInstances", terminateInstances],
]);
