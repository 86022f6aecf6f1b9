import { describe, expect, it } from "@jest/globals";
import { RemoteError } from "../../src/pool/remote-error.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../support/cluster-world.js";
import { LARGE } from "../support/fake-machines.js";

const A = "i-0aaaaaaaaaaaaaaaa";
const B = "i-0bbbbbbbbbbbbbbbb";

/** Two members, of which B does not answer, and one alloc on A. */
const worldOfTwo = async (): Promise<ClusterWorld> => {
  const world = await clusterWorld();
  for (const id of [A, B]) world.ec2.add({ id, tags: MEMBER_TAGS });
  world.machines.addReflowlet(A);
  world.machines.pool(A).accept({ want: { cpu: 1 }, owner: "bob <bob>", labels: { k: "v" } });
  return world;
};

describe("a cluster", () => {
  it("gives the offers of the members that answer", async () => {
    const world = await worldOfTwo();
    expect(await world.clock.runUntil(world.cluster.offers())).toEqual([
      { instanceId: A, offer: { id: "1", available: { ...LARGE, cpu: 1 } } },
    ]);
  });

  it("gives the allocs on them", async () => {
    const world = await worldOfTwo();
    expect(await world.clock.runUntil(world.cluster.allocs())).toEqual([
      {
        id: "0101010101010101",
        uri: `${A}.fake:9000/0101010101010101`,
        owner: "bob <bob>",
        resources: { cpu: 1 },
        expiresMs: Date.UTC(2026, 0, 1, 0, 2),
        expired: false,
      },
    ]);
  });

  it("looks one alloc up by its URI", async () => {
    const world = await worldOfTwo();
    const alloc = await world.clock.runUntil(world.cluster.alloc(`${A}.fake:9000/0101010101010101`));
    expect(alloc).toMatchObject({
      id: "0101010101010101",
      meta: { owner: "bob <bob>", labels: { k: "v" } },
      zombie: false,
    });
  });

  it("tells an alloc that its reflowlet does not know from a URI of no member", async () => {
    const world = await worldOfTwo();
    await expect(world.clock.runUntil(world.cluster.alloc(`${A}.fake:9000/0123456789abcdef`))).rejects.toThrow(
      RemoteError,
    );
    await expect(world.clock.runUntil(world.cluster.alloc("elsewhere:9000/0123456789abcdef"))).rejects.toThrow(
      /names no member/,
    );
    await expect(world.cluster.alloc("no uri")).rejects.toThrow(/not an alloc's URI/);
  });

  it("tells the tags that it queries and sets", async () => {
    const { cluster } = await clusterWorld();
    expect({ query: cluster.queryTags(), set: cluster.instanceTags }).toEqual({
      query: MEMBER_TAGS,
      set: { Name: "ann (reflow)", cluster: "default", managedby: "reflow", user: "ann", team: "genomics" },
    });
  });
});
