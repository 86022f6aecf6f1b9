import { describe, expect, it } from "@jest/globals";
import type { AllocateRequest, ClusterSettings } from "../../../src/cluster/settings.js";
import { AccessError, UsageError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";

const inZone = (zone: string): AllocateRequest => ({
  requirements: { min: { cpu: 1, mem: 2 ** 30 }, width: 0 },
  zone,
});

/** A cluster whose subnets EC2 does not let it look at. */
const hidden = (launch: Partial<ClusterSettings["launch"]> = {}): Promise<ClusterWorld> =>
  clusterWorld(
    { launch: { ...SETTINGS.launch, ...launch } },
    { trouble: (call) => (call === "DescribeSubnets" ? new AccessError("UnauthorizedOperation") : undefined) },
  );

const outcomeOf = (world: ClusterWorld, request: AllocateRequest): Promise<unknown> =>
  world.clock.runUntil(world.cluster.allocate(request).catch((error: unknown) => error));

describe("an allocate for one zone", () => {
  it.each(["us-west-2z", "eu-west-1a"])(
    "in which the cluster has no subnet (%s) launches nothing, and says where it could",
    async (zone) => {
      const world = await clusterWorld();
      const error = new UsageError(
        `instances of the cluster are launched in us-west-2a, us-west-2b, us-west-2c, and not in ${zone}`,
      );
      expect(await outcomeOf(world, inZone(zone))).toEqual(error);
      await expect(world.clock.runUntil(world.cluster.planAllocate(inZone(zone)))).rejects.toThrow(error);
      expect([world.ec2.launches, world.clock.sleeping]).toEqual([[], 0]);
    },
  );

  it("fails by itself: who waits with it for another zone is served", async () => {
    const world = await clusterWorld();
    const both = Promise.all([
      world.cluster.allocate(inZone("us-west-2z")).catch((error: unknown) => error),
      world.cluster.allocate(inZone("us-west-2b")),
    ]);
    expect(await world.clock.runUntil(both)).toEqual([
      expect.any(UsageError),
      expect.objectContaining({ instance: expect.objectContaining({ zone: "us-west-2b" }) }),
    ]);
  });

  it("names it to EC2 where EC2 does not let the subnets be looked at", async () => {
    const world = await hidden();
    expect(await outcomeOf(world, inZone("us-west-2c"))).toMatchObject({ instance: { zone: "us-west-2c" } });
    expect(world.ec2.launches.map(({ zone, subnetId }) => [zone, subnetId])).toEqual([["us-west-2c", undefined]]);
  });

  it("tells, where only the instance shows that the subnet is in another zone, just that", async () => {
    const world = await hidden({ subnetIds: ["subnet-0000000a"] });
    expect(await outcomeOf(world, inZone("us-west-2c"))).toMatchObject({
      exitCode: 7,
      message: expect.stringMatching(/^i-\w+ \(c6a\.large\) came up in us-west-2a, and us-west-2c was asked for$/),
    });
    expect({ launches: world.ec2.launches.length, alive: world.ec2.alive }).toEqual({ launches: 1, alive: [] });
  });
});
