import { describe, expect, it } from "@jest/globals";
import type { AllocateRequest } from "../../../src/cluster/settings.js";
import { InterruptedError } from "../../../src/errors.js";
import { clusterWorld } from "../../support/cluster-world.js";
import { ACCEPT, LARGE, whileAsked } from "../../support/fake-machines.js";

const GIB = 2 ** 30;
const ONE_CPU: AllocateRequest = { requirements: { min: { cpu: 1, mem: GIB }, width: 0 } };

describe("a launched instance that is too small for whom it was launched", () => {
  it("is ended before the allocate ends that is given up meanwhile", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
    world.machines.behaviour = { ...world.machines.behaviour, resources: { ...LARGE, mem: GIB / 2 } };
    const controller = new AbortController();
    // Whether somebody else leases it is asked before it is ended.
    whileAsked(world.machines, "GET /v1/allocs", () => controller.abort(new InterruptedError("SIGINT", 2)));
    const outcome = world.cluster.allocate(ONE_CPU, { signal: controller.signal }).catch((error: unknown) => error);
    const [error, alive] = await world.clock.runUntil(outcome.then((thrown) => [thrown, world.ec2.alive] as const));
    expect(error).toBeInstanceOf(InterruptedError);
    expect(alive).toEqual([]);
  });
});

describe("a launched instance of which others take what it offers first", () => {
  it("stays theirs, and another is launched, however often that happens", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
    let thefts = 0;
    whileAsked(world.machines, "GET /v1/offers", (host) => {
      const pool = world.machines.pool(host.replace(".fake", ""));
      if (pool.allocs.length === 0 && (thefts += 1) <= 4) {
        pool.accept({ want: { ...LARGE, cpu: 1.5 }, owner: "bob", labels: undefined });
      }
    });
    const { instance } = await world.clock.runUntil(world.cluster.allocate(ONE_CPU));
    expect({ alive: world.ec2.alive.length, last: world.ec2.alive.at(-1) }).toEqual({ alive: 5, last: instance.id });
  });
});

describe("a launched instance for several, of which one gives up while others take what it offers", () => {
  it("costs nobody else the alloc: who still waits gets another", async () => {
    const world = await clusterWorld({ instanceTypes: ["c6a.large"] });
    const controller = new AbortController();
    let thefts = 0;
    whileAsked(world.machines, ACCEPT, (host) => {
      if ((thefts += 1) > 1) return;
      world.machines.pool(host.replace(".fake", "")).accept({ want: LARGE, owner: "bob", labels: undefined });
      controller.abort(new InterruptedError("SIGINT", 2));
    });
    const [first, second] = await world.clock.runUntil(
      Promise.allSettled([
        world.cluster.allocate(ONE_CPU, { signal: controller.signal }),
        world.cluster.allocate(ONE_CPU),
      ]),
    );
    expect([first, second]).toMatchObject([
      { status: "rejected", reason: expect.any(InterruptedError) },
      { status: "fulfilled", value: { reused: false } },
    ]);
    expect(world.ec2.alive).toHaveLength(2);
  });
});
