import { Ec2ApiError, invalidValue } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { Action, Ec2 } from "./action.js";
import { spotRequestAnswer } from "./describe-spot-requests.js";
import { checkSpotRequest, evaluateSpotRequest, type SpotOrder } from "./evaluate-spot-request.js";
import { newSpotRequestId } from "./ids.js";
import { readLaunchSpecification } from "./launch-request.js";
import { readMaxPrice } from "./market-options.js";
import type { SpotRequestRecord } from "./records.js";
import { readTagSpecifications } from "./tag-parameters.js";

/** The most requests of one call. */
const MOST_REQUESTS = 1000;

/** A request that says nothing else ends after a week. */
const USUAL_VALIDITY_MS = 7 * 24 * 3_600_000;

/** Asks for spot instances in the old way: the answer comes before they are looked for, and tags are the request's. */
export const requestSpotInstances: Action = {
  parameters: [
    "AvailabilityZoneGroup",
    "ClientToken",
    "InstanceCount",
    "InstanceInterruptionBehavior",
    "LaunchGroup",
    "LaunchSpecification",
    "SpotPrice",
    "TagSpecification",
    "Type",
    "ValidFrom",
    "ValidUntil",
  ],
  plan(parameters, ec2) {
    const { account, clock } = ec2;
    const order = readOrder(parameters, ec2);
    const count = readCount(parameters);
    const validFromMs = readTime(parameters, "ValidFrom") ?? clock.nowMs();
    const validUntilMs = readTime(parameters, "ValidUntil") ?? clock.nowMs() + USUAL_VALIDITY_MS;
    const tags = readTagSpecifications(parameters, ["spot-instances-request"]).get("spot-instances-request");
    const token = parameters.text("ClientToken");
    const earlier = token === undefined ? undefined : account.spotTokens.get(token);
    if (earlier === undefined) checkSpotRequest(order, count, ec2);
    return () => {
      const repeated = earlier?.flatMap((id) => account.spotRequests.get(id) ?? []);
      const requests = repeated ?? Array.from({ length: count }, () => open(order, { validFromMs, validUntilMs }, ec2));
      const ids = requests.map(({ id }) => id);
      if (token !== undefined) account.spotTokens.set(token, ids);
      if (tags !== undefined && repeated === undefined) for (const id of ids) account.tags.set(id, tags);
      return { spotInstanceRequestSet: requests.map((request) => spotRequestAnswer(request, ec2)) };
    };
  },
};

function readOrder(parameters: Parameters, ec2: Ec2): SpotOrder {
  const type = parameters.oneOf("Type", ["one-time", "persistent"]) ?? "one-time";
  const interruption =
    parameters.oneOf("InstanceInterruptionBehavior", ["hibernate", "stop", "terminate"]) ?? "terminate";
  if (type === "persistent" || interruption !== "terminate") {
    throw new Ec2ApiError("UnsupportedOperation", "The sandbox launches one-time spot instances only.");
  }
  return {
    ...readLaunchSpecification(parameters.member("LaunchSpecification"), true, ec2),
    market: { market: "spot", maxPriceUsd: readMaxPrice(parameters, "SpotPrice") },
    // Tags of the call are the request's alone: the instance has none.
    tags: new Map(),
    shutdownBehavior: "terminate",
    terminationProtected: false,
    metadata: { tokens: "optional", hopLimit: 1 },
  };
}

function readCount(parameters: Parameters): number {
  const count = parameters.integer("InstanceCount") ?? 1;
  if (count < 1 || count > MOST_REQUESTS) {
    throw invalidValue("instanceCount", count, `Expecting a value between 1 and ${MOST_REQUESTS}.`);
  }
  return count;
}

function readTime(parameters: Parameters, name: string): number | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text) || Number.isNaN(ms)) {
    throw invalidValue(name, text, "Expected a time such as 2026-01-01T00:00:00Z.");
  }
  return ms;
}

/** Enters one open request into the account and lets it be evaluated. */
function open(
  order: SpotOrder,
  { validFromMs, validUntilMs }: { readonly validFromMs: number; readonly validUntilMs: number },
  ec2: Ec2,
): SpotRequestRecord {
  const { account, clock, randomBytes, scenario, power } = ec2;
  const createdMs = clock.nowMs();
  const { hiddenMs, evaluationMs: takesMs } = scenario.now.fates.nextRequest();
  const request: SpotRequestRecord = {
    id: newSpotRequestId(randomBytes),
    createdMs,
    visibleFromMs: clock.monotonicMs() + hiddenMs,
    maxPriceUsd: order.market.maxPriceUsd,
    validUntilMs,
    wants: {
      imageId: order.image.id,
      type: order.type.type,
      groups: order.placement.groups,
      subnetId: order.placement.subnet?.id,
    },
    instanceId: undefined,
    zone: undefined,
    state: "open",
    status: {
      code: "pending-evaluation",
      message: "Your Spot request has been submitted for review, and is pending evaluation.",
      updatedMs: createdMs,
    },
  };
  account.spotRequests.set(request.id, request);
  power.background((signal) => evaluateSpotRequest(request, order, { validFromMs, takesMs }, ec2, signal));
  return request;
}
