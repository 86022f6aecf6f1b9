import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { SpotRequestRecord } from "./records.js";
import { checkIdForm } from "./resource-query.js";

/** How spot requests are named and found. */
export const spotRequestKind = {
  idParameter: "SpotInstanceRequestId",
  idOf: (request: SpotRequestRecord): string => request.id,
  checkId: checkIdForm("sir", "InvalidSpotInstanceRequestID.Malformed"),
  notFound: (ids: readonly string[]): Ec2ApiError =>
    new Ec2ApiError(
      "InvalidSpotInstanceRequestID.NotFound",
      ids.length === 1
        ? `The spot instance request ID '${ids.join()}' does not exist`
        : `The spot instance request IDs '${ids.join(", ")}' do not exist`,
    ),
  attributes: {
    "create-time": (request: SpotRequestRecord) => [new Date(request.createdMs).toISOString()],
    "instance-id": (request: SpotRequestRecord) => [request.instanceId],
    "launched-availability-zone": (request: SpotRequestRecord) => [request.zone],
    "spot-instance-request-id": (request: SpotRequestRecord) => [request.id],
    "spot-price": (request: SpotRequestRecord) => [request.maxPriceUsd],
    state: (request: SpotRequestRecord) => [request.state],
    "status-code": (request: SpotRequestRecord) => [request.status.code],
    "launch.instance-type": (request: SpotRequestRecord) => [request.wants.type],
    type: () => ["one-time"],
  },
};
