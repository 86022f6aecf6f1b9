import type { XmlObject } from "../protocol/xml.js";
import type { Account } from "./account.js";
import type { Action } from "./action.js";
import { tagAnswer, timeAnswer } from "./instance-answer.js";
import type { SpotRequestRecord } from "./records.js";
import { queryResources } from "./resource-query.js";
import { spotRequestKind } from "./spot-request-kind.js";

/** Spot requests; RunInstances makes one for each spot instance, fulfilled at once. */
export const describeSpotInstanceRequests: Action = {
  parameters: ["Filter", "MaxResults", "NextToken", "SpotInstanceRequestId"],
  plan(parameters, { account }) {
    const page = queryResources(account.spotRequests.values(), spotRequestKind, parameters, account.tags);
    return () => ({
      spotInstanceRequestSet: page.items.map((request) => requestAnswer(request, account)),
      nextToken: page.nextToken,
    });
  },
};

function requestAnswer(request: SpotRequestRecord, account: Account): XmlObject {
  const instance = account.instances.get(request.instanceId);
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
    launchSpecification: instance && {
      imageId: instance.image.id,
      groupSet: instance.groups.map(({ id, name }) => ({ groupId: id, groupName: name })),
      instanceType: instance.type,
      subnetId: instance.subnet.id,
    },
    instanceId: request.instanceId,
    createTime: timeAnswer(request.createdMs),
    productDescription: "Linux/UNIX",
    tagSet: tagAnswer(account.tags.of(request.id)),
    launchedAvailabilityZone: request.zone,
    instanceInterruptionBehavior: "terminate",
  };
}
