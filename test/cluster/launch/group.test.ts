import { describe, expect, it } from "@jest/globals";
import { Cluster } from "../../../src/cluster/cluster.js";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { EndpointError, InterruptedError } from "../../../src/errors.js";
import { clusterWorld, type ClusterWorld } from "../../support/cluster-world.js";
import { throttled } from "../../support/fake-ec2.js";

const GIB = 2 ** 30;
/** What fills a c6a.large. */
const TWO_CPUS: AllocateRequest = { requirements: { min: { cpu: 2, mem: GIB }, width: 0 } };

const oneType = (): Promise<ClusterWorld> => clusterWorld({ instanceTypes: ["c6a.large"], maxHourlyUsd: 100 });

/** Three allocates, one launch each; gives up the second when `begun` is true, and gives what comes of all. */
async function giveUpOne(world: ClusterWorld, cluster: Cluster, begun: () => boolean): Promise<readonly string[]> {
  const controller = new AbortController();
  const all = [undefined, controller.signal, undefined].map((signal) =>
    cluster.allocate(TWO_CPUS, { signal }).then(
      () => "served",
      (error: Error) => error.constructor.name,
    ),
  );
  while (!begun()) await world.clock.advance(5);
  controller.abort(new InterruptedError("SIGINT", 2));
  const outcomes = await world.clock.runUntil(Promise.all(all));
  await world.clock.advance(60_000);
  return outcomes;
}

describe("one of three that are launched together", () => {
  it("is not launched when it is given up before the call", async () => {
    const world = await oneType();
    const { userData } = world.context;
    let preparing = false;
    const cluster = new Cluster({
      ...world.context,
      userData: async (request) => {
        preparing = true;
        await world.clock.sleep(500);
        return userData(request);
      },
    });
    const outcomes = await giveUpOne(world, cluster, () => preparing);
    expect({ outcomes, counts: world.ec2.launches.map(({ count }) => count), alive: world.ec2.alive.length }).toEqual({
      outcomes: ["served", "InterruptedError", "served"],
      counts: [2],
      alive: 2,
    });
  });

  it("is ended when it is given up while EC2 launches, and the others stay", async () => {
    const world = await oneType();
    const outcomes = await giveUpOne(world, world.cluster, () => world.ec2.calls.includes("RunInstances c6a.large"));
    expect({
      outcomes,
      counts: world.ec2.launches.map(({ count }) => count),
      alive: world.ec2.alive.length,
      sleeping: world.clock.sleeping,
    }).toEqual({ outcomes: ["served", "InterruptedError", "served"], counts: [3], alive: 2, sleeping: 0 });
  });
});

describe("a launch whose answer was lost", () => {
  it("is looked for also when EC2 has no time for the second try", async () => {
    const world = await oneType();
    let calls = 0;
    world.ec2.behaviour = {
      ...world.ec2.behaviour,
      lostAnswer: () => new EndpointError("RunInstances: ECONNRESET"),
      trouble: (call) => (call.startsWith("RunInstances") && (calls += 1) === 2 ? throttled() : undefined),
    };
    await expect(world.clock.runUntil(world.cluster.allocate(TWO_CPUS))).rejects.toThrow(/RequestLimitExceeded/);
    expect({ launches: world.ec2.launches.length, alive: world.ec2.alive }).toEqual({ launches: 1, alive: [] });
  });
});
