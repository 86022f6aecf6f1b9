import { AccessError, CapacityError, ConfigError, UsageError } from "../../src/errors.js";
import type {
  Ec2Port,
  ImageQuery,
  Instance,
  InstanceQuery,
  InstanceState,
  LaunchRequest,
  MachineImage,
  StateChange,
  Subnet,
  SubnetQuery,
  Tags,
} from "../../src/cluster/ports.js";
import { classify } from "../../src/cluster/refusals/classify.js";
import type { Clock } from "../../src/lib/clock.js";
import { FakeSpot } from "./fake-spot.js";

/** How the fake EC2 behaves; all times in milliseconds. */
export interface FakeEc2Behaviour {
  /** From launch until EC2 knows the instance in other calls: it is neither described nor ended before. */
  readonly invisibleMs: number;
  /** From launch to running. */
  readonly pendingMs: number;
  /** From TerminateInstances to terminated. */
  readonly shuttingDownMs: number;
  /** Refusals by type: thrown instead of launching. */
  readonly refusals: Readonly<Record<string, () => Error>>;
  /** How long each call takes. */
  readonly latencyMs: number;
  /** Instances that EC2 ends by itself right after the launch, with the reason. */
  readonly failsAfterLaunch: string | undefined;
  /** What a call throws instead of doing anything, by its name in `calls`. */
  readonly trouble: (call: string) => Error | undefined;
  /** What RunInstances throws after it has launched, when its answer is lost. */
  readonly lostAnswer: (() => Error | undefined) | undefined;
  /** How many more of a type can be launched in a zone. */
  readonly room: (instanceType: string, zone: string) => number;
}

const QUICK: FakeEc2Behaviour = {
  invisibleMs: 0,
  pendingMs: 5_000,
  shuttingDownMs: 20_000,
  refusals: {},
  latencyMs: 100,
  failsAfterLaunch: undefined,
  trouble: () => undefined,
  lostAnswer: undefined,
  room: () => Infinity,
};

interface Row {
  readonly launchedMs: number;
  base: Omit<Instance, "state" | "tags" | "publicDnsName">;
  tags: Tags;
  endedMs: number | undefined;
}

/**
 * EC2 in memory: instances are pending, then running, and end when asked; a token never launches twice; a new instance
 * may stay invisible for a while. Every call is written down by name.
 */
export class FakeEc2 implements Ec2Port {
  readonly calls: string[] = [];
  readonly launches: LaunchRequest[] = [];
  readonly images: MachineImage[] = [
    { id: "ami-0c3488073a14ab0af", name: "Flatcar-old", architecture: "x86_64", createdMs: 0, state: "available" },
  ];
  /** The first ones of each zone are the default ones. */
  readonly subnets: Subnet[] = ["a", "b", "c"].map((letter, index) => ({
    id: `subnet-0000000${letter}`,
    vpcId: "vpc-1",
    zone: `us-west-2${letter}`,
    freeAddresses: 4000 - index,
    givesPublicAddress: true,
  }));
  /** Zones that do not sell a type. */
  readonly unsold = new Map<string, readonly string[]>();
  behaviour: FakeEc2Behaviour;
  /** Prices, scores, dry runs and spot requests. */
  readonly spot: FakeSpot;
  private readonly rows = new Map<string, Row>();
  private readonly byToken = new Map<string, string[]>();
  private onLaunch: (instance: Instance) => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    behaviour: Partial<FakeEc2Behaviour> = {},
  ) {
    this.behaviour = { ...QUICK, ...behaviour };
    this.spot = new FakeSpot({
      clock,
      call: (name, signal) => this.call(name, signal),
      launch: (request, launchedMs) => this.launch({ ...request, market: "spot", tags: {} }, launchedMs),
      instance: (id) => this.instance(id),
      trouble: (name) => this.behaviour.trouble(name),
    });
  }

  /** Called for every launched instance: what puts a machine behind its address. */
  whenLaunched(listener: (instance: Instance) => void): void {
    this.onLaunch = listener;
  }

  /** Ids of instances that cost money: pending or running. */
  get alive(): string[] {
    this.spot.settle();
    return [...this.rows].filter(([, row]) => ["pending", "running"].includes(this.stateOf(row))).map(([id]) => id);
  }

  /** Sets tags, as a reflowlet or another tool does. */
  tag(id: string, tags: Tags): void {
    const row = this.rows.get(id);
    if (row !== undefined) row.tags = { ...row.tags, ...tags };
  }

  /** EC2 takes a spot instance back, and has ended it. */
  reclaim(id: string): void {
    const row = this.rows.get(id);
    if (row === undefined) return;
    row.base = { ...row.base, stateReason: "Server.SpotInstanceTermination: Spot instance termination" };
    row.endedMs ??= this.clock.nowMs() - 1e9;
  }

  /** As EC2 does an hour after an instance has ended. */
  forget(id: string): void {
    this.rows.delete(id);
  }

  /** Puts an instance there that nobody launched through this port. */
  add(instance: Partial<Instance> & Pick<Instance, "id">): void {
    const { state: _state, tags, publicDnsName: _dns, ...rest } = { ...this.blank(instance.id), ...instance };
    this.rows.set(instance.id, {
      launchedMs: instance.launchTimeMs ?? this.clock.nowMs() - 60_000,
      base: rest,
      tags,
      endedMs: undefined,
    });
    if (rest.market === "spot") this.spot.launched(instance.id, tags);
  }

  async runInstances(
    request: LaunchRequest,
    signal: AbortSignal,
    onSent: () => void = () => undefined,
  ): Promise<readonly Instance[]> {
    onSent();
    await this.call(`RunInstances ${request.instanceType}`, signal);
    const refusal = this.behaviour.refusals[request.instanceType];
    if (refusal !== undefined) throw refusal();
    const ids = this.byToken.get(request.clientToken) ?? this.launchMany(request);
    const lost = this.behaviour.lostAnswer?.();
    if (lost !== undefined) throw lost;
    return ids.map((id) => this.instance(id));
  }

  /** As many as there is room for in the zone, and at least one. */
  private launchMany(request: LaunchRequest): readonly string[] {
    const { instanceType, zone = "", count } = request;
    const room = this.behaviour.room(instanceType, zone);
    if (room < 1) throw noCapacity();
    this.launches.push(request);
    const ids = Array.from({ length: Math.min(count, room) }, () => this.launch(request, this.clock.nowMs()));
    if (request.market === "spot") for (const id of ids) this.spot.launched(id, request.tags);
    this.byToken.set(request.clientToken, ids);
    return ids;
  }

  private launch(request: LaunchRequest, launchedMs: number): string {
    const id = `i-${String(this.rows.size + 1).padStart(17, "0")}`;
    const { type: _type, ...blank } = this.blank(id);
    this.rows.set(id, {
      launchedMs,
      base: {
        ...blank,
        type: request.instanceType,
        market: request.market,
        imageId: request.imageId,
        zone: request.zone ?? "us-west-2a",
        launchTimeMs: launchedMs,
        stateReason: this.behaviour.failsAfterLaunch ?? "",
      },
      tags: request.tags,
      endedMs: this.behaviour.failsAfterLaunch === undefined ? undefined : this.clock.nowMs() - 1e9,
    });
    this.onLaunch(this.instance(id));
    return id;
  }

  readonly spotPrices: Ec2Port["spotPrices"] = (types, signal) => this.spot.spotPrices(types, signal);
  readonly placementScores: Ec2Port["placementScores"] = (query, signal) => this.spot.placementScores(query, signal);
  readonly probeCapacity: Ec2Port["probeCapacity"] = (query, signal) => this.spot.probeCapacity(query, signal);
  readonly requestSpot: Ec2Port["requestSpot"] = (request, signal) => this.spot.requestSpot(request, signal);
  readonly describeSpotRequests: Ec2Port["describeSpotRequests"] = (query, signal) =>
    this.spot.describeSpotRequests(query, signal);
  readonly cancelSpotRequests: Ec2Port["cancelSpotRequests"] = (ids, signal) =>
    this.spot.cancelSpotRequests(ids, signal);

  async tagInstances(ids: readonly string[], tags: Tags, signal: AbortSignal): Promise<void> {
    await this.call(`CreateTags ${ids.join(" ")}`, signal);
    const unknown = ids.filter((id) => !this.isKnown(this.rows.get(id)));
    if (unknown.length > 0) throw notFound(unknown);
    for (const id of ids) this.tag(id, tags);
  }

  async describeInstances(query: InstanceQuery, signal: AbortSignal): Promise<readonly Instance[]> {
    await this.call("DescribeInstances", signal);
    return [...this.rows]
      .filter(([, row]) => this.isKnown(row))
      .map(([id]) => this.instance(id))
      .filter((instance) => query.ids === undefined || query.ids.includes(instance.id))
      .filter((instance) => query.states === undefined || query.states.includes(instance.state))
      .filter((instance) =>
        Object.entries(query.tags ?? {}).every(([key, value]) => [value].flat().includes(instance.tags[key] ?? "")),
      );
  }

  async terminateInstances(ids: readonly string[], signal: AbortSignal): Promise<readonly StateChange[]> {
    await this.call(`TerminateInstances ${ids.join(" ")}`, signal);
    return ids.flatMap((id) => {
      const row = this.rows.get(id);
      if (row === undefined || !this.isKnown(row)) return [];
      const from = this.stateOf(row);
      row.endedMs ??= this.clock.nowMs();
      return [{ id, from, to: this.stateOf(row) }];
    });
  }

  async consoleOutput(id: string, signal: AbortSignal): Promise<string> {
    await this.call(`GetConsoleOutput ${id}`, signal);
    return "kernel: up\nreflowlet.service: started\n";
  }

  async describeImages(query: ImageQuery, signal: AbortSignal): Promise<readonly MachineImage[]> {
    await this.call("DescribeImages", signal);
    const { ids, architecture } = query;
    return this.images.filter((image) =>
      ids === undefined
        ? image.state === "available" && (architecture === undefined || image.architecture === architecture)
        : ids.includes(image.id),
    );
  }

  async describeSubnets(query: SubnetQuery, signal: AbortSignal): Promise<readonly Subnet[]> {
    await this.call("DescribeSubnets", signal);
    if (query === "default") {
      return this.subnets.filter(({ zone }, index) => this.subnets.findIndex((other) => other.zone === zone) === index);
    }
    const missing = query.ids.filter((id) => !this.subnets.some((subnet) => subnet.id === id));
    if (missing.length > 0) throw new ConfigError(`InvalidSubnetID.NotFound: there is no subnet ${missing.join(", ")}`);
    return this.subnets.filter(({ id }) => query.ids.includes(id));
  }

  async zonesSelling(
    instanceTypes: readonly string[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    await this.call("DescribeInstanceTypeOfferings", signal);
    const zones = [...new Set(this.subnets.map(({ zone }) => zone))];
    return new Map(instanceTypes.map((type) => [type, zones.filter((zone) => !this.unsold.get(type)?.includes(zone))]));
  }

  /** An instance as it is now. */
  instance(id: string): Instance {
    const row = this.rows.get(id);
    if (row === undefined) throw new Error(`the fake EC2 has no instance ${id}`);
    const state = this.stateOf(row);
    return { ...row.base, tags: row.tags, state, publicDnsName: state === "running" ? `${id}.fake` : "" };
  }

  private isKnown(row: Row | undefined): boolean {
    return row !== undefined && this.clock.nowMs() - row.launchedMs >= this.behaviour.invisibleMs;
  }

  private stateOf(row: Row): InstanceState {
    const nowMs = this.clock.nowMs();
    if (row.endedMs !== undefined) {
      return nowMs - row.endedMs < this.behaviour.shuttingDownMs ? "shutting-down" : "terminated";
    }
    return nowMs - row.launchedMs < this.behaviour.pendingMs ? "pending" : "running";
  }

  private blank(id: string): Instance {
    return {
      id,
      type: "c6a.large",
      state: "running",
      stateReason: "",
      market: "on-demand",
      zone: "us-west-2a",
      launchTimeMs: this.clock.nowMs() - 60_000,
      publicDnsName: "",
      publicIp: "",
      privateIp: "10.0.0.1",
      imageId: "ami-00000000000000000",
      tags: {},
    };
  }

  private async call(name: string, signal: AbortSignal): Promise<void> {
    this.calls.push(name);
    await this.clock.sleep(this.behaviour.latencyMs, signal);
    this.spot.settle();
    const trouble = this.behaviour.trouble(name);
    if (trouble !== undefined) throw trouble;
  }
}

/** A refusal for want of capacity. */
export const noCapacity = (): Error =>
  new CapacityError("RunInstances: InsufficientInstanceCapacity: none left", {
    refusal: classify("InsufficientInstanceCapacity"),
  });

/** What EC2 says when the account asks too often. */
export const throttled = (): Error =>
  new CapacityError("RequestLimitExceeded: Request limit exceeded.", { refusal: classify("RequestLimitExceeded") });

/** A refusal for want of permission. */
export const notAllowed = (): Error =>
  new AccessError("RunInstances: UnauthorizedOperation: not allowed", { refusal: classify("UnauthorizedOperation") });

/** What EC2 says of ids that it does not know, or not yet. */
export const notFound = (ids: readonly string[]): Error =>
  new UsageError(`InvalidInstanceID.NotFound: The instance IDs '${ids.join(", ")}' do not exist`, {
    refusal: classify("InvalidInstanceID.NotFound"),
  });
