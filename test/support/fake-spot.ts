import type {
  CapacityAnswer,
  CapacityQuery,
  Instance,
  LaunchRequest,
  PlacementQuery,
  SpotLaunchRequest,
  SpotPrices,
  SpotRequest,
  SpotRequestQuery,
  SpotRequestState,
  Tags,
} from "../../src/cluster/ports.js";
import type { Clock } from "../../src/lib/clock.js";

/** How spot behaves; all times in milliseconds. */
export interface FakeSpotBehaviour {
  /** USD an hour: type, then zone. */
  readonly prices: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By zone; absent where EC2 does not tell. */
  readonly scores: Readonly<Record<string, number>> | undefined;
  /** What dry runs say. */
  readonly probe: (query: CapacityQuery) => CapacityAnswer;
  /** What becomes of a legacy request for a type, and when. */
  readonly outcome: (instanceType: string, requestId: string) => { readonly status: string; readonly afterMs: number };
}

const PLENTY: FakeSpotBehaviour = {
  prices: {},
  scores: undefined,
  probe: () => "capacity",
  outcome: () => ({ status: "fulfilled", afterMs: 3_000 }),
};

/** Statuses that end a request; under all others it stays open until its time is up. */
const FAILING = new Set(["bad-parameters", "system-error"]);

/** What the fake needs of the rest of the fake EC2. */
export interface FakeSpotHost {
  readonly clock: Clock;
  /** One call: written down, takes its time, fails where the test wants it to. */
  call(name: string, signal: AbortSignal): Promise<void>;
  /** Launches one untagged instance; gives its id. */
  launch(request: LaunchRequest, launchedMs: number): string;
  instance(id: string): Instance;
  /** What the test wants to go wrong after a call has done its work, so that its answer is lost: `... answered`. */
  trouble(name: string): Error | undefined;
}

interface Row {
  /** Absent where the instance was there first. */
  readonly launch: LaunchRequest | undefined;
  readonly createdMs: number;
  readonly validUntilMs: number;
  readonly tags: Tags;
  state: SpotRequestState;
  status: string;
  statusMs: number;
  instanceId: string | undefined;
}

/**
 * Spot in memory: a legacy request is open, then fulfilled by an untagged instance, or refused, or lapses; a cancelled one
 * whose instance is there lets it run; an instance that is launched as spot has a request, too. A token never asks twice.
 */
export class FakeSpot {
  behaviour: FakeSpotBehaviour = PLENTY;
  private readonly rows = new Map<string, Row>();
  private readonly byToken = new Map<string, string[]>();

  constructor(private readonly host: FakeSpotHost) {}

  /** Ids of requests that may still launch something. */
  get open(): string[] {
    this.settle();
    return [...this.rows].filter(([, { state }]) => state === "open").map(([id]) => id);
  }

  /** EC2 gives an instance notice, or has ended it. */
  mark(instanceId: string, status: string): void {
    for (const row of this.rows.values()) {
      if (row.instanceId === instanceId) Object.assign(row, { status, statusMs: this.host.clock.nowMs() });
    }
  }

  /** Notes the request behind an instance that is there. */
  launched(instanceId: string, tags: Tags): void {
    const nowMs = this.host.clock.nowMs();
    const row = { ...blank(undefined, tags, nowMs), validUntilMs: nowMs };
    this.add({ ...row, state: "active", status: "fulfilled", instanceId });
  }

  /** Lets happen what should have happened by now. */
  settle(): void {
    const nowMs = this.host.clock.nowMs();
    for (const [id, row] of this.rows) {
      if (row.state !== "open" || row.launch === undefined) continue;
      const { status, afterMs } = this.behaviour.outcome(row.launch.instanceType, id);
      const dueMs = row.createdMs + afterMs;
      if (status === "fulfilled" && dueMs <= Math.min(nowMs, row.validUntilMs)) {
        const instanceId = this.host.launch(row.launch, dueMs);
        Object.assign(row, { state: "active", status, statusMs: dueMs, instanceId });
      } else if (row.validUntilMs <= nowMs) {
        Object.assign(row, { state: "closed", status: "schedule-expired", statusMs: row.validUntilMs });
      } else if (dueMs <= nowMs && status !== "fulfilled") {
        Object.assign(row, { state: FAILING.has(status) ? "failed" : "open", status, statusMs: dueMs });
      }
    }
  }

  async spotPrices(instanceTypes: readonly string[], signal: AbortSignal): Promise<SpotPrices> {
    if (instanceTypes.length === 0) return new Map();
    await this.host.call("DescribeSpotPriceHistory", signal);
    const priced = instanceTypes.flatMap((type) => {
      const byZone = this.behaviour.prices[type];
      return byZone === undefined ? [] : [[type, new Map(Object.entries(byZone))] as const];
    });
    return new Map(priced);
  }

  async placementScores(query: PlacementQuery, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined> {
    if (query.instanceTypes.length === 0) return undefined;
    try {
      await this.host.call("GetSpotPlacementScores", signal);
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
    const { scores } = this.behaviour;
    return scores && new Map(Object.entries(scores));
  }

  async probeCapacity(query: CapacityQuery, signal: AbortSignal): Promise<CapacityAnswer> {
    await this.host.call(`RunInstances (dry run) ${query.instanceType} ${query.count}`, signal);
    return this.behaviour.probe(query);
  }

  async requestSpot(request: SpotLaunchRequest, signal: AbortSignal): Promise<readonly SpotRequest[]> {
    await this.host.call(`RequestSpotInstances ${request.instanceType}`, signal);
    const known = this.byToken.get(request.clientToken);
    if (known !== undefined) return known.map((id) => this.request(id));
    const row = { ...blank(request, request.tags, this.host.clock.nowMs()), validUntilMs: request.validUntilMs };
    const ids = Array.from({ length: request.count }, () => this.add({ ...row }));
    this.byToken.set(request.clientToken, ids);
    const lost = this.host.trouble(`RequestSpotInstances ${request.instanceType} answered`);
    if (lost !== undefined) throw lost;
    return ids.map((id) => this.request(id));
  }

  async describeSpotRequests(query: SpotRequestQuery, signal: AbortSignal): Promise<readonly SpotRequest[]> {
    if (("ids" in query && query.ids.length === 0) || ("instanceIds" in query && query.instanceIds.length === 0)) {
      return [];
    }
    await this.host.call("DescribeSpotInstanceRequests", signal);
    this.settle();
    return [...this.rows.keys()].map((id) => this.request(id)).filter((request) => isMeant(request, query));
  }

  async cancelSpotRequests(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly { readonly id: string; readonly state: SpotRequestState }[]> {
    if (ids.length === 0) return [];
    await this.host.call(`CancelSpotInstanceRequests ${ids.join(" ")}`, signal);
    this.settle();
    return ids.flatMap((id) => {
      const row = this.rows.get(id);
      if (row === undefined) return [];
      if (row.state === "open" || row.state === "active") {
        const status =
          row.instanceId === undefined ? "canceled-before-fulfillment" : "request-canceled-and-instance-running";
        Object.assign(row, { state: "cancelled", status, statusMs: this.host.clock.nowMs() });
      }
      return [{ id, state: row.state }];
    });
  }

  private add(row: Row): string {
    const id = `sir-${String(this.rows.size + 1).padStart(8, "0")}`;
    this.rows.set(id, row);
    return id;
  }

  private request(id: string): SpotRequest {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`the fake EC2 has no spot request ${id}`);
    const { instanceId, tags, statusMs } = row;
    const ended = instanceId !== undefined && !["pending", "running"].includes(this.host.instance(instanceId).state);
    const byUser = ended && (row.status === "fulfilled" || row.status === "request-canceled-and-instance-running");
    return {
      id,
      state: ended && row.state === "active" ? "closed" : row.state,
      status: byUser ? "instance-terminated-by-user" : row.status,
      statusMessage: "",
      statusMs,
      instanceId,
      tags,
    };
  }
}

function blank(launch: LaunchRequest | undefined, tags: Tags, nowMs: number): Omit<Row, "validUntilMs"> {
  return {
    launch,
    createdMs: nowMs,
    tags,
    state: "open",
    status: "pending-evaluation",
    statusMs: nowMs,
    instanceId: undefined,
  };
}

function isMeant({ id, instanceId, tags, state }: SpotRequest, query: SpotRequestQuery): boolean {
  if ("ids" in query) return query.ids.includes(id);
  if ("instanceIds" in query) return instanceId !== undefined && query.instanceIds.includes(instanceId);
  const tagged = Object.entries(query.tags).every(([key, value]) => tags[key] === value);
  return tagged && (query.states === undefined || query.states.includes(state));
}
