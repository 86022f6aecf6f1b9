import { describe, expect, it } from "@jest/globals";
import { findMembers } from "../../../src/cluster/members.js";
import { reclaimNotices } from "../../../src/cluster/spot/reclaims.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";
import { notAllowed } from "../../support/fake-ec2.js";

const signal = new AbortController().signal;

async function notices(world: ClusterWorld): Promise<unknown> {
  const members = await world.clock.runUntil(findMembers(world.context, "visible", signal));
  return [...(await world.clock.runUntil(reclaimNotices(world.context, members, signal)))];
}

const spotMember = (world: ClusterWorld, id: string): void => world.ec2.add({ id, market: "spot", tags: MEMBER_TAGS });

describe("notices of EC2's", () => {
  it("are of members that it takes back, or has, and not of those that somebody ended", async () => {
    const world = await clusterWorld();
    for (const id of ["i-1", "i-2", "i-3", "i-4"]) spotMember(world, id);
    world.ec2.spot.mark("i-1", "marked-for-termination");
    world.ec2.spot.mark("i-2", "instance-terminated-no-capacity");
    world.ec2.spot.mark("i-3", "instance-terminated-by-user");
    expect(await notices(world)).toEqual([
      ["i-1", { status: "marked-for-termination", noticedMs: Date.UTC(2026, 0, 1) }],
      ["i-2", { status: "instance-terminated-no-capacity", noticedMs: Date.UTC(2026, 0, 1) }],
    ]);
    expect(world.ec2.calls.filter((call) => call === "DescribeSpotInstanceRequests")).toHaveLength(1);
  });

  it("are not asked for where no member is a spot instance", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    expect([await notices(world), world.ec2.calls]).toEqual([[], ["DescribeInstances"]]);
  });

  it("are not known where EC2 does not let us look, which is told", async () => {
    const trouble = (call: string): Error | undefined =>
      call === "DescribeSpotInstanceRequests" ? notAllowed() : undefined;
    const world = await clusterWorld({}, { trouble });
    spotMember(world, "i-1");
    expect(await notices(world)).toEqual([]);
    expect(world.events).toMatchObject([
      { kind: "warning", message: expect.stringContaining("UnauthorizedOperation") },
    ]);
  });

  it("show in a listing", async () => {
    const world = await clusterWorld();
    spotMember(world, "i-1");
    spotMember(world, "i-2");
    world.machines.addReflowlet("i-1");
    world.machines.addReflowlet("i-2");
    world.ec2.spot.mark("i-2", "marked-for-termination");
    const { members } = await world.clock.runUntil(world.cluster.list());
    expect(members.map(({ id, health, reclaim }) => [id, health, reclaim?.status])).toEqual([
      ["i-1", "ready", undefined],
      ["i-2", "ready", "marked-for-termination"],
    ]);
  });
});
