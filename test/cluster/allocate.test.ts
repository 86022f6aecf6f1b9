import { describe, expect, it } from "@jest/globals";
import {
  CapacityError,
  ConfigError,
  InstanceError,
  InterruptedError,
  LimitError,
  NeverFitsError,
  TimedOutError,
  TrustError,
  UsageError,
} from "../../src/errors.js";
import type { LaunchPhase } from "../../src/cluster/events.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../support/cluster-world.js";
import { noCapacity } from "../support/fake-ec2.js";
import { TransportError } from "../../src/pool/transport.js";
import { LARGE, vanishingAlloc, type FakeMachineBehaviour } from "../support/fake-machines.js";

const GIB = 2 ** 30;
const ONE_CPU = { requirements: { min: { cpu: 1, mem: GIB }, width: 0 } };
const MEMBER = "i-0aaaaaaaaaaaaaaaa";

const withMember = (world: ClusterWorld, id = MEMBER): void => {
  world.ec2.add({ id, tags: MEMBER_TAGS });
  world.machines.addReflowlet(id);
};

describe("allocate on an empty cluster", () => {
  it("launches the cheapest type that fits, boots it and takes its offer", async () => {
    const world = await clusterWorld();
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(result).toEqual({
      alloc: {
        uri: "i-00000000000000001.fake:9000/0101010101010101",
        id: "0101010101010101",
        resources: { cpu: 1, mem: GIB },
        expiresMs: expect.any(Number),
      },
      instance: {
        id: "i-00000000000000001",
        type: "c6a.large",
        zone: "us-west-2a",
        market: "on-demand",
        publicDnsName: "i-00000000000000001.fake",
        hourlyUsd: expect.closeTo(0.1313, 3),
      },
      reused: false,
      timings: {
        members: 0.1,
        offers: 0,
        prepare: 0.2,
        launch: 0.1,
        running: expect.closeTo(7.09, 1),
        bootstrap: expect.closeTo(13.08, 1),
        install: 0.02,
        reflowlet: expect.closeTo(5.15, 1),
        tagged: expect.closeTo(0.1, 1),
        accept: 0.04,
        total: expect.closeTo(25.89, 0),
      },
    });
  });

  it("sets every tag in the launch call, and no key twice", async () => {
    const world = await clusterWorld();
    await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    const [launch] = world.ec2.launches;
    expect(launch?.tags).toEqual({
      Name: "ann (reflow)",
      cluster: "default",
      managedby: "reflow",
      user: "ann",
      team: "genomics",
      "reflow-ec2:deadline": "2026-01-01T00:15:00.310Z",
      "reflow-ec2:launch": launch?.clientToken,
    });
  });

  it("takes the first offer within half a second of the reflowlet's first answer", async () => {
    const world = await clusterWorld();
    const { timings } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect((timings["tagged"] ?? 9) + (timings["accept"] ?? 9)).toBeLessThan(0.5);
  });

  it("waits for a launched instance that DescribeInstances does not know yet", async () => {
    const world = await clusterWorld({}, { invisibleMs: 15_000 });
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(result.reused).toBe(false);
  });
});

describe("allocate on a cluster with members", () => {
  it("takes a member's offer without a launch", async () => {
    const world = await clusterWorld();
    withMember(world);
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ reused: result.reused, id: result.instance.id, launches: world.ec2.launches }).toEqual({
      reused: true,
      id: MEMBER,
      launches: [],
    });
  });

  it("is not delayed by a member that does not answer", async () => {
    const world = await clusterWorld();
    withMember(world);
    world.ec2.add({ id: "i-0bbbbbbbbbbbbbbbb", tags: MEMBER_TAGS });
    const { timings, instance } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ id: instance.id, quick: (timings["total"] ?? 9) < 1 }).toEqual({ id: MEMBER, quick: true });
  });

  it("never gives more than there is when many ask at once", async () => {
    const world = await clusterWorld();
    withMember(world);
    const asked = Array.from({ length: 4 }, () => world.cluster.allocate(ONE_CPU));
    const results = await world.clock.runUntil(Promise.all(asked));
    const perInstance = new Map<string, number>();
    for (const { instance, alloc } of results) {
      perInstance.set(instance.id, (perInstance.get(instance.id) ?? 0) + (alloc.resources["cpu"] ?? 0));
    }
    const uris = new Set(results.map(({ alloc }) => alloc.uri));
    expect({ allocs: uris.size, most: Math.max(...perInstance.values()) }).toEqual({ allocs: 4, most: 2 });
  });

  it("launches when the member is full", async () => {
    const world = await clusterWorld();
    withMember(world);
    world.machines.pool(MEMBER).accept({ want: LARGE, owner: "bob", labels: undefined });
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ reused: result.reused, launches: world.ec2.launches.length }).toEqual({ reused: false, launches: 1 });
  });

  it("does not use a member of another version", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: MEMBER, tags: { ...MEMBER_TAGS, "reflowlet:version": "v0" } });
    world.machines.addReflowlet(MEMBER);
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(result.reused).toBe(false);
  });

  it("uses only members of the type that was asked for", async () => {
    const world = await clusterWorld();
    withMember(world);
    const result = await world.clock.runUntil(world.cluster.allocate({ ...ONE_CPU, instanceType: "m6a.large" }));
    expect({ type: result.instance.type, reused: result.reused }).toEqual({ type: "m6a.large", reused: false });
  });

  it("ends orphans before it launches", async () => {
    const world = await clusterWorld();
    const orphan = "i-0cccccccccccccccc";
    const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
    const launched = { "reflow-ec2:deadline": "2025-12-31T23:00:00Z", "reflow-ec2:launch": "t" };
    world.ec2.add({ id: orphan, tags: { ...tags, ...launched } });
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(world.ec2.alive).toEqual([result.instance.id]);
  });

  it("does not count the orphans that it has ended against the limits", async () => {
    const world = await clusterWorld({ maxInstances: 1, maxHourlyUsd: 0.2 });
    const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
    const launched = { "reflow-ec2:deadline": "2025-12-31T23:00:00Z", "reflow-ec2:launch": "t" };
    world.ec2.add({ id: "i-0cccccccccccccccc", tags: { ...tags, ...launched } });
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ reused: result.reused, alive: world.ec2.alive }).toEqual({ reused: false, alive: [result.instance.id] });
  });

  it("counts the orphans that the configuration leaves", async () => {
    const world = await clusterWorld({ maxInstances: 1, sweep: false });
    const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
    const launched = { "reflow-ec2:deadline": "2025-12-31T23:00:00Z", "reflow-ec2:launch": "t" };
    world.ec2.add({ id: "i-0cccccccccccccccc", tags: { ...tags, ...launched } });
    await expect(world.clock.runUntil(world.cluster.allocate(ONE_CPU))).rejects.toThrow(/maxinstances is 1/);
  });
});

describe("a dry run", () => {
  it("names the member that would serve", async () => {
    const world = await clusterWorld();
    withMember(world);
    const plan = await world.clock.runUntil(world.cluster.planAllocate(ONE_CPU));
    expect(plan).toEqual({
      reuse: [{ instance: expect.objectContaining({ id: MEMBER }), available: LARGE, allocs: 1 }],
      launches: [],
      unserved: [],
      rejected: [],
      hourlyUsd: 0,
      boundUsd: 0,
      dataAsOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
  });

  it("names the type that would be launched, and launches nothing", async () => {
    const world = await clusterWorld();
    const { launches } = await world.clock.runUntil(world.cluster.planAllocate(ONE_CPU));
    expect({ launches, launched: world.ec2.launches }).toEqual({
      launches: [
        {
          instanceType: "c6a.large",
          zone: "us-west-2a",
          market: "on-demand",
          count: 1,
          allocs: 1,
          price: expect.objectContaining({ totalUsd: expect.closeTo(0.1313, 3) }),
          resources: expect.objectContaining({ cpu: 2 }),
          reason: "the cheapest of 9 offerings that fit",
        },
      ],
      launched: [],
    });
  });

  it("plans many together: what members have free, then the cheapest fleet for the rest", async () => {
    const world = await clusterWorld({ maxPendingInstances: 100 });
    withMember(world);
    const plan = await world.clock.runUntil(world.cluster.planAllocate(Array.from({ length: 10 }, () => ONE_CPU)));
    const fleet = plan.launches.map(({ instanceType, count, allocs }) => ({ instanceType, count, allocs }));
    expect({ reuse: plan.reuse.map(({ allocs }) => allocs), fleet, unserved: plan.unserved }).toEqual({
      reuse: [2],
      fleet: [{ instanceType: "c6a.2xlarge", count: 1, allocs: 8 }],
      unserved: [],
    });
  });

  it("says of each alloc that the limits leave out, why, with what is planned counted", async () => {
    const world = await clusterWorld({ maxInstances: 1, instanceTypes: ["c6a.large"] });
    const plan = await world.clock.runUntil(world.cluster.planAllocate([ONE_CPU, ONE_CPU, ONE_CPU]));
    expect(plan.unserved).toEqual([
      { alloc: 2, kind: "instance-limit", reason: "the cluster has 1 instance, and maxinstances is 1" },
    ]);
  });
});

describe("the time limit", () => {
  it.each([
    ["an allocate", "allocate"],
    ["a dry run", "planAllocate"],
  ] as const)("holds for %s while EC2 does not answer, and says so", async (_title, method) => {
    const world = await clusterWorld({}, { latencyMs: 3_600_000 });
    const work: Promise<unknown> = world.cluster[method]({ ...ONE_CPU, timeoutMs: 2_000 });
    const error: unknown = await world.clock.runUntil(work).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimedOutError);
    expect((error as Error).message).toBe("allocate timed out after 2 s, while looking at the members of the cluster");
  });
});

describe("allocate refuses", () => {
  const rows: readonly (readonly [
    string,
    () => Promise<ClusterWorld>,
    object,
    new (...args: never[]) => Error,
    RegExp,
  ])[] = [
    [
      "a need that no type can hold",
      () => clusterWorld(),
      { cpu: 500 },
      NeverFitsError,
      /can ever hold .*c6a\.2xlarge comes nearest/,
    ],
    ["a cluster that is full", () => clusterWorld({ maxInstances: 0 }), { cpu: 1 }, LimitError, /maxinstances is 0/],
    [
      "a launch beyond the hourly cost",
      () => clusterWorld({ maxHourlyUsd: 0.01 }),
      { cpu: 1 },
      LimitError,
      /maxhourlycostusd is 0\.01/,
    ],
    [
      "a cluster without any type",
      () => clusterWorld({ instanceTypes: ["x9.nope"] }),
      { cpu: 1 },
      ConfigError,
      /no instance type/,
    ],
  ];
  it.each(rows)("%s", async (_title, make, min, kind, message) => {
    const world = await make();
    const work = world.cluster.allocate({ requirements: { min: min as Record<string, number>, width: 0 } });
    const error: unknown = await world.clock.runUntil(work).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect(world.ec2.launches).toEqual([]);
  });

  it("a type that does not exist", async () => {
    const world = await clusterWorld();
    const work = world.cluster.allocate({ ...ONE_CPU, instanceType: "c99.huge" });
    await expect(world.clock.runUntil(work)).rejects.toThrow(UsageError);
  });

  it("to launch beside a member of another authority", async () => {
    const world = await clusterWorld();
    withMember(world);
    world.machines.request = async () => {
      throw new TrustError("other-authority", "presents a certificate of another authority");
    };
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TrustError);
    expect(world.ec2.launches).toEqual([]);
  });
});

describe("a launch that fails leaves nothing behind", () => {
  it("when EC2 refuses all that fits", async () => {
    const refusals = { "c6a.large": noCapacity, "c6a.2xlarge": noCapacity, "m6a.large": noCapacity };
    const world = await clusterWorld({}, { refusals });
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CapacityError);
    expect((error as Error).message).toMatch(/^all 9 offerings for .* refused: .*InsufficientInstanceCapacity/);
    expect(world.ec2.alive).toEqual([]);
  });

  it("when EC2 ends it after having accepted it, and says why", async () => {
    const reason = "Server.InsufficientInstanceCapacity: no capacity";
    const world = await clusterWorld({}, { failsAfterLaunch: reason });
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CapacityError);
    expect((error as Error).message).toMatch(/^all 9 offerings .* refused .*\(InsufficientInstanceCapacity\)/);
    expect(world.ec2.alive).toEqual([]);
  });

  const faults: readonly (readonly [
    NonNullable<FakeMachineBehaviour["fault"]>,
    new (...args: never[]) => Error,
    RegExp,
  ])[] = [
    [
      "bootstrap-silent",
      InstanceError,
      /waiting for the bootstrap .*connection refused.* longer than 6 min[^]*the end of its console:\n {2}\| kernel: up/,
    ],
    ["bootstrap-of-another-authority", TrustError, /another authority/],
    ["install-refused", InstanceError, /could not install the reflowlet: [^]*NoSuchKey/],
    ["reflowlet-silent", InstanceError, /waiting for the reflowlet/],
    ["untagged", InstanceError, /waiting for the reflowlet to tag its instance .*reflowlet:version/],
  ];
  it.each(faults)("when its machine has the fault %s", async (fault, kind, message) => {
    const world = await clusterWorld();
    world.machines.behaviour = { ...world.machines.behaviour, fault };
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect({ alive: world.ec2.alive, launches: world.ec2.launches.length }).toEqual({ alive: [], launches: 1 });
  });

  it("when its reflowlet is of another version, and names both", async () => {
    const world = await clusterWorld();
    world.machines.behaviour = { ...world.machines.behaviour, version: "v2" };
    const error: unknown = await world.clock
      .runUntil(world.cluster.allocate(ONE_CPU))
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(/of version v2, the configuration names v1/);
    expect(world.ec2.alive).toEqual([]);
  });

  it("when it comes up smaller than planned", async () => {
    const world = await clusterWorld();
    world.machines.behaviour = { ...world.machines.behaviour, resources: { ...LARGE, mem: GIB / 2 } };
    await expect(world.clock.runUntil(world.cluster.allocate(ONE_CPU))).rejects.toThrow(/does not hold/);
    expect(world.ec2.alive).toEqual([]);
  });
});

describe("a new member whose offer cannot be taken", () => {
  it("is ended, and what it said is told", async () => {
    const world = await clusterWorld();
    const { machines } = world;
    const request = machines.request.bind(machines);
    machines.request = async (asked) => {
      if (asked.method === "POST" && asked.path === "/v1/offers/1") {
        throw new TransportError("malformed", `${asked.host}:9000: what came is not HTTP`);
      }
      return request(asked);
    };
    const error: unknown = await world.clock.runUntil(world.cluster.allocate(ONE_CPU)).catch((e: unknown) => e);
    expect(error).toMatchObject({
      exitCode: 7,
      message:
        "i-00000000000000001 (c6a.large) did not give what it offered: i-00000000000000001.fake:9000: what came is not HTTP",
      hint: expect.stringMatching(/try again/),
    });
    expect(world.ec2.alive).toEqual([]);
  });
});

describe("allocate that is given up", () => {
  const phases: readonly LaunchPhase[] = ["launch", "running", "bootstrap", "install", "reflowlet", "tagged"];

  /** Gives up a little after the phase has begun. */
  const giveUpIn = async (world: ClusterWorld, phase: LaunchPhase): Promise<unknown> => {
    const controller = new AbortController();
    const work = world.cluster.allocate(ONE_CPU, { signal: controller.signal });
    const outcome = work.catch((thrown: unknown) => thrown);
    const begun = (): boolean => world.events.some((event) => event.kind === "phase-started" && event.phase === phase);
    while (!begun()) await world.clock.advance(5);
    await world.clock.advance(10);
    controller.abort(new InterruptedError("SIGINT", 2));
    return world.clock.runUntil(outcome);
  };

  it.each(phases)("by a signal in the phase %s leaves no instance", async (phase) => {
    const world = await clusterWorld();
    const error = await giveUpIn(world, phase);
    expect(error).toBeInstanceOf(InterruptedError);
    expect({ alive: world.ec2.alive, launches: world.ec2.launches.length }).toEqual({ alive: [], launches: 1 });
  });

  it("by a signal while it accepts gives the alloc back and leaves no instance", async () => {
    const world = await clusterWorld();
    const controller = new AbortController();
    const outcome = world.cluster.allocate(ONE_CPU, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    while (!world.machines.asked.some((call) => call.startsWith("POST") && call.endsWith("/v1/offers/1"))) {
      await world.clock.advance(5);
    }
    controller.abort(new InterruptedError("SIGINT", 2));
    expect(await world.clock.runUntil(outcome)).toBeInstanceOf(InterruptedError);
    expect(world.ec2.alive).toEqual([]);
  });

  it("by its time limit says what it was waiting for, and leaves no instance", async () => {
    const world = await clusterWorld();
    const work = world.cluster.allocate({ ...ONE_CPU, timeoutMs: 10_000 });
    const error: unknown = await world.clock.runUntil(work).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TimedOutError);
    expect((error as Error).message).toMatch(/timed out after 10 s, while waiting for the bootstrap \(.*refused\)/);
    expect(world.ec2.alive).toEqual([]);
  });

  it("before it starts asks nobody", async () => {
    const world = await clusterWorld();
    const signal = AbortSignal.abort(new InterruptedError("SIGINT", 2));
    await expect(world.cluster.allocate(ONE_CPU, { signal })).rejects.toThrow(InterruptedError);
    expect(world.ec2.calls).toEqual([]);
  });

  it.each([
    ["", () => undefined],
    [", although another alloc vanishes while it is asked", vanishingAlloc],
  ])("leaves a new member alone on which somebody else has a lease%s", async (_title, prepare) => {
    const world = await clusterWorld();
    prepare(world.machines);
    const controller = new AbortController();
    const outcome = world.cluster.allocate(ONE_CPU, { signal: controller.signal }).catch((thrown: unknown) => thrown);
    while (!world.machines.asked.some((call) => call.startsWith("POST") && call.endsWith("/v1/offers/1"))) {
      await world.clock.advance(5);
    }
    const [id = ""] = world.ec2.alive;
    world.machines.pool(id).accept({ want: { cpu: 1 }, owner: "bob", labels: undefined });
    controller.abort(new InterruptedError("SIGINT", 2));
    await world.clock.runUntil(outcome);
    expect(world.ec2.alive).toEqual([id]);
  });
});
