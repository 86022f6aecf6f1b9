import { missingParameter } from "../protocol/ec2-error.js";
import type { Action } from "./action.js";
import type { SpotRequestRecord } from "./records.js";
import { spotRequestKind } from "./spot-request-kind.js";
import { isVisible } from "./visibility.js";

/** Cancels spot requests. An instance that runs already runs on. */
export const cancelSpotInstanceRequests: Action = {
  parameters: ["SpotInstanceRequestId"],
  plan(parameters, ec2) {
    const { account, clock } = ec2;
    const ids = [...new Set(parameters.texts("SpotInstanceRequestId"))];
    if (ids.length === 0) throw missingParameter("SpotInstanceRequestId");
    for (const id of ids) spotRequestKind.checkId(id);
    const requests = ids
      .flatMap((id) => account.spotRequests.get(id) ?? [])
      .filter((request) => isVisible(request, ec2));
    const unknown = ids.filter((id) => !requests.some((request) => request.id === id));
    if (unknown.length > 0) throw spotRequestKind.notFound(unknown);
    return () => {
      for (const request of requests) cancel(request, clock.nowMs());
      return { spotInstanceRequestSet: requests.map(({ id, state }) => ({ spotInstanceRequestId: id, state })) };
    };
  },
};

function cancel(request: SpotRequestRecord, updatedMs: number): void {
  if (request.state === "open") {
    const message = "Your Spot request is canceled before it was fulfilled.";
    request.status = { code: "canceled-before-fulfillment", message, updatedMs };
  } else if (request.state === "active") {
    const message = "Your Spot request is canceled, but your instance is still running.";
    request.status = { code: "request-canceled-and-instance-running", message, updatedMs };
  } else {
    return;
  }
  request.state = "cancelled";
}
