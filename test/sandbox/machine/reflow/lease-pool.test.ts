import { describe, expect, it } from "@jest/globals";
import type { Resources } from "../../../../src/pool/resources.js";
import { LeasePool, type Alloc } from "../../../../src/sandbox/machine/reflow/lease-pool.js";
import { ReflowFault } from "../../../../src/sandbox/machine/reflow/reflow-error.js";
import { FakeClock } from "../../../support/fake-clock.js";

const TOTAL = { cpu: 4, mem: 8e9, disk: 1e12, intel_avx: 4 };
const MINUTE_NS = 60_000_000_000n;

function poolOf(generation: 2020 | 2023): { pool: LeasePool; clock: FakeClock; accept: (want: Resources) => Alloc } {
  const clock = new FakeClock();
  let count = 0;
  const pool = new LeasePool({
    clock,
    generation,
    total: TOTAL,
    randomBytes: (length) => Buffer.alloc(length, (count += 1)),
  });
  return { pool, clock, accept: (want) => pool.accept({ want, owner: "ann", labels: undefined }) };
}

/** The error that a call throws, as it would be sent. */
function faultOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error instanceof ReflowFault ? error.error : error;
  }
}

const EXPIRED = { op: "alloc", args: [], kind: "NotExist", cause: "offer expired" };

describe("a pool of leases", () => {
  it("offers what is not leased, under the one id there is", () => {
    const { pool, accept } = poolOf(2023);
    accept({ cpu: 1, mem: 1e9, disk: 1 });
    expect(pool.offers()).toEqual([{ id: "1", available: { cpu: 3, mem: 7e9, disk: 1e12 - 1, intel_avx: 4 } }]);
  });

  it.each(["cpu", "mem", "disk"])("offers nothing once %s is used up to the last bit", (key) => {
    const { pool, accept } = poolOf(2023);
    accept({ [key]: TOTAL[key as "cpu"] });
    expect(pool.offers()).toEqual([]);
  });

  it.each([
    { generation: 2020, initialMinutes: 1n, longestMinutes: 120n },
    { generation: 2023, initialMinutes: 2n, longestMinutes: 5n },
  ] as const)("grants leases by the rules of $generation", ({ generation, initialMinutes, longestMinutes }) => {
    const { pool, accept } = poolOf(generation);
    const alloc = accept({ cpu: 1 });
    expect(alloc.expiresNs - alloc.createdNs).toBe(initialMinutes * MINUTE_NS);
    expect(pool.keepalive(alloc, 600n * MINUTE_NS)).toBe(longestMinutes * MINUTE_NS);
    expect(alloc.expiresNs - (alloc.lastKeepaliveNs ?? 0n)).toBe(longestMinutes * MINUTE_NS);
  });

  it("never gives more than there is, expired leases included until they make room", async () => {
    const { pool, clock, accept } = poolOf(2023);
    const first = accept({ cpu: 3 });
    expect(faultOf(() => accept({ cpu: 2 }))).toEqual(EXPIRED);
    await clock.advance(2 * 60_000 + 1);
    expect(pool.offers()).toEqual([{ id: "1", available: TOTAL }]);
    accept({ cpu: 1 });
    // There was room beside the expired one, so it is still known.
    expect(pool.find(first.id).kind).toBe("live");
    accept({ cpu: 2 });
    expect(pool.find(first.id)).toEqual({ kind: "zombie", meta: first.meta });
    expect(faultOf(() => accept({ cpu: 2 }))).toEqual(EXPIRED);
  });

  it("collects the longest expired first, and no more than needed", async () => {
    const { pool, clock, accept } = poolOf(2023);
    const late = accept({ cpu: 2 });
    const early = accept({ cpu: 2 });
    pool.keepalive(late, MINUTE_NS);
    pool.keepalive(early, MINUTE_NS / 2n);
    await clock.advance(90_000);
    accept({ cpu: 2 });
    expect([late, early].map(({ id }) => pool.find(id).kind)).toEqual(["live", "zombie"]);
  });

  it("collects nobody for a want that would not fit all the same", async () => {
    const { pool, clock, accept } = poolOf(2023);
    const alloc = accept({ cpu: 1 });
    await clock.advance(3 * 60_000);
    expect(faultOf(() => accept({ cpu: 5 }))).toEqual(EXPIRED);
    expect(pool.find(alloc.id).kind).toBe("live");
  });

  it("revives an expired lease that nobody has collected", async () => {
    const { pool, clock, accept } = poolOf(2023);
    const alloc = accept({ cpu: 4, mem: 1 });
    await clock.advance(3 * 60_000);
    pool.keepalive(alloc, MINUTE_NS);
    expect(pool.offers()).toEqual([]);
  });

  it("knows a freed alloc as a zombie, and no other", () => {
    const { pool, accept } = poolOf(2023);
    const alloc = accept({ cpu: 1 });
    pool.free(alloc);
    expect(pool.find(alloc.id).kind).toBe("zombie");
    expect(pool.allocs).toEqual([]);
    expect(faultOf(() => pool.find("0000000000000000"))).toEqual({
      op: "alloc",
      args: ["0000000000000000"],
      kind: "NotExist",
    });
  });

  it("refuses a want of nothing since 2023", () => {
    expect(faultOf(() => poolOf(2023).accept({ cpu: 0 }))).toEqual({
      op: "ResourcePool.New",
      args: [],
      kind: "Precondition",
      cause: "illegal request for an empty resources: {}",
    });
    expect(poolOf(2020).accept({}).id).toBe("0101010101010101");
  });

  it("is idle when every lease has been over for long enough, and offers nothing from then on", async () => {
    const { pool, clock, accept } = poolOf(2023);
    const alloc = accept({ cpu: 1 });
    await clock.advance(2 * 60_000 + 5_000);
    expect(pool.stopIfIdle(10_000)).toBe(false);
    await clock.advance(5_000);
    expect(pool.stopIfIdle(10_000)).toBe(true);
    expect({ offers: pool.offers(), kind: pool.find(alloc.id).kind }).toEqual({ offers: [], kind: "zombie" });
  });

  it("counts leases by the clock that does not jump, and shows the other", () => {
    const { accept } = poolOf(2023);
    expect(accept({ cpu: 1 }).createdNs).toBe(BigInt(Date.UTC(2026, 0, 1)) * 1_000_000n);
  });
});
