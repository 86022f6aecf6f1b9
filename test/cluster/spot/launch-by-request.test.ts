import { describe, expect, it } from "@jest/globals";
import type { Instance, LaunchRequest } from "../../../src/cluster/ports.js";
import { launchBySpotRequest } from "../../../src/cluster/spot/launch-by-request.js";
import { sweepSpotRequests } from "../../../src/cluster/spot/sweep.js";
import { DEADLINE_TAG, identityTags, LAUNCH_TAG } from "../../../src/cluster/tags.js";
import { Ec2TroubleError, EndpointError, InterruptedError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";
import { noCapacity, notAllowed, throttled } from "../../support/fake-ec2.js";

const quiet = new AbortController().signal;
const MINUTE = 60_000;

const worldOf = (behaviour: Parameters<typeof clusterWorld>[1] = {}): Promise<ClusterWorld> =>
  clusterWorld({ spot: { ...SETTINGS.spot, api: "request" } }, behaviour);

function requestOf({ clock }: ClusterWorld, changes: Partial<LaunchRequest> = {}): LaunchRequest {
  return {
    clientToken: "token-1",
    count: 1,
    instanceType: "c6a.large",
    market: "spot",
    imageId: "ami-1",
    userData: "",
    securityGroupIds: [],
    volumes: [],
    tags: {
      ...identityTags(SETTINGS),
      [LAUNCH_TAG]: "token-1",
      [DEADLINE_TAG]: new Date(clock.nowMs() + 15 * MINUTE).toISOString(),
    },
    metadataTokens: "required",
    metadataHopLimit: 2,
    detailedMonitoring: false,
    ...changes,
  };
}

/** Every request for a type comes to the status, after some milliseconds. */
function outcomes(world: ClusterWorld, status: string, afterMs = 3_000): void {
  world.ec2.spot.behaviour = { ...world.ec2.spot.behaviour, outcome: () => ({ status, afterMs }) };
}

const launch = (world: ClusterWorld, changes: Partial<LaunchRequest> = {}): Promise<readonly Instance[]> =>
  world.clock.runUntil(launchBySpotRequest(world.context, requestOf(world, changes), quiet));

/** What is left that costs money, or may come to, once every request has lapsed; and what was told about that. */
async function leftOvers(world: ClusterWorld): Promise<object> {
  const { open } = world.ec2.spot;
  await world.clock.advance(5 * MINUTE);
  const alarms = world.events.filter(({ kind }) => kind === "cleanup-failed");
  return { open, alive: world.ec2.alive, alarms };
}
/** A moment between any two steps of a launch, which takes some four seconds. */
const MOMENTS_MS = Array.from({ length: 50 }, (_none, index) => index * 100);

const NOTHING = { open: [], alive: [], alarms: [] };

const failure = (world: ClusterWorld, changes: Partial<LaunchRequest> = {}): Promise<unknown> =>
  launch(world, changes).catch((thrown: unknown) => thrown);

describe("a launch by spot requests", () => {
  it("gives instances with all tags, as RunInstances does", async () => {
    const world = await worldOf();
    const instances = await launch(world, { count: 2 });
    const { tags } = requestOf(await worldOf());
    expect(instances.map((instance) => [instance.market, instance.tags])).toEqual([
      ["spot", tags],
      ["spot", tags],
    ]);
    expect(instances.map(({ id }) => world.ec2.instance(id).tags)).toEqual([tags, tags]);
    expect(world.ec2.alive).toEqual(instances.map(({ id }) => id));
  });

  it("waits until EC2 knows the instance that it is to tag", async () => {
    const world = await worldOf({ invisibleMs: 20_000 });
    const [instance] = await launch(world);
    expect(world.ec2.instance(instance?.id ?? "").tags).toEqual(instance?.tags);
  });

  it("gives what is fulfilled in time, and withdraws the rest", async () => {
    const world = await worldOf();
    world.ec2.spot.behaviour = {
      ...world.ec2.spot.behaviour,
      outcome: (_type, id) => ({ status: id.endsWith("1") ? "fulfilled" : "capacity-not-available", afterMs: 500 }),
    };
    const instances = await launch(world, { count: 2 });
    expect({ count: instances.length, open: world.ec2.spot.open, alive: world.ec2.alive }).toEqual({
      count: 1,
      open: [],
      alive: instances.map(({ id }) => id),
    });
  });
});

describe("a spot request that is refused", () => {
  it.each([
    ["capacity-not-available", "capacity", 4],
    ["price-too-low", "capacity", 4],
    ["bad-parameters", "parameter", 2],
    ["limit-exceeded", "quota", 5],
    ["system-error", "other", 4],
  ])("with %s leaves nothing behind", async (status, kind, exitCode) => {
    const world = await worldOf();
    outcomes(world, status);
    expect(await failure(world)).toMatchObject({ exitCode, refusal: { code: status, kind } });
    expect(await leftOvers(world)).toEqual(NOTHING);
  });

  it("by not being decided is one for want of capacity, once it has lapsed", async () => {
    const world = await worldOf();
    outcomes(world, "pending-fulfillment");
    expect(await failure(world)).toMatchObject({ refusal: { code: "schedule-expired", kind: "capacity" } });
    expect([Math.round(world.clock.monotonicMs() / MINUTE), await leftOvers(world)]).toEqual([2, NOTHING]);
  });

  it("by the call itself is that refusal, and nothing is looked for", async () => {
    const world = await worldOf({
      trouble: (call) => (call.startsWith("RequestSpotInstances") ? noCapacity() : undefined),
    });
    expect(await failure(world)).toEqual(noCapacity());
    expect(world.ec2.calls).toEqual(["RequestSpotInstances c6a.large"]);
  });
});

describe("a spot request whose answer is lost", () => {
  it.each([
    ["as the connection broke", () => new EndpointError("ECONNRESET")],
    ["as EC2 was in trouble", () => new Ec2TroubleError("InternalError", { refusal: noRefusalOf("InternalError") })],
  ])("%s is found by its tag, and withdrawn with what it launched", async (_why, make) => {
    const world = await worldOf({
      trouble: (call) => (call === "RequestSpotInstances c6a.large answered" ? make() : undefined),
    });
    outcomes(world, "fulfilled", 150);
    expect(await failure(world)).toEqual(make());
    expect(await leftOvers(world)).toEqual(NOTHING);
  });
});

const noRefusalOf = (code: string) => ({ code, kind: "other", scope: "type", permanent: false }) as const;

describe("a launch by spot requests that is given up", () => {
  const reason = new InterruptedError("SIGINT", 2);
  it.each(["fulfilled", "capacity-not-available"])("at any moment leaves nothing behind (%s)", async (status) => {
    const left: unknown[] = [];
    for (const atMs of MOMENTS_MS) {
      const world = await worldOf();
      outcomes(world, status);
      const controller = new AbortController();
      const outcome = launchBySpotRequest(world.context, requestOf(world), controller.signal).catch(
        (thrown: unknown) => thrown,
      );
      await world.clock.advance(atMs);
      controller.abort(reason);
      const ended = await world.clock.runUntil(outcome);
      // Whoever has the instances ends them.
      const given = Array.isArray(ended) ? (ended as Instance[]).map(({ id }) => id) : [];
      left.push([ended === reason || given.length > 0, { ...(await leftOvers(world)), alive: without(world, given) }]);
    }
    expect(left).toEqual(MOMENTS_MS.map(() => [true, NOTHING]));
  });

  it("does not ask at all once the signal has aborted", async () => {
    const world = await worldOf();
    const given = launchBySpotRequest(world.context, requestOf(world), AbortSignal.abort(reason));
    await expect(given).rejects.toBe(reason);
    expect(world.ec2.calls).toEqual([]);
  });
});

const without = ({ ec2 }: ClusterWorld, ids: readonly string[]): string[] =>
  ec2.alive.filter((id) => !ids.includes(id));

describe("an instance of a spot request", () => {
  it("that cannot be tagged is ended", async () => {
    const world = await worldOf({ trouble: (call) => (call.startsWith("CreateTags") ? notAllowed() : undefined) });
    expect(await failure(world)).toEqual(notAllowed());
    expect(await leftOvers(world)).toEqual(NOTHING);
  });

  it("that EC2 lets nobody tag for half a minute is ended, with the reason", async () => {
    const world = await worldOf({ trouble: (call) => (call.startsWith("CreateTags") ? throttled() : undefined) });
    expect(await failure(world)).toMatchObject({
      exitCode: 7,
      message: expect.stringMatching(/^i-\d+ could not be tagged within 30 s: RequestLimitExceeded/),
    });
    expect(await leftOvers(world)).toEqual(NOTHING);
  });
});

describe("what a killed process leaves", () => {
  /** A launch of which nothing more happens from a moment on, as if the process were killed. */
  async function killedAfter(atMs: number): Promise<ClusterWorld> {
    const world = await worldOf();
    let dead = false;
    const never = (): Promise<never> => new Promise(() => undefined);
    const ec2 = new Proxy(world.ec2, {
      get: (target, name) => (dead ? never : (Reflect.get(target, name) as unknown)),
    });
    void launchBySpotRequest({ ...world.context, ec2 }, requestOf(world), quiet);
    await world.clock.advance(atMs);
    dead = true;
    await world.clock.advance(5 * MINUTE);
    return world;
  }
  const sweep = (world: ClusterWorld): Promise<readonly string[]> =>
    world.clock.runUntil(sweepSpotRequests(world.context, quiet));
  const BEFORE_TAGGING_MS = 3_300;

  it("is an untagged instance that the sweep ends once its deadline has passed, and not before", async () => {
    const world = await killedAfter(BEFORE_TAGGING_MS);
    const [id] = world.ec2.alive;
    expect([world.ec2.instance(id ?? "").tags, await sweep(world), world.ec2.alive]).toEqual([{}, [], [id]]);
    await world.clock.advance(15 * MINUTE);
    expect([await sweep(world), world.ec2.alive, await sweep(world)]).toEqual([[id], [], []]);
    expect(world.events.filter(({ kind }) => kind === "instance-terminating")).toHaveLength(1);
  });

  it("at any moment is ended by its validity, its deadline or the sweep", async () => {
    const left: unknown[] = [];
    for (const atMs of MOMENTS_MS) {
      const world = await killedAfter(atMs);
      await world.clock.advance(15 * MINUTE);
      await sweep(world);
      // What has its tags is an orphan like any other.
      const unknown = world.ec2.alive.filter((id) => !(LAUNCH_TAG in world.ec2.instance(id).tags));
      left.push({ open: world.ec2.spot.open, unknown });
    }
    expect(left).toEqual(MOMENTS_MS.map(() => ({ open: [], unknown: [] })));
  });

  it("is left to its own tags where it has them, as those of every orphan", async () => {
    const world = await killedAfter(BEFORE_TAGGING_MS);
    const [id = ""] = world.ec2.alive;
    world.ec2.tag(id, { [LAUNCH_TAG]: "token-1" });
    await world.clock.advance(15 * MINUTE);
    expect([await sweep(world), world.ec2.alive]).toEqual([[], [id]]);
  });

  it.each([
    ["only where the configuration asks for that API", { spot: SETTINGS.spot }],
    ["only where orphans are ended at all", { sweep: false }],
  ])("is looked for %s", async (_where, changes) => {
    const world = await killedAfter(BEFORE_TAGGING_MS);
    await world.clock.advance(15 * MINUTE);
    const asked = world.ec2.calls.length;
    const context = { ...world.context, settings: { ...world.context.settings, ...changes } };
    expect(await world.clock.runUntil(sweepSpotRequests(context, quiet))).toEqual([]);
    expect(world.ec2.calls).toHaveLength(asked);
  });

  it("is told to be unknown where EC2 does not let us look", async () => {
    const world = await worldOf({ trouble: notAllowed });
    expect(await sweep(world)).toEqual([]);
    expect(world.events).toMatchObject([{ kind: "warning", message: expect.stringContaining("abandoned") }]);
  });
});
