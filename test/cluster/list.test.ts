import { describe, expect, it } from "@jest/globals";
import { TrustError } from "../../src/errors.js";
import type { MemberView } from "../../src/cluster/results.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../support/cluster-world.js";
import { LARGE, vanishingAlloc } from "../support/fake-machines.js";

const GIB = 2 ** 30;
const { "reflowlet:version": _version, ...UNTAGGED } = MEMBER_TAGS;

const list = async (world: ClusterWorld): Promise<readonly MemberView[]> =>
  (await world.clock.runUntil(world.cluster.list())).members;

describe("list", () => {
  it("shows what each member offers and holds", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    world.machines.addReflowlet("i-1");
    world.machines.pool("i-1").accept({ want: { cpu: 1, mem: GIB }, owner: "bob <bob>", labels: undefined });
    expect(await list(world)).toEqual([
      {
        id: "i-1",
        type: "c6a.large",
        state: "running",
        health: "ready",
        problem: "",
        market: "on-demand",
        zone: "us-west-2a",
        launchTimeMs: Date.UTC(2025, 11, 31, 23, 59),
        publicDnsName: "i-1.fake",
        version: "v1",
        hourlyUsd: expect.closeTo(0.1313, 3),
        total: LARGE,
        available: { ...LARGE, cpu: 1, mem: (LARGE["mem"] ?? 0) - GIB },
        allocs: [
          {
            id: "0101010101010101",
            uri: "i-1.fake:9000/0101010101010101",
            owner: "bob <bob>",
            resources: { cpu: 1, mem: GIB },
            expiresMs: Date.UTC(2026, 0, 1, 0, 2),
            expired: false,
          },
        ],
      },
    ]);
  });

  it("marks an alloc whose lease has run out, and counts its resources as free", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    world.machines.addReflowlet("i-1");
    world.machines.pool("i-1").accept({ want: { cpu: 1 }, owner: "bob", labels: undefined });
    await world.clock.advance(3 * 60_000);
    const [member] = await list(world);
    expect({ expired: member?.allocs[0]?.expired, available: member?.available, total: member?.total }).toEqual({
      expired: true,
      available: LARGE,
      total: LARGE,
    });
  });

  it("leaves out an alloc that vanishes while its member is asked", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    world.machines.addReflowlet("i-1");
    world.machines.pool("i-1").accept({ want: { cpu: 1 }, owner: "bob", labels: undefined });
    vanishingAlloc(world.machines);
    const [member] = await list(world);
    expect({ health: member?.health, allocs: member?.allocs.map(({ id }) => id) }).toEqual({
      health: "ready",
      allocs: ["0101010101010101"],
    });
  });

  it("shows booting instances, orphans and those of other versions, and asks only those that can answer", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: { ...UNTAGGED, "reflow-ec2:deadline": "2026-01-01T00:10:00Z" } });
    world.ec2.add({ id: "i-2", tags: { ...UNTAGGED, "reflow-ec2:deadline": "2025-12-31T00:00:00Z" } });
    world.ec2.add({ id: "i-3", tags: { ...MEMBER_TAGS, "reflowlet:version": "v0" } });
    world.ec2.add({ id: "i-4", tags: { ...MEMBER_TAGS, cluster: "other" } });
    world.machines.addReflowlet("i-3");
    const members = await list(world);
    expect(members.map(({ id, health, problem }) => ({ id, health, problem }))).toEqual([
      { id: "i-1", health: "booting", problem: "has no reflowlet yet" },
      { id: "i-2", health: "orphan", problem: "never became usable; it had until 2025-12-31T00:00:00.000Z" },
      { id: "i-3", health: "other-version", problem: "runs Reflow v0, this cluster is of v1" },
    ]);
    expect(world.machines.asked.every((call) => call.includes("i-3.fake"))).toBe(true);
  });

  it("lists a member that does not answer, and says what is wrong with it", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    const { members, problems } = await world.clock.runUntil(world.cluster.list());
    expect(members.map(({ health, problem }) => ({ health, problem }))).toEqual([
      { health: "unreachable", problem: "i-1.fake: connection refused" },
    ]);
    expect(problems.map(({ message, exitCode }) => ({ message, exitCode }))).toEqual([
      { message: "i-1 (c6a.large): i-1.fake: connection refused", exitCode: 7 },
    ]);
  });

  it("tells a member of another authority from one that does not answer", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: "i-1", tags: MEMBER_TAGS });
    world.machines.request = async () => {
      throw new TrustError("other-authority", "i-1.fake presents a certificate of another authority");
    };
    const { members, problems } = await world.clock.runUntil(world.cluster.list());
    expect(members.map(({ health }) => health)).toEqual(["untrusted"]);
    expect(problems.map(({ exitCode }) => exitCode)).toEqual([8]);
  });

  it("makes one EC2 call, however many members there are", async () => {
    const world = await clusterWorld();
    for (let i = 100; i < 400; i += 1) {
      world.ec2.add({ id: `i-${i}`, tags: MEMBER_TAGS });
      world.machines.addReflowlet(`i-${i}`);
    }
    const members = await list(world);
    expect({ members: members.length, calls: world.ec2.calls }).toEqual({ members: 300, calls: ["DescribeInstances"] });
  });
});
