import {
  CancelSpotInstanceRequestsCommand,
  DescribeAvailabilityZonesCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSpotPriceHistoryCommand,
  GetSpotPlacementScoresCommand,
  RequestSpotInstancesCommand,
  RunInstancesCommand,
  type Filter,
  type SpotPlacementScore,
  type _InstanceType,
} from "@aws-sdk/client-ec2";
import type {
  CapacityAnswer,
  CapacityQuery,
  PlacementQuery,
  SpotLaunchRequest,
  SpotPort,
  SpotPrices,
  SpotRequest,
  SpotRequestQuery,
  SpotRequestState,
} from "../cluster/ports.js";
import { refusalOf } from "../cluster/refusals/classify.js";
import { Ec2TroubleError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { inParts, listIn, tagFilters, type Ec2Caller } from "./ec2-caller.js";
import { toDryRun, toRequestSpot, toScoresCall, toSpotPrices, toSpotRequest, toSpotState } from "./spot-convert.js";

/** EC2's largest page. */
const PAGE = 1_000;
/** A filter of more values is refused (FilterLimitExceeded). */
const VALUES_PER_CALL = 200;
/** How a dry run says that all would be well. */
const WOULD_SUCCEED = "DryRunOperation";
const NOT_FOUND = "InvalidSpotInstanceRequestID.NotFound";

/** What EC2 tells and does about spot, through the AWS SDK. */
export class SpotAdapter implements SpotPort {
  private zoneNames: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    protected readonly ec2: Ec2Caller,
    private readonly clock: Clock,
  ) {}

  async spotPrices(instanceTypes: readonly string[], signal: AbortSignal): Promise<SpotPrices> {
    const action = "DescribeSpotPriceHistory";
    const rows = [];
    for (const types of inParts(instanceTypes, VALUES_PER_CALL)) {
      const asked = {
        // The SDK's list of types is as old as the SDK; EC2 judges.
        InstanceTypes: types as _InstanceType[],
        // Else there would be a row for each operating system.
        ProductDescriptions: ["Linux/UNIX"],
        // From now on: that is the price that holds, and no history.
        StartTime: new Date(this.clock.nowMs()),
        MaxResults: PAGE,
      };
      const pages = this.ec2.pages(action, signal, (client, page, options) =>
        client.send(new DescribeSpotPriceHistoryCommand({ ...asked, ...page }), options),
      );
      for await (const { SpotPriceHistory } of pages) rows.push(...listIn(SpotPriceHistory, action));
    }
    return toSpotPrices(rows);
  }

  async placementScores(query: PlacementQuery, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined> {
    if (query.instanceTypes.length === 0) return undefined;
    try {
      const [names, rows] = await Promise.all([this.zones(signal), this.scores(query, signal)]);
      const scores = rows.flatMap(({ AvailabilityZoneId = "", Score }): [string, number][] => {
        const name = names.get(AvailabilityZoneId);
        return name === undefined || Score === undefined ? [] : [[name, Score]];
      });
      return new Map(scores);
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  private async scores(query: PlacementQuery, signal: AbortSignal): Promise<SpotPlacementScore[]> {
    const action = "GetSpotPlacementScores";
    const asked = toScoresCall(query, await this.ec2.region());
    const rows = [];
    const pages = this.ec2.pages(action, signal, (client, page, options) =>
      client.send(new GetSpotPlacementScoresCommand({ ...asked, ...page }), options),
    );
    for await (const { SpotPlacementScores } of pages) rows.push(...listIn(SpotPlacementScores, action));
    return rows;
  }

  /** Names of the zones by id: scores name zones by id, everything else by name. They never change. */
  private zones(signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    this.zoneNames ??= this.ec2
      .call("DescribeAvailabilityZones", signal, (client, options) =>
        client.send(new DescribeAvailabilityZonesCommand({}), options),
      )
      .then(({ AvailabilityZones = [] }) => {
        const pairs = AvailabilityZones.map(({ ZoneId = "", ZoneName = "" }): [string, string] => [ZoneId, ZoneName]);
        return new Map(pairs);
      })
      .catch((error: unknown) => {
        this.zoneNames = undefined;
        throw error;
      });
    return this.zoneNames;
  }

  async probeCapacity(query: CapacityQuery, signal: AbortSignal): Promise<CapacityAnswer> {
    const launch = { instanceType: query.instanceType, market: "spot" } as const;
    try {
      await this.ec2.launch("RunInstances", launch, signal, (client, options) =>
        client.send(new RunInstancesCommand(toDryRun(query)), options),
      );
    } catch (error) {
      const { code, kind } = refusalOf(error) ?? {};
      if (code === WOULD_SUCCEED) return "capacity";
      if (kind === "capacity") return "none";
      if (kind === "quota") return "limit";
      throw error;
    }
    throw new Ec2TroubleError("RunInstances: a dry run was answered as if it had launched", {
      hint: "look for instances without tags; the endpoint may not know dry runs: `ec2cluster: spotprobedepth: 0` does without",
    });
  }

  async requestSpot(request: SpotLaunchRequest, signal: AbortSignal): Promise<readonly SpotRequest[]> {
    const action = "RequestSpotInstances";
    const answer = await this.ec2.launch(action, request, signal, (client, options) =>
      client.send(new RequestSpotInstancesCommand(toRequestSpot(request)), options),
    );
    return listIn(answer.SpotInstanceRequests, action).flatMap(toSpotRequest);
  }

  async describeSpotRequests(query: SpotRequestQuery, signal: AbortSignal): Promise<readonly SpotRequest[]> {
    const action = "DescribeSpotInstanceRequests";
    const found: SpotRequest[] = [];
    for (const Filters of spotFilters(query)) {
      const pages = this.ec2.pages(action, signal, (client, page, options) =>
        client.send(new DescribeSpotInstanceRequestsCommand({ Filters, MaxResults: PAGE, ...page }), options),
      );
      for await (const { SpotInstanceRequests } of pages) {
        found.push(...listIn(SpotInstanceRequests, action).flatMap(toSpotRequest));
      }
    }
    return found;
  }

  /** One unknown id voids the whole call, so after such an answer each goes by itself. */
  async cancelSpotRequests(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly state: SpotRequestState }[]> {
    // An empty list would be sent without ids.
    if (ids.length === 0) return [];
    const action = "CancelSpotInstanceRequests";
    const command = new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [...ids] });
    try {
      const answer = await this.ec2.call(action, signal, (client, options) => client.send(command, options));
      return listIn(answer.CancelledSpotInstanceRequests, action).flatMap(({ SpotInstanceRequestId: id, State }) =>
        id ? [{ id, state: toSpotState(State) }] : [],
      );
    } catch (error) {
      if (refusalOf(error)?.code !== NOT_FOUND) throw error;
      if (ids.length === 1) return [];
      const each = await Promise.all(ids.map((id) => this.cancelSpotRequests([id], signal)));
      return each.flat();
    }
  }
}

/** Filters of each call; ids go by a filter, as an unknown one in a list of ids would fail the whole call. */
function spotFilters(query: SpotRequestQuery): Filter[][] {
  if ("ids" in query) {
    return inParts(query.ids, VALUES_PER_CALL).map((Values) => [{ Name: "spot-instance-request-id", Values }]);
  }
  if ("instanceIds" in query) {
    return inParts(query.instanceIds, VALUES_PER_CALL).map((Values) => [{ Name: "instance-id", Values }]);
  }
  const { tags, states } = query;
  return [[...tagFilters(tags), ...(states === undefined ? [] : [{ Name: "state", Values: [...states] }])]];
}
