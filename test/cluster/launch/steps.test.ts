import { describe, expect, it } from "@jest/globals";
import { AccessError, EndpointError } from "../../../src/errors.js";
import { TransportError, type PoolRequest } from "../../../src/pool/transport.js";
import { clusterWorld, type ClusterWorld } from "../../support/cluster-world.js";
import { throttled } from "../../support/fake-ec2.js";

const ONE_CPU = { requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 } };

/** Allocates; gives whether it was served by its first launch, or what it threw. */
async function outcome(world: ClusterWorld): Promise<unknown> {
  const done = world.cluster.allocate(ONE_CPU).then(
    ({ reused }) => ({ reused, launches: world.ec2.launches.length }),
    (thrown: unknown) => thrown,
  );
  return world.clock.runUntil(done);
}

const SERVED = { reused: false, launches: 1 };

/** Whether this is the `which`th call of the kind that `counts`. */
function atCalls(counts: (name: string) => boolean, ...which: readonly number[]): (name: string) => boolean {
  let calls = 0;
  return (name) => counts(name) && which.includes((calls += 1));
}

/** Lets `instead` answer what `applies` says, and the machines everything else. */
function answerInstead(
  world: ClusterWorld,
  applies: (call: string) => boolean,
  instead: (pass: () => Promise<unknown>) => Promise<never>,
): void {
  const { machines } = world;
  const request = machines.request.bind(machines);
  machines.request = async (asked: PoolRequest) =>
    applies(`${asked.method} ${asked.path}`) ? instead(() => request(asked)) : request(asked);
}

describe("a boot", () => {
  it.each([
    ["throttles", throttled],
    ["cannot be reached for a moment", () => new EndpointError("DescribeInstances: ECONNRESET")],
  ])("goes on when EC2 %s while the instance is waited for", async (_title, make) => {
    const world = await clusterWorld();
    // The first of them finds the members.
    const troubled = atCalls((name) => name === "DescribeInstances", 2, 3, 6, 7, 8, 9);
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: (name) => (troubled(name) ? make() : undefined) };
    expect(await outcome(world)).toEqual(SERVED);
  });

  it("ends when EC2 does not allow to look at the instance", async () => {
    const world = await clusterWorld();
    const denied = atCalls((name) => name === "DescribeInstances", 2);
    const make = (): Error => new AccessError("DescribeInstances: UnauthorizedOperation: no");
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: (name) => (denied(name) ? make() : undefined) };
    expect({ thrown: await outcome(world), alive: world.ec2.alive }).toEqual({ thrown: make(), alive: [] });
  });

  it("asks again for offers that did not come at once", async () => {
    const world = await clusterWorld();
    answerInstead(
      world,
      atCalls((call) => call === "GET /v1/offers", 1),
      async () => {
        throw new TransportError("reset", "the connection was dropped");
      },
    );
    expect(await outcome(world)).toEqual(SERVED);
  });

  it("takes a reflowlet that answers the next attempt to install for an installation that worked", async () => {
    const world = await clusterWorld();
    answerInstead(
      world,
      atCalls((call) => call === "POST /v1/execimage", 1),
      async (pass) => {
        await pass().catch(() => undefined);
        await world.clock.sleep(60_000);
        throw new TransportError("timeout", "no answer within 60 s");
      },
    );
    expect(await outcome(world)).toEqual(SERVED);
  });

  it("follows an instance whose public name comes after it runs", async () => {
    const world = await clusterWorld();
    const { ec2 } = world;
    const instance = ec2.instance.bind(ec2);
    ec2.instance = (id) => {
      const seen = instance(id);
      const sinceMs = world.clock.nowMs() - seen.launchTimeMs;
      return sinceMs < 15_000 ? { ...seen, publicDnsName: "" } : seen;
    };
    expect(await outcome(world)).toEqual(SERVED);
  });

  it.each(["bootstrap-silent", "reflowlet-silent", "untagged"] as const)(
    "that takes too long (%s) says what to do",
    async (fault) => {
      const world = await clusterWorld();
      world.machines.behaviour = { ...world.machines.behaviour, fault };
      expect(await outcome(world)).toMatchObject({ exitCode: 7, hint: expect.stringMatching(/\w{4}/) });
    },
  );
});
