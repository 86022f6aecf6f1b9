import { describe, expect, it } from "@jest/globals";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { AccessError } from "../../../src/errors.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";
import { throttled } from "../../support/fake-ec2.js";

const GIB = 2 ** 30;
const ONE_CPU: AllocateRequest = { requirements: { min: { cpu: 1, mem: GIB }, width: 0 } };
const EIGHT_CPUS: AllocateRequest = { requirements: { min: { cpu: 8, mem: GIB }, width: 0 } };
const MEMBER = "i-0aaaaaaaaaaaaaaaa";
const ORPHAN = "i-0cccccccccccccccc";

const addOrphan = (world: ClusterWorld): void => {
  const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
  const launched = { "reflow-ec2:deadline": "2025-12-31T23:00:00Z", "reflow-ec2:launch": "t" };
  world.ec2.add({ id: ORPHAN, tags: { ...tags, ...launched } });
};

const addMember = (world: ClusterWorld): void => {
  world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
  world.machines.addReflowlet(MEMBER);
};

const namings = (world: ClusterWorld): number =>
  world.events.filter((event) => event.kind === "member-unusable" && event.instanceId === ORPHAN).length;

describe("an allocate that comes while a round is under way for another", () => {
  it("is served by the member that has room for it, and nothing is launched for it", async () => {
    const world = await clusterWorld();
    const resourcesOf = { "c6a.2xlarge": { cpu: 8, mem: 14 * GIB, disk: 290 * GIB } };
    world.machines.behaviour = { ...world.machines.behaviour, resourcesOf };
    addMember(world);
    const first = world.cluster.allocate(EIGHT_CPUS);
    // The members have been asked, and the launch is prepared.
    while (!world.ec2.calls.includes("DescribeSubnets")) await world.clock.advance(5);
    const second = world.cluster.allocate(ONE_CPU);
    const { instance, reused } = await world.clock.runUntil(second);
    await world.clock.runUntil(first);
    expect({ id: instance.id, reused, launched: world.ec2.launches.map(({ instanceType }) => instanceType) }).toEqual({
      id: MEMBER,
      reused: true,
      launched: ["c6a.2xlarge"],
    });
  });
});

describe("a round whose look EC2 refuses", () => {
  it("fails whoever waits for it, and leaves nothing under way", async () => {
    const world = await clusterWorld({}, { trouble: () => throttled() });
    const outcome = world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    await expect(outcome).rejects.toThrow(/RequestLimitExceeded/);
    await world.clock.advance(1_000);
    expect({ launches: world.ec2.launches, sleeping: world.clock.sleeping }).toEqual({ launches: [], sleeping: 0 });
  });

  it("does not hold for the next allocate", async () => {
    let times = 0;
    const trouble = (): Error | undefined => ((times += 1) === 1 ? throttled() : undefined);
    const world = await clusterWorld({}, { trouble });
    await world.clock.runUntil(world.cluster.allocate(ONE_CPU)).catch(() => undefined);
    expect((await world.clock.runUntil(world.cluster.allocate(ONE_CPU))).reused).toBe(false);
  });
});

describe("an orphan", () => {
  it("is named when a member serves, and left to whoever launches", async () => {
    const world = await clusterWorld();
    addMember(world);
    addOrphan(world);
    await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ named: namings(world), alive: world.ec2.alive }).toEqual({ named: 1, alive: [MEMBER, ORPHAN] });
  });

  it("is named once, however often the cluster is looked at", async () => {
    const world = await clusterWorld({ sweep: false });
    addOrphan(world);
    await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect(namings(world)).toBe(1);
  });

  it("that cannot be ended is told, and does not keep anybody from launching", async () => {
    const denied = (call: string): Error | undefined =>
      call.startsWith("TerminateInstances") ? new AccessError("OperationNotPermitted: it is protected") : undefined;
    const world = await clusterWorld({}, { trouble: denied });
    addOrphan(world);
    const { reused } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    const told = world.events.filter(({ kind }) => kind === "cleanup-failed");
    expect({ reused, told: told.map((event) => ({ ...event, atMs: 0 })) }).toEqual({
      reused: false,
      told: [
        { atMs: 0, kind: "cleanup-failed", instanceId: ORPHAN, problem: "OperationNotPermitted: it is protected" },
      ],
    });
  });
});
