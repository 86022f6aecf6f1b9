import { describe, expect, it } from "@jest/globals";
import { LeaseLostError, UsageError } from "../../../src/errors.js";
import { TransportError } from "../../../src/pool/transport.js";
import { down, heldWorld, MEMBER, type HeldWorld } from "./held.js";

const GONE = `${MEMBER}.fake:9000/0123456789abcdef`;
const ELSEWHERE = "elsewhere:9000/0123456789abcdef";

const failure = ({ clock }: HeldWorld, work: Promise<unknown>): Promise<unknown> =>
  clock.runUntil(work).catch((thrown: unknown) => thrown);

describe("by its URI, an alloc", () => {
  it("is freed", async () => {
    const world = await heldWorld();
    await world.clock.runUntil(world.cluster.free(world.uri));
    expect([world.pool.find(world.alloc.id).kind, world.ec2.calls]).toEqual(["zombie", ["DescribeInstances"]]);
  });

  it("is kept alive for as long as its reflowlet grants", async () => {
    const world = await heldWorld();
    for (const [askedMs, grantedMs] of [
      [90_000, 90_000],
      [3_600_000, 300_000],
    ] as const) {
      const lease = await world.clock.runUntil(world.cluster.keepalive(world.uri, askedMs));
      expect(lease).toEqual({ grantedMs, expiresMs: world.clock.nowMs() + grantedMs });
      expect(world.alloc.expiresAtMs).toBe(world.clock.monotonicMs() + grantedMs);
    }
  });

  it("that was freed before has lost its lease, and so has one that nobody knows", async () => {
    const world = await heldWorld();
    world.pool.free(world.alloc);
    for (const work of [world.cluster.free(world.uri), world.cluster.keepalive(world.uri, 1_000)]) {
      expect(await failure(world, work)).toMatchObject({
        exitCode: 10,
        message: expect.stringMatching(/zombie alloc$/),
      });
    }
    expect(await failure(world, world.cluster.free(GONE))).toEqual(
      new LeaseLostError(`${MEMBER}.fake:9000: alloc 0123456789abcdef: resource does not exist`),
    );
  });

  it("whose reflowlet does not answer may still be there", async () => {
    const world = await heldWorld();
    world.trouble = down;
    expect(await failure(world, world.cluster.free(world.uri))).toBeInstanceOf(TransportError);
  });
});

describe("several allocs", () => {
  it("are freed each whatever becomes of the others, once each, with one look at EC2", async () => {
    const world = await heldWorld();
    const results = await world.clock.runUntil(world.cluster.freeAll([GONE, world.uri, world.uri]));
    expect(results).toEqual([
      { uri: GONE, kind: "failed", error: expect.any(LeaseLostError) },
      { uri: world.uri, kind: "done", value: undefined },
    ]);
    expect(world.ec2.calls).toEqual(["DescribeInstances"]);
  });

  it("are left alone where one is on no member, or no URI", async () => {
    const world = await heldWorld();
    expect(await failure(world, world.cluster.freeAll([world.uri, ELSEWHERE]))).toEqual(
      new UsageError(`${ELSEWHERE} names no member of the cluster`),
    );
    expect(await failure(world, world.cluster.keepaliveAll([world.uri, "x"], 1_000))).toBeInstanceOf(UsageError);
    expect([world.asked(), world.pool.find(world.alloc.id).kind]).toEqual([[], "live"]);
  });

  it("are not asked for a lease of a length that cannot be", async () => {
    const world = await heldWorld();
    expect(await failure(world, world.cluster.keepaliveAll([world.uri], Number.NaN))).toBeInstanceOf(UsageError);
  });
});
