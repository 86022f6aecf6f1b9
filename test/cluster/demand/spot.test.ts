import { describe, expect, it } from "@jest/globals";
import { classify } from "../../../src/cluster/refusals/classify.js";
import type { AllocateRequest, ClusterSettings, SpotSettings } from "../../../src/cluster/settings.js";
import { LimitError } from "../../../src/errors.js";
import { clusterWorld, MEMBER_TAGS, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";
import { noCapacity } from "../../support/fake-ec2.js";

const ONE_CPU: AllocateRequest = { requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } };
const MEMBER = "i-0aaaaaaaaaaaaaaaa";

const spotWorld = (spot: Partial<SpotSettings> = {}, changes: Partial<ClusterSettings> = {}): Promise<ClusterWorld> =>
  clusterWorld({ market: "spot", instanceTypes: ["c6a.large"], ...changes, spot: { ...SETTINGS.spot, ...spot } });

const allocate = (world: ClusterWorld, request = ONE_CPU): Promise<unknown> =>
  world.clock.runUntil(
    world.cluster.allocate(request).then(
      ({ instance }) => ({ market: instance.market, zone: instance.zone, type: instance.type }),
      (error: unknown) => error,
    ),
  );

/** Launches that EC2 was asked for by RunInstances, dry runs left out. */
const launchCalls = (world: ClusterWorld): readonly string[] =>
  world.ec2.calls.filter((call) => call.startsWith("RunInstances c"));

/** Lets EC2 refuse every spot launch, and the rest not. */
const refuseSpot = (world: ClusterWorld, refuse: () => Error): void => {
  const { ec2 } = world;
  const run = ec2.runInstances.bind(ec2);
  ec2.runInstances = async (request, signal) => {
    if (request.market !== "spot") return run(request, signal);
    ec2.calls.push(`RunInstances ${request.instanceType}`);
    throw refuse();
  };
};

describe("a spot launch", () => {
  it("goes where the price is lowest today", async () => {
    const world = await spotWorld();
    world.ec2.spot.behaviour = {
      ...world.ec2.spot.behaviour,
      prices: { "c6a.large": { "us-west-2a": 0.04, "us-west-2b": 0.03 } },
    };
    const result = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(result.instance).toMatchObject({
      type: "c6a.large",
      zone: "us-west-2b",
      market: "spot",
      hourlyUsd: expect.closeTo(0.03 + 0.0548, 3),
    });
  });

  it("goes where EC2 expects it to succeed, among zones of one price", async () => {
    const world = await spotWorld();
    const scores = { "us-west-2a": 2, "us-west-2b": 3, "us-west-2c": 9 };
    world.ec2.spot.behaviour = { ...world.ec2.spot.behaviour, scores };
    expect(await allocate(world)).toEqual({ market: "spot", zone: "us-west-2c", type: "c6a.large" });
  });

  it("carries the price cap of the configuration", async () => {
    const world = await spotWorld({ maxPrice: 0.05 });
    await allocate(world);
    expect(world.ec2.launches.map(({ market, maxSpotUsd }) => ({ market, maxSpotUsd }))).toEqual([
      { market: "spot", maxSpotUsd: 0.05 },
    ]);
  });

  it("goes elsewhere where a dry run finds no capacity, without having launched there", async () => {
    const world = await spotWorld({ probeDepth: 5 });
    const { ec2 } = world;
    ec2.spot.behaviour = {
      ...ec2.spot.behaviour,
      probe: ({ zone }) => (zone === "us-west-2a" ? "none" : "capacity"),
    };
    expect(await allocate(world)).toEqual({ market: "spot", zone: "us-west-2b", type: "c6a.large" });
    expect(ec2.launches.map(({ zone }) => zone)).toEqual(["us-west-2b"]);
  });

  it("by the legacy API leads to a member like any other", async () => {
    const world = await spotWorld({ api: "request" });
    expect(await allocate(world)).toMatchObject({ market: "spot", type: "c6a.large" });
    expect(launchCalls(world)).toEqual([]);
  });
});

describe("spot that EC2 refuses", () => {
  it("ends the allocate where nothing may stand in for it", async () => {
    const world = await spotWorld();
    refuseSpot(world, noCapacity);
    expect(await allocate(world)).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/^all 3 offerings .*spot/),
    });
  });

  it.each([
    ["capacity", noCapacity, 3],
    [
      "its quota",
      () => new LimitError("MaxSpotInstanceCountExceeded", { refusal: classify("MaxSpotInstanceCountExceeded") }),
      1,
    ],
  ])(
    "for want of %s is stood in for by on-demand instances where the configuration allows it",
    async (_why, refuse, tries) => {
      const world = await spotWorld({ fallback: true });
      refuseSpot(world, refuse);
      expect(await allocate(world)).toEqual({ market: "on-demand", zone: "us-west-2a", type: "c6a.large" });
      expect(launchCalls(world)).toHaveLength(tries + 1);
    },
  );

  it("is not stood in for when spot was asked for in so many words", async () => {
    const world = await spotWorld({ fallback: true });
    refuseSpot(world, noCapacity);
    expect(await allocate(world, { ...ONE_CPU, market: "spot" })).toMatchObject({ exitCode: 4 });
  });
});

describe("a limit of the hourly cost", () => {
  // Six members at 0.5 USD an hour by today's spot price, 0.55 with their volumes; on demand each would be 1.2 and more.
  const withMembers = async (): Promise<ClusterWorld> => {
    const world = await clusterWorld({
      market: "on-demand",
      maxHourlyUsd: 5,
      instanceTypes: ["c6a.large", "m6a.8xlarge"],
    });
    for (let at = 0; at < 6; at += 1) {
      const id = `i-0aaaaaaaaaaaaaaa${at}`;
      world.ec2.add({ id, tags: MEMBER_TAGS, market: "spot", type: "m6a.8xlarge" });
      world.machines.addReflowlet(id, { cpu: 0, mem: 0, disk: 0 });
    }
    world.ec2.spot.behaviour = {
      ...world.ec2.spot.behaviour,
      prices: { "m6a.8xlarge": { "us-west-2a": 0.5 } },
    };
    return world;
  };

  it("counts spot members at today's prices, whatever is to be launched", async () => {
    const world = await withMembers();
    const plan = await world.clock.runUntil(world.cluster.planAllocate(ONE_CPU));
    expect(plan.launches.map(({ instanceType, count }) => [instanceType, count])).toEqual([["c6a.large", 1]]);
    expect(await allocate(await withMembers())).toMatchObject({ type: "c6a.large", market: "on-demand" });
  });
});

describe("a member that EC2 takes back", () => {
  it("serves nobody any more, and another is launched", async () => {
    const world = await spotWorld();
    world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS, market: "spot" });
    world.machines.addReflowlet(MEMBER);
    world.ec2.spot.mark(MEMBER, "marked-for-termination");
    const { instance, reused } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({
      other: instance.id !== MEMBER,
      reused,
      told: world.events.filter(({ kind }) => kind === "member-unusable"),
    }).toEqual({
      other: true,
      reused: false,
      told: expect.arrayContaining([
        expect.objectContaining({ instanceId: MEMBER, problem: "EC2 takes it back (marked-for-termination)" }),
      ]),
    });
  });
});
