import { describe, expect, it } from "@jest/globals";
import { findPlacements, type Placement } from "../../../src/cluster/launch/placements.js";
import type { LaunchSettings } from "../../../src/cluster/settings.js";
import { AccessError } from "../../../src/errors.js";
import { clusterWorld, SETTINGS, type ClusterWorld } from "../../support/cluster-world.js";

const signal = new AbortController().signal;

const worldWith = (launch: Partial<LaunchSettings>): Promise<ClusterWorld> =>
  clusterWorld({ launch: { ...SETTINGS.launch, ...launch } });

const placements = (world: ClusterWorld): Promise<readonly Placement[]> =>
  world.clock.runUntil(findPlacements(world.context, signal));

const failure = (world: ClusterWorld): Promise<unknown> => placements(world).catch((error: unknown) => error);

describe("where instances may be launched", () => {
  it("is every zone with a default subnet where the configuration says nothing, by name", async () => {
    expect(await placements(await worldWith({}))).toEqual([
      { zone: "us-west-2a", subnetId: undefined },
      { zone: "us-west-2b", subnetId: undefined },
      { zone: "us-west-2c", subnetId: undefined },
    ]);
  });

  it("is one subnet a zone where it names some: the one with the most free addresses", async () => {
    const world = await worldWith({ subnetIds: ["subnet-0000000a", "subnet-0000000b", "subnet-roomy"] });
    const [first] = world.ec2.subnets;
    world.ec2.subnets.push({ ...first!, id: "subnet-roomy", freeAddresses: 9_000 });
    expect(await placements(world)).toEqual([
      { zone: "us-west-2a", subnetId: "subnet-roomy" },
      { zone: "us-west-2b", subnetId: "subnet-0000000b" },
    ]);
  });

  it("keeps to the order of the configuration, but for subnets that are nearly full", async () => {
    const world = await worldWith({ subnetIds: ["subnet-0000000c", "subnet-0000000b", "subnet-0000000a"] });
    const [, b] = world.ec2.subnets;
    world.ec2.subnets.splice(1, 1, { ...b!, freeAddresses: 3 });
    const zones = (await placements(world)).map(({ zone }) => zone);
    expect(zones).toEqual(["us-west-2c", "us-west-2a", "us-west-2b"]);
  });

  it("is the configured zone alone, with or without subnets", async () => {
    const named = { subnetIds: ["subnet-0000000a", "subnet-0000000c"], zone: "us-west-2c" };
    expect([
      await placements(await worldWith({ zone: "us-west-2b" })),
      await placements(await worldWith(named)),
    ]).toEqual([[{ zone: "us-west-2b", subnetId: undefined }], [{ zone: "us-west-2c", subnetId: "subnet-0000000c" }]]);
  });

  it("is what the configuration has by itself when EC2 lets nobody look at subnets", async () => {
    const world = await worldWith({ subnetIds: ["subnet-0000000a", "subnet-0000000b"], zone: "us-west-2a" });
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble: () => new AccessError("DescribeSubnets: not allowed") };
    expect([await placements(world), world.events]).toEqual([
      [{ zone: "us-west-2a", subnetId: "subnet-0000000a" }],
      [
        {
          atMs: expect.any(Number),
          kind: "warning",
          message: "other zones cannot be tried: DescribeSubnets: not allowed",
        },
      ],
    ]);
  });

  it.each([
    [
      "no subnet in the configured zone",
      { subnetIds: ["subnet-0000000a"], zone: "us-west-2c" },
      "no subnet of the cluster is in us-west-2c: subnet-0000000a in us-west-2a",
    ],
    [
      "a subnet that is not there",
      { subnetIds: ["subnet-f00"] },
      "InvalidSubnetID.NotFound: there is no subnet subnet-f00",
    ],
  ])("is nowhere with %s", async (_what, launch, message) => {
    expect(await failure(await worldWith(launch))).toMatchObject({ exitCode: 2, message });
  });

  it("is nowhere in an account without a default VPC, unless subnets are named", async () => {
    const world = await worldWith({});
    world.ec2.subnets.length = 0;
    expect(await failure(world)).toMatchObject({
      exitCode: 2,
      message: "us-west-2 has no default VPC with subnets to launch in",
      hint: "name the subnets to launch in with `ec2cluster: subnets`",
    });
  });
});
