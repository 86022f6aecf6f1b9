import { describe, expect, it } from "@jest/globals";
import { Cluster } from "../../../src/cluster/cluster.js";
import type { AllocateResult } from "../../../src/cluster/results.js";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { CapacityError, InterruptedError, LimitError, TimedOutError } from "../../../src/errors.js";
import { classify } from "../../../src/cluster/refusals/classify.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";
import { LARGE } from "../../support/fake-machines.js";

const GIB = 2 ** 30;
const ONE_CPU: AllocateRequest = { requirements: { min: { cpu: 1, mem: GIB }, width: 0 } };
/** What fills a c6a.large. */
const TWO_CPUS: AllocateRequest = { requirements: { min: { cpu: 2, mem: GIB }, width: 0 } };
const EIGHT_CPUS = { cpu: 8, mem: 14 * GIB, disk: 290 * GIB };
const MEMBER = "i-0aaaaaaaaaaaaaaaa";

const ROOMY = { maxInstances: 1_000, maxPendingInstances: 1_000, maxHourlyUsd: 10_000 };
const ONE_TYPE = { instanceTypes: ["c6a.large"] };

/** A world without limits whose machines come up quickly. */
const quickWorld = async (): Promise<ClusterWorld> => {
  const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE }, { pendingMs: 1_000 });
  world.machines.behaviour = { ...world.machines.behaviour, bootstrapMs: 2_000, installMs: 500 };
  return world;
};

/** Makes the same request many times at once; gives what comes of each. */
const allocateMany = (
  world: ClusterWorld,
  count: number,
  request: AllocateRequest,
  cluster: Cluster = world.cluster,
): Promise<readonly (AllocateResult | Error)[]> =>
  Promise.all(Array.from({ length: count }, () => cluster.allocate(request).catch((error: Error) => error)));

const callsOf = (world: ClusterWorld, action: string): number =>
  world.ec2.calls.filter((call) => call.startsWith(action)).length;

const uris = (results: readonly (AllocateResult | Error)[]): string[] =>
  results.flatMap((result) => (result instanceof Error ? [] : [result.alloc.uri]));

describe("allocates made at once", () => {
  it("are launched in few calls of many instances, and each gets an alloc of its own", async () => {
    const world = await quickWorld();
    const results = await world.clock.runUntil(allocateMany(world, 120, TWO_CPUS));
    expect({
      allocs: new Set(uris(results)).size,
      instances: world.ec2.alive.length,
      launches: callsOf(world, "RunInstances"),
    }).toEqual({ allocs: 120, instances: 120, launches: 2 });
  });

  it("ask EC2 as seldom for many instances as for few", async () => {
    const calls = async (count: number): Promise<number> => {
      const world = await quickWorld();
      await world.clock.runUntil(allocateMany(world, count, TWO_CPUS));
      return callsOf(world, "Describe");
    };
    const [few, many] = [await calls(3), await calls(60)];
    expect(many).toBeLessThanOrEqual(few + 2);
  });

  it("do not have the machines asked again each time that one of them is served", async () => {
    const world = await quickWorld();
    await world.clock.runUntil(allocateMany(world, 60, TWO_CPUS));
    const asked = world.machines.asked.filter((call) => /^GET .*\/v1\/offers$/.test(call));
    expect(asked).toHaveLength(60);
  });

  it("share instances where that is cheaper", async () => {
    const world = await clusterWorld(ROOMY);
    world.machines.behaviour = { ...world.machines.behaviour, resourcesOf: { "c6a.2xlarge": EIGHT_CPUS } };
    const results = await world.clock.runUntil(allocateMany(world, 8, ONE_CPU));
    expect({
      allocs: new Set(uris(results)).size,
      types: world.ec2.launches.map((launch) => launch.instanceType),
    }).toEqual({ allocs: 8, types: ["c6a.2xlarge"] });
  });

  it("take what a member has free first, and launch for the rest", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
    world.machines.addReflowlet(MEMBER);
    const results = await world.clock.runUntil(allocateMany(world, 3, ONE_CPU));
    const reused = results.filter((result) => !(result instanceof Error) && result.reused).length;
    expect({ reused, launched: world.ec2.launches.map(({ count }) => count) }).toEqual({ reused: 2, launched: [1] });
  });

  it("that come a little later are served by what a launch under way has left", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    const first = world.cluster.allocate(ONE_CPU);
    await world.clock.advance(3_000);
    const second = world.cluster.allocate(ONE_CPU);
    const results = await world.clock.runUntil(Promise.all([first, second]));
    expect({
      ids: new Set(results.map(({ instance }) => instance.id)).size,
      launches: world.ec2.launches.length,
    }).toEqual({ ids: 1, launches: 1 });
  });
});

describe("whatever else comes up meanwhile", () => {
  it("serves, and the launch that nobody needs any more is ended", async () => {
    const world = await clusterWorld(ONE_TYPE);
    const waiting = world.cluster.allocate(ONE_CPU);
    await world.clock.advance(5_000);
    world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
    world.machines.addReflowlet(MEMBER);
    const { instance, reused } = await world.clock.runUntil(waiting);
    await world.clock.advance(5_000);
    expect({ id: instance.id, reused, alive: world.ec2.alive }).toEqual({ id: MEMBER, reused: true, alive: [MEMBER] });
  });
});

describe("an offering without capacity", () => {
  it("makes way for the next zone, then for the next type", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large", "m6a.large"] }, { room: () => 0 });
    const tried: string[] = [];
    world.ec2.behaviour = {
      ...world.ec2.behaviour,
      room: (type, zone) => {
        tried.push(`${type} ${zone}`);
        return type === "m6a.large" && zone === "us-west-2b" ? 1 : 0;
      },
    };
    const { instance } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ tried, type: instance.type, zone: instance.zone }).toEqual({
      tried: [
        "c6a.large us-west-2a",
        "c6a.large us-west-2b",
        "c6a.large us-west-2c",
        "m6a.large us-west-2a",
        "m6a.large us-west-2b",
      ],
      type: "m6a.large",
      zone: "us-west-2b",
    });
  });

  it("gives what it has, and the rest is launched elsewhere", async () => {
    const world = await clusterWorld(
      { ...ROOMY, ...ONE_TYPE },
      { room: (_type, zone) => (zone === "us-west-2a" ? 2 : 100) },
    );
    const results = await world.clock.runUntil(allocateMany(world, 5, TWO_CPUS));
    const zones = results.map((result) => (result instanceof Error ? result.message : result.instance.zone)).sort();
    expect(zones).toEqual(["us-west-2a", "us-west-2a", "us-west-2b", "us-west-2b", "us-west-2b"]);
    expect(world.events.filter(({ kind }) => kind === "offering-refused")).toEqual([
      {
        atMs: expect.any(Number),
        kind: "offering-refused",
        instanceType: "c6a.large",
        zone: "us-west-2a",
        market: "on-demand",
        code: "InsufficientInstanceCapacity",
      },
    ]);
  });

  it("is left alone by later allocates, until its refusal is old", async () => {
    const world = await clusterWorld(ONE_TYPE, { room: (_type, zone) => (zone === "us-west-2a" ? 0 : 100) });
    const zoneOfNext = async (): Promise<string> => {
      const { instance } = await world.clock.runUntil(world.cluster.allocate(TWO_CPUS));
      return instance.zone;
    };
    const [first, soon] = [await zoneOfNext(), await zoneOfNext()];
    const refusedBefore = callsOf(world, "RunInstances");
    world.ec2.behaviour = { ...world.ec2.behaviour, room: () => 100 };
    await world.clock.runUntil(world.ec2.terminateInstances(world.ec2.alive, new AbortController().signal));
    await world.clock.advance(4 * 60_000);
    expect({ first, soon, later: await zoneOfNext(), refusedBefore }).toEqual({
      first: "us-west-2b",
      soon: "us-west-2b",
      later: "us-west-2a",
      // One that was refused, and one for each alloc.
      refusedBefore: 3,
    });
  });

  it("that is not sold in a zone is not asked for there", async () => {
    const world = await clusterWorld(ONE_TYPE);
    world.ec2.unsold.set("c6a.large", ["us-west-2a"]);
    const { instance } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ zone: instance.zone, launches: callsOf(world, "RunInstances") }).toEqual({
      zone: "us-west-2b",
      launches: 1,
    });
  });

  it("that EC2 ends after it has accepted it counts as refused", async () => {
    const world = await clusterWorld(ONE_TYPE, {
      failsAfterLaunch: "Server.InsufficientInstanceCapacity: no capacity",
    });
    const waiting = world.cluster.allocate(ONE_CPU);
    await world.clock.advance(1_000);
    world.ec2.behaviour = { ...world.ec2.behaviour, failsAfterLaunch: undefined };
    const { instance } = await world.clock.runUntil(waiting);
    expect(instance.zone).not.toBe("us-west-2a");
    // It never had a console, and is gone.
    expect([callsOf(world, "GetConsoleOutput"), callsOf(world, "TerminateInstances")]).toEqual([0, 0]);
  });

  it("ends the allocate with what EC2 said when there is no other", async () => {
    const world = await clusterWorld(ONE_TYPE, { room: () => 0 });
    const error = await world.clock.runUntil(world.cluster.allocate(ONE_CPU)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CapacityError);
    expect((error as Error).message).toMatch(/^all 3 offerings for .* refused: c6a\.large in us-west-2. was refused/);
  });
});

describe("a quota or a missing permission", () => {
  it.each([
    ["VcpuLimitExceeded", LimitError, 5],
    ["UnauthorizedOperation", Error, 6],
  ])("ends the attempt at once (%s)", async (code, _kind, exitCode) => {
    const refuse = (): Error =>
      code === "VcpuLimitExceeded"
        ? new LimitError("RunInstances: VcpuLimitExceeded: 32", { refusal: classify(code) })
        : Object.assign(new Error("denied"), { exitCode: 6 });
    const world = await clusterWorld(ONE_TYPE, { refusals: { "c6a.large": refuse } });
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect({ exitCode: (error as LimitError).exitCode, launches: callsOf(world, "RunInstances") <= 2 }).toEqual({
      exitCode,
      launches: true,
    });
  });
});

describe("an instance that EC2 ends for a quota or a permission after it has accepted it", () => {
  it.each([
    ["Client.VolumeLimitExceeded", 5],
    ["Client.UnauthorizedOperation", 6],
  ])("ends the attempt with the exit code of that (%s)", async (failsAfterLaunch, exitCode) => {
    const world = await clusterWorld(ONE_TYPE, { failsAfterLaunch: `${failsAfterLaunch}: no more` });
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect({
      exitCode: (error as LimitError).exitCode,
      message: (error as LimitError).message,
      launches: callsOf(world, "RunInstances"),
    }).toEqual({
      exitCode,
      message: expect.stringMatching(
        `^i-\\d+ \\(c6a.large\\) is terminated before it became usable, while waiting for the instance to run: ${failsAfterLaunch}: no more$`,
      ),
      launches: 1,
    });
  });
});

describe("a type that offers less than planned", () => {
  it("is not launched twice for the same need", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large", "m6a.large"] });
    const request = { requirements: { min: { cpu: 1, mem: 3.4 * GIB }, width: 0 } };
    const resourcesOf = { "c6a.large": { ...LARGE, mem: 3 * GIB }, "m6a.large": { ...LARGE, mem: 7 * GIB } };
    world.machines.behaviour = { ...world.machines.behaviour, resourcesOf };
    const { instance } = await world.clock.runUntil(world.cluster.allocate(request));
    expect({ launched: world.ec2.launches.map(({ instanceType }) => instanceType), type: instance.type }).toEqual({
      launched: ["c6a.large", "m6a.large"],
      type: "m6a.large",
    });
  });
});

describe("limits", () => {
  it("of pending launches are waited for", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE, maxPendingInstances: 2 });
    const results = await world.clock.runUntil(allocateMany(world, 5, TWO_CPUS));
    expect({ allocs: uris(results).length, counts: world.ec2.launches.map(({ count }) => count) }).toEqual({
      allocs: 5,
      counts: [2, 2, 1],
    });
  });

  it("say what is waited for when the time is over", async () => {
    const world = await clusterWorld({ maxPendingInstances: 1 });
    const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
    world.ec2.add({ id: MEMBER, tags });
    const waiting = world.cluster.allocate({ ...ONE_CPU, timeoutMs: 60_000 });
    const error = await world.clock.runUntil(waiting).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimedOutError);
    expect((error as Error).message).toBe(
      "allocate timed out after 60 s, while waiting for room for another launch (1 instances are booting, and maxpendinginstances is 1)",
    );
  });

  it("of instances leave out those who came last, once nothing may make room any more", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE, maxInstances: 2 });
    const results = await world.clock.runUntil(allocateMany(world, 3, TWO_CPUS));
    expect(results.map((result) => (result instanceof Error ? result.message : "served"))).toEqual([
      "served",
      "served",
      "the cluster has 2 instances, and maxinstances is 2",
    ]);
  });

  it("hold for several processes: the youngest that boot give way, and no more stay than the limit", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE, maxInstances: 3 });
    const others = Array.from({ length: 7 }, () => new Cluster(world.context));
    const racing = [world.cluster, ...others].map((cluster) => allocateMany(world, 1, TWO_CPUS, cluster));
    const results = (await world.clock.runUntil(Promise.all(racing))).flat();
    await world.clock.advance(60_000);
    expect({
      allocs: new Set(uris(results)).size,
      alive: world.ec2.alive.length,
      refused: results.filter((result) => result instanceof LimitError).length,
    }).toEqual({ allocs: 3, alive: 3, refused: 5 });
  });
});

describe("a boot that fails", () => {
  it("is tried again on another instance where others of the process came up", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    await world.clock.runUntil(world.cluster.allocate(TWO_CPUS));
    world.machines.behaviour = { ...world.machines.behaviour, fault: "install-refused" };
    const waiting = world.cluster.allocate(TWO_CPUS);
    while (world.ec2.launches.length < 3) await world.clock.advance(500);
    world.machines.behaviour = { ...world.machines.behaviour, fault: undefined };
    const result = await world.clock.runUntil(waiting);
    expect({ reused: result.reused, alive: world.ec2.alive.length }).toEqual({ reused: false, alive: 2 });
  });

  it("fails whoever waits for it, and nobody else", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    world.machines.behaviour = { ...world.machines.behaviour, fault: "bootstrap-silent" };
    const results = await world.clock.runUntil(allocateMany(world, 2, TWO_CPUS));
    expect({
      codes: results.map((result) => (result as { exitCode?: number }).exitCode),
      alive: world.ec2.alive,
    }).toEqual({ codes: [7, 7], alive: [] });
  });
});

describe("one of several that is given up", () => {
  it("takes its own instance with it, and leaves the others'", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    const controller = new AbortController();
    const other = world.cluster.allocate(TWO_CPUS);
    const given = world.cluster.allocate(TWO_CPUS, { signal: controller.signal }).catch((error: unknown) => error);
    await world.clock.advance(8_000);
    controller.abort(new InterruptedError("SIGINT", 2));
    expect(await world.clock.runUntil(given)).toBeInstanceOf(InterruptedError);
    const { instance } = await world.clock.runUntil(other);
    expect(world.ec2.alive).toEqual([instance.id]);
  });

  it("leaves an instance that serves another, too", async () => {
    const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
    const controller = new AbortController();
    const other = world.cluster.allocate(ONE_CPU);
    const given = world.cluster.allocate(ONE_CPU, { signal: controller.signal }).catch((error: unknown) => error);
    await world.clock.advance(8_000);
    controller.abort(new InterruptedError("SIGINT", 2));
    await world.clock.runUntil(given);
    const { instance } = await world.clock.runUntil(other);
    expect({ alive: world.ec2.alive, launches: world.ec2.launches.length }).toEqual({
      alive: [instance.id],
      launches: 1,
    });
  });

  it("in whatever moment, leaves nothing behind when all are given up", async () => {
    for (let ms = 0; ms < 32_000; ms += 2_690) {
      const world = await clusterWorld({ ...ROOMY, ...ONE_TYPE });
      const controller = new AbortController();
      const given = Array.from({ length: 3 }, () =>
        world.cluster.allocate(TWO_CPUS, { signal: controller.signal }).catch(() => undefined),
      );
      await world.clock.advance(ms);
      controller.abort(new InterruptedError("SIGINT", 2));
      const results = await world.clock.runUntil(Promise.all(given));
      const kept = results.filter((result) => result !== undefined).length;
      expect({ ms, alive: world.ec2.alive.length }).toEqual({ ms, alive: kept });
    }
  });
});

describe("an instance that somebody else ends while it boots", () => {
  it.each([0, 20_000])(
    "fails who waits for it as soon as a look shows it (%i ms to terminated)",
    async (shuttingDownMs) => {
      const world = await clusterWorld(ONE_TYPE, { shuttingDownMs });
      const waiting = world.cluster.allocate(ONE_CPU).catch((error: Error) => error.message);
      await world.clock.advance(12_000);
      const [id = ""] = world.ec2.alive;
      void world.ec2.terminateInstances([id], new AbortController().signal);
      const message = await world.clock.runUntil(waiting);
      expect({ message, soon: world.clock.monotonicMs() < 20_000, sleeping: world.clock.sleeping }).toEqual({
        message: expect.stringMatching(new RegExp(`^${id} \\(c6a.large\\) is \\S+ before it became usable`)),
        soon: true,
        sleeping: 0,
      });
    },
  );
});

describe("the loop", () => {
  it("waits for nothing more once the last allocate is served, so that the process may end", async () => {
    const world = await quickWorld();
    await world.clock.runUntil(allocateMany(world, 3, TWO_CPUS));
    await world.clock.advance(200);
    expect(world.clock.sleeping).toBe(0);
  });

  it("serves an allocate that comes in the very moment in which it has nothing left to do", async () => {
    const world = await clusterWorld(ONE_TYPE);
    const second = world.cluster
      .allocate(ONE_CPU)
      .then(() => world.cluster.allocate(ONE_CPU))
      .then(() => world.cluster.allocate(ONE_CPU));
    const { instance } = await world.clock.runUntil(second);
    await world.clock.advance(60_000);
    expect({ id: instance.id, sleeping: world.clock.sleeping }).toEqual({ id: "i-00000000000000002", sleeping: 0 });
  });

  it("hears of a member that comes up while it plans, and gives it to who waits", async () => {
    const world = await clusterWorld({ ...ROOMY, instanceTypes: ["c6a.large", "m6a.large"] });
    const first = world.cluster.allocate({ ...TWO_CPUS, instanceType: "c6a.large" });
    while (world.ec2.launches.length === 0) await world.clock.advance(50);
    const zonesSelling = world.ec2.zonesSelling.bind(world.ec2);
    world.ec2.zonesSelling = async (types, signal) => {
      await world.clock.sleep(6_000, signal);
      return zonesSelling(types, signal);
    };
    const second = world.cluster.allocate({ ...ONE_CPU, instanceType: "m6a.large" });
    // The members have been asked, and meanwhile looks go on for the first.
    await world.clock.advance(1_000);
    world.ec2.add({ id: MEMBER, type: "m6a.large", tags: MEMBER_TAGS });
    world.machines.addReflowlet(MEMBER);
    const startMs = world.clock.monotonicMs();
    const { instance } = await world.clock.runUntil(second);
    expect({ id: instance.id, soon: world.clock.monotonicMs() - startMs < 8_000 }).toEqual({ id: MEMBER, soon: true });
    await world.clock.runUntil(first);
  });
});
