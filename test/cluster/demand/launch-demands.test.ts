import { describe, expect, it } from "@jest/globals";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { InterruptedError } from "../../../src/errors.js";
import { clusterWorld, type ClusterWorld } from "../../support/cluster-world.js";

const GIB = 2 ** 30;
const cpus = (cpu: number): AllocateRequest => ({ requirements: { min: { cpu, mem: GIB }, width: 0 } });

/** Moves time on until EC2 has been asked so often where types are sold: a plan waits for the answer. */
async function untilPlanned(world: ClusterWorld, times: number): Promise<void> {
  const asked = (): number => world.ec2.calls.filter((call) => call === "DescribeInstanceTypeOfferings").length;
  while (asked() < times) await world.clock.advance(5);
}

describe("a launch that is given up while others are planned to share it", () => {
  it("does not take them with it", async () => {
    const world = await clusterWorld();
    const resourcesOf = { "c6a.2xlarge": { cpu: 8, mem: 14 * GIB, disk: 290 * GIB } };
    world.machines.behaviour = { ...world.machines.behaviour, resourcesOf };
    const controller = new AbortController();
    const first = world.cluster.allocate(cpus(1), { signal: controller.signal }).catch((error: unknown) => error);
    await world.clock.advance(3_000);
    // One that fits beside the first, and one that needs a type of which nothing is known yet.
    const others = [cpus(1), cpus(8)].map((request) => world.cluster.allocate(request));
    await untilPlanned(world, 2);
    controller.abort(new InterruptedError("SIGINT", 2));
    expect(await world.clock.runUntil(first)).toBeInstanceOf(InterruptedError);
    const served = await world.clock.runUntil(Promise.all(others));
    await world.clock.advance(60_000);
    expect({ alive: world.ec2.alive, sleeping: world.clock.sleeping }).toEqual({
      alive: [...new Set(served.map(({ instance }) => instance.id))].sort(),
      sleeping: 0,
    });
  });
});

describe("an allocate that is given up while it is planned for", () => {
  it("gets no launch, and the others of its plan get theirs", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
    const controller = new AbortController();
    const given = world.cluster.allocate(cpus(2), { signal: controller.signal }).catch((error: unknown) => error);
    const other = world.cluster.allocate(cpus(2));
    await untilPlanned(world, 1);
    controller.abort(new InterruptedError("SIGINT", 2));
    expect(await world.clock.runUntil(given)).toBeInstanceOf(InterruptedError);
    const { instance } = await world.clock.runUntil(other);
    expect({ counts: world.ec2.launches.map(({ count }) => count), alive: world.ec2.alive }).toEqual({
      counts: [1],
      alive: [instance.id],
    });
  });
});
