import type { LaunchRequest, Tags } from "./launch.js";

/** Current spot prices, USD an hour: type, then zone. What EC2 has no price of is absent. */
export type SpotPrices = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** What is asked for placement scores. */
export interface PlacementQuery {
  readonly instanceTypes: readonly string[];
  /** How many instances would be launched. */
  readonly count: number;
}

/** What is asked in a dry run. */
export interface CapacityQuery {
  readonly imageId: string;
  readonly instanceType: string;
  readonly count: number;
  readonly zone?: string | undefined;
}

/** What a dry run says: it would be accepted, there is no capacity, or a quota stands in the way. */
export type CapacityAnswer = "capacity" | "none" | "limit";

/** The state of a spot request. */
export type SpotRequestState = "open" | "active" | "closed" | "cancelled" | "failed" | "disabled";

/** A spot request as DescribeSpotInstanceRequests tells it. */
export interface SpotRequest {
  readonly id: string;
  readonly state: SpotRequestState;
  /** EC2's word, e.g. `pending-evaluation`, `fulfilled`, `marked-for-termination`. */
  readonly status: string;
  readonly statusMessage: string;
  /** Since when it has the status, milliseconds since 1970; undefined where EC2 does not say. */
  readonly statusMs: number | undefined;
  /** Absent until it is fulfilled. */
  readonly instanceId: string | undefined;
  readonly tags: Tags;
}

/** One call of the legacy API: a launch, and until when the request may be fulfilled. */
export interface SpotLaunchRequest extends LaunchRequest {
  /** Milliseconds since 1970. */
  readonly validUntilMs: number;
}

/** Which spot requests: by their own ids, by the ids of their instances, or by tags (exact values) and states. */
export type SpotRequestQuery =
  | { readonly ids: readonly string[] }
  | { readonly instanceIds: readonly string[] }
  | { readonly tags: Tags; readonly states?: readonly SpotRequestState[] };

/** What EC2 tells and does about spot beside RunInstances. Errors are as Ec2Port's. */
export interface SpotPort {
  /** Of Linux, now; all pages. */
  spotPrices(instanceTypes: readonly string[], signal: AbortSignal): Promise<SpotPrices>;
  /**
   * How likely such a launch succeeds, 1 to 10 by zone. Advice: undefined wherever EC2 does not give it (no permission,
   * so many questions a day, unknown at the endpoint). @throws only the signal's reason
   */
  placementScores(query: PlacementQuery, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined>;
  /** A dry run of a spot launch: launches nothing. */
  probeCapacity(query: CapacityQuery, signal: AbortSignal): Promise<CapacityAnswer>;
  /**
   * Asks for instances by the legacy API, which answers before it launches; gives its requests, one an instance. The same
   * token never asks twice. Of the launch, it knows no metadata options, and tags the requests only.
   */
  requestSpot(request: SpotLaunchRequest, signal: AbortSignal): Promise<readonly SpotRequest[]>;
  /** All pages; what EC2 does not know (yet) is simply absent. */
  describeSpotRequests(query: SpotRequestQuery, signal: AbortSignal): Promise<readonly SpotRequest[]>;
  /** Instances that are there already go on. Ids that EC2 does not know are left out of the answer. */
  cancelSpotRequests(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly state: SpotRequestState }[]>;
}
