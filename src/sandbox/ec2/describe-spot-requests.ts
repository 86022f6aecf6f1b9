import type { XmlObject } from "../protocol/xml.js";
import type { Action, Ec2 } from "./action.js";
import { tagAnswer, timeAnswer } from "./instance-answer.js";
import type { SpotRequestRecord } from "./records.js";
import { queryResources } from "./resource-query.js";
import { spotRequestKind } from "./spot-request-kind.js";
import { visible } from "./visibility.js";

/** Spot requests: those of RequestSpotInstances, and one for each spot instance of RunInstances, fulfilled at once. */
export const describeSpotInstanceRequests: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "SpotInstanceRequestId"],
  plan(parameters, ec2) {
    const { account } = ec2;
    const page = queryResources(visible(account.spotRequests.values(), ec2), spotRequestKind, parameters, account.tags);
    return () => ({
      spotInstanceRequestSet: page.items.map((request) => spotRequestAnswer(request, ec2)),
      nextToken: page.nextToken,
    });
  },
};

/** A spot request as RequestSpotInstances and DescribeSpotInstanceRequests answer it. */
export function spotRequestAnswer(request: SpotRequestRecord, { account }: Ec2): XmlObject {
  const { wants } = request;
  const instance = request.instanceId === undefined ? undefined : account.instances.get(request.instanceId);
  return {
    spotInstanceRequestId: request.id,
    spotPrice: request.maxPriceUsd,
    type: "one-time",
    state: request.state,
    status: {
      code: request.status.code,
      updateTime: timeAnswer(request.status.updatedMs),
      message: request.status.message,
    },
    launchSpecification: {
      imageId: wants.imageId,
      groupSet: wants.groups.map(({ id, name }) => ({ groupId: id, groupName: name })),
      instanceType: wants.type,
      subnetId: instance?.subnet.id ?? wants.subnetId,
    },
    instanceId: request.instanceId,
    createTime: timeAnswer(request.createdMs),
    validUntil: request.validUntilMs === undefined ? undefined : timeAnswer(request.validUntilMs),
    productDescription: "Linux/UNIX",
    tagSet: tagAnswer(account.tags.of(request.id)),
    launchedAvailabilityZone: request.zone,
    instanceInterruptionBehavior: "terminate",
  };
}
