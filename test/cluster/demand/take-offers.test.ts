import { describe, expect, it } from "@jest/globals";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { InterruptedError } from "../../../src/errors.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";
import { ACCEPT, LARGE, whileAsked } from "../../support/fake-machines.js";

const GIB = 2 ** 30;
const ONE_CPU: AllocateRequest = { requirements: { min: { cpu: 1, mem: GIB }, width: 0 } };
const MEMBER = "i-0aaaaaaaaaaaaaaaa";

/** A cluster of one member, and of machines that come up quickly. */
const withMember = async (): Promise<ClusterWorld> => {
  const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
  world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
  world.machines.addReflowlet(MEMBER);
  return world;
};

/** Somebody else takes all that a member has. */
const takeAll = (world: ClusterWorld, id: string): void =>
  void world.machines.pool(id).accept({ want: LARGE, owner: "bob", labels: undefined });

describe("an allocate that is given up while an offer is taken for it", () => {
  it("ends at once, and nothing is launched for it, when somebody else was first", async () => {
    const world = await withMember();
    const controller = new AbortController();
    whileAsked(world.machines, ACCEPT, () => {
      takeAll(world, MEMBER);
      controller.abort(new InterruptedError("SIGINT", 2));
    });
    const outcome = world.cluster.allocate(ONE_CPU, { signal: controller.signal });
    await expect(world.clock.runUntil(outcome)).rejects.toThrow(InterruptedError);
    await world.clock.advance(60_000);
    expect({ launches: world.ec2.launches, sleeping: world.clock.sleeping }).toEqual({ launches: [], sleeping: 0 });
  });

  it("ends at once when the offer is of an instance that was launched for another", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"], maxInstances: 1 });
    // More than was planned: what waits for room finds some.
    world.machines.behaviour = { ...world.machines.behaviour, resources: { ...LARGE, cpu: 4 } };
    const controller = new AbortController();
    const first = world.cluster.allocate(ONE_CPU);
    await world.clock.advance(3_000);
    const second = world.cluster.allocate(
      { requirements: { min: { cpu: 1.5, mem: GIB }, width: 0 } },
      { signal: controller.signal },
    );
    const ended = second.catch(() => world.clock.monotonicMs());
    let served = 0;
    whileAsked(world.machines, ACCEPT, () => controller.abort(new InterruptedError("SIGINT", 2)));
    await world.clock.runUntil(first.then(() => (served = world.clock.monotonicMs())));
    const endedMs = await world.clock.runUntil(ended);
    expect(endedMs).toBeLessThan(served + 1_000);
  });
});

describe("an allocate whose launch fails while a member's offer is taken for it", () => {
  it("is served by the member", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
    world.machines.behaviour = { ...world.machines.behaviour, fault: "install-refused", bootstrapMs: 10_000 };
    const waiting = world.cluster.allocate(ONE_CPU);
    await world.clock.advance(5_000);
    world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
    world.machines.addReflowlet(MEMBER);
    // The accept takes until the launch has come to nothing.
    whileAsked(world.machines, ACCEPT, () => world.clock.sleep(9_000));
    const { instance } = await world.clock.runUntil(waiting);
    await world.clock.advance(60_000);
    expect({ id: instance.id, alive: world.ec2.alive, sleeping: world.clock.sleeping }).toEqual({
      id: MEMBER,
      alive: [MEMBER],
      sleeping: 0,
    });
  });
});
