import { describe, expect, it } from "@jest/globals";
import { InterruptedError, TrustError } from "../../../src/errors.js";
import type { LeaseOutcome } from "../../../src/cluster/lease/outcome.js";
import type { ClusterEvent } from "../../../src/cluster/events.js";
import { down, heldWorld, MEMBER, type HeldWorld } from "./held.js";

const START_MS = Date.UTC(2026, 0, 1);
const interrupted = new InterruptedError("SIGINT", 2);
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** What a holder told of its leases, without URIs. */
const told = ({ events }: HeldWorld): readonly object[] =>
  events.flatMap((event: ClusterEvent) => {
    if (!event.kind.startsWith("lease-")) return [];
    const { atMs, allocUri: _, ...rest } = event as ClusterEvent & { allocUri: string };
    return [{ atS: (atMs - START_MS) / SECOND_MS, ...rest }];
  });

const isHeld = ({ pool, alloc, clock }: HeldWorld): boolean =>
  pool.find(alloc.id).kind === "live" && alloc.expiresAtMs > clock.monotonicMs();

describe("a lease that is held", () => {
  it("is renewed at once, then half a minute before it ends, and the alloc is freed at the end", async () => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(200 * SECOND_MS);
    expect(world.asked()).toEqual(["POST ID/keepalive", "POST ID/keepalive", "POST ID/keepalive"]);
    world.end.abort(interrupted);
    expect(await holding).toEqual({
      kind: "ended",
      uri: world.uri,
      release: "freed",
      renewals: 3,
      failures: 0,
      history: [
        { atMs: START_MS, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 90_000, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 180_000, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 200_000, kind: "released", release: "freed" },
      ],
    });
    expect([world.asked(), world.pool.find(world.alloc.id).kind, world.clock.sleeping]).toEqual([
      ["DELETE ID"],
      "zombie",
      0,
    ]);
    expect(told(world)).toEqual([
      { atS: 0, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 0 },
      { atS: 90, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 0 },
      { atS: 180, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 0 },
      { atS: 200, kind: "lease-ended", release: "freed", problem: "", leftMs: 100_000 },
    ]);
  });

  it("runs on, and out, when the alloc is not to be freed at the end", async () => {
    const world = await heldWorld();
    const holding = world.hold(undefined, false);
    await world.clock.advance(100 * SECOND_MS);
    world.end.abort(interrupted);
    expect(await holding).toEqual({
      kind: "ended",
      uri: world.uri,
      release: "left",
      renewals: 2,
      failures: 0,
      history: [
        { atMs: START_MS, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 90_000, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 100_000, kind: "released", release: "left" },
      ],
    });
    expect([world.asked(), isHeld(world), world.clock.sleeping]).toEqual([
      ["POST ID/keepalive", "POST ID/keepalive"],
      true,
      0,
    ]);
    expect(told(world).at(-1)).toEqual({ atS: 90, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 0 });
  });

  it("is not even asked for when it is to end before it began", async () => {
    const world = await heldWorld();
    world.end.abort(interrupted);
    expect(await world.clock.runUntil(world.hold())).toMatchObject({ kind: "ended", release: "freed", renewals: 0 });
    expect(world.asked()).toEqual(["DELETE ID"]);
  });

  it("survives a reflowlet that is down for twenty seconds", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(85 * SECOND_MS);
    world.trouble = down;
    await world.clock.advance(20 * SECOND_MS);
    world.trouble = undefined;
    await world.clock.advance(10 * SECOND_MS);
    const problem = `${MEMBER}.fake: connection refused`;
    expect(told(world).slice(1)).toEqual([
      { atS: 90, kind: "lease-trouble", problem, failures: 1, leftMs: 30_000 },
      { atS: 92, kind: "lease-trouble", problem, failures: 2, leftMs: 28_000 },
      { atS: 95, kind: "lease-trouble", problem, failures: 3, leftMs: 25_000 },
      { atS: 99.5, kind: "lease-trouble", problem, failures: 4, leftMs: 20_500 },
      { atS: 106.25, kind: "lease-renewed", grantedMs: 120_000, afterFailures: 4 },
    ]);
    expect(isHeld(world)).toBe(true);
  });

  it.each([
    ["answers nonsense", () => ({ status: 200, contentType: "text/html", body: "<html>" })],
    ["is a bootstrap", () => ({ status: 404, contentType: "text/plain; charset=utf-8", body: "404 page not found\n" })],
    ["is fatally ill", () => ({ status: 500, contentType: "application/json", body: '{"Op":"x","Kind":"Fatal"}' })],
    [
      "is somebody else",
      () => {
        throw new TrustError("other-authority", "a login page");
      },
    ],
    [
      "makes our own code fail",
      () => {
        throw new TypeError("x is undefined");
      },
    ],
  ])("is not given up while who answers %s and the lease still runs", async (_title, trouble) => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(MINUTE_MS);
    world.trouble = trouble;
    await world.clock.advance(59 * SECOND_MS);
    world.trouble = undefined;
    await world.clock.advance(5 * SECOND_MS);
    expect(isHeld(world)).toBe(true);
    world.end.abort(interrupted);
    expect(await holding).toMatchObject({ kind: "ended", release: "freed" });
  });
});

describe("after a standstill", () => {
  it("of a minute of the process, the lease is renewed at once", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(50 * SECOND_MS);
    world.asked();
    world.clock.stall(MINUTE_MS);
    await world.clock.advance(0);
    expect([world.asked(), isHeld(world)]).toEqual([["POST ID/keepalive"], true]);
  });

  it("longer than the lease, it is revived if nobody needed the room, though the network comes back late", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(50 * SECOND_MS);
    world.clock.stall(60 * MINUTE_MS);
    world.trouble = down;
    expect(isHeld(world)).toBe(false);
    await world.clock.advance(25 * SECOND_MS);
    world.trouble = undefined;
    await world.clock.advance(10 * SECOND_MS);
    expect(isHeld(world)).toBe(true);
  });

  it("longer than the lease, it is lost if others needed the room", async () => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(50 * SECOND_MS);
    world.clock.stall(60 * MINUTE_MS);
    world.pool.accept({ want: { cpu: 2 }, owner: "bob <bob>", labels: {} });
    await world.clock.advance(0);
    expect(await holding).toEqual({
      kind: "lost",
      uri: world.uri,
      why: expect.stringMatching(/: keepalive [0-9a-f]{16} 2m0s: operation not supported: zombie alloc$/),
      renewals: 1,
      failures: 0,
      history: [
        { atMs: START_MS, kind: "renewed", grantedMs: 120_000 },
        { atMs: START_MS + 3_650_000, kind: "stood-still", ms: 3_602_000 },
        { atMs: START_MS + 3_650_000, kind: "lost", why: expect.stringContaining("zombie alloc") },
      ],
    });
  });

  it("of the machine, which only the wall clock shows, the lease is renewed within seconds", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(12 * SECOND_MS);
    world.asked();
    world.clock.stepWall(8 * 60 * MINUTE_MS);
    await world.clock.advance(5 * SECOND_MS);
    expect(world.asked()).toEqual(["POST ID/keepalive"]);
  });

  it("that was only a clock set back, everything goes on as it did", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(12 * SECOND_MS);
    world.asked();
    world.clock.stepWall(-8 * 60 * MINUTE_MS);
    await world.clock.advance(77 * SECOND_MS);
    expect(world.asked()).toEqual([]);
    await world.clock.advance(SECOND_MS);
    expect([world.asked(), isHeld(world)]).toEqual([["POST ID/keepalive"], true]);
  });
});

describe("a lease is lost", () => {
  it("at once when the alloc was freed, and is told loudly", async () => {
    const world = await heldWorld();
    const losses: string[] = [];
    const holding = world.hold(({ uri }) => losses.push(uri));
    await world.clock.advance(SECOND_MS);
    world.pool.free(world.alloc);
    await world.clock.advance(89 * SECOND_MS);
    expect(await holding).toMatchObject({ kind: "lost", why: expect.stringContaining("zombie alloc") });
    expect([losses, world.asked(), told(world).at(-1)]).toEqual([
      [world.uri],
      ["POST ID/keepalive", "POST ID/keepalive"],
      { atS: 90, kind: "lease-lost", why: expect.stringContaining("zombie alloc") },
    ]);
  });

  const unknown = {
    status: 404,
    contentType: "application/json",
    body: '{"Op":"alloc","Arg":["a"],"Kind":"NotExist"}',
  };

  it("when its reflowlet does not know it, and a second look agrees", async () => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(SECOND_MS);
    world.trouble = () => unknown;
    await world.clock.advance(91 * SECOND_MS);
    expect(await holding).toMatchObject({ kind: "lost", why: expect.stringContaining("resource does not exist") });
    expect(world.asked()).toEqual(["POST ID/keepalive", "POST ID/keepalive", "GET ID"]);
  });

  it("not when the second look finds it after all", async () => {
    const world = await heldWorld();
    void world.hold();
    await world.clock.advance(SECOND_MS);
    world.trouble = ({ method }) => (method === "POST" ? unknown : undefined);
    await world.clock.advance(92 * SECOND_MS);
    world.trouble = undefined;
    await world.clock.advance(5 * SECOND_MS);
    expect([world.asked().slice(1), isHeld(world)]).toEqual([
      ["POST ID/keepalive", "GET ID", "POST ID/keepalive"],
      true,
    ]);
  });

  it("when it ran out while nobody answered, but not before a last try", async () => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(SECOND_MS);
    world.trouble = down;
    await world.clock.advance(119 * SECOND_MS);
    expect(await holding).toMatchObject({
      kind: "lost",
      why: `it ran out, as no keepalive worked: ${MEMBER}.fake: connection refused`,
      failures: 7,
    });
    expect(told(world).slice(-2)).toMatchObject([
      { atS: 120, kind: "lease-trouble", leftMs: 0 },
      { atS: 120, kind: "lease-lost" },
    ]);
  });

  it("after the first minute with a reflowlet of 2020 that never answers", async () => {
    const world = await heldWorld({ generation: 2020 });
    world.trouble = down;
    const outcome = await world.clock.runUntil(world.hold());
    expect([outcome.kind, world.clock.monotonicMs()]).toEqual(["lost", MINUTE_MS]);
  });
});

describe("many leases", () => {
  it("are held side by side; one that is lost is told at once, and the others are held on", async () => {
    const world = await heldWorld();
    const other = world.pool.accept({ want: { mem: 2 ** 30 }, owner: "ann <ann>", labels: {} });
    const losses: string[] = [];
    const uris = [world.uri, `${MEMBER}.fake:9000/${other.id}`];
    const onLost = ({ uri }: LeaseOutcome): void => {
      losses.push(uri);
      throw new Error("who listens fails");
    };
    const holding = world.cluster.hold(uris, { signal: world.end.signal, onLost });
    await world.clock.advance(SECOND_MS);
    world.pool.free(world.alloc);
    await world.clock.advance(200 * SECOND_MS);
    expect([losses, other.expiresAtMs]).toEqual([[world.uri], 300_000]);
    world.end.abort(interrupted);
    expect((await holding).map(({ uri, kind }) => ({ uri, kind }))).toEqual([
      { uri: uris[0], kind: "lost" },
      { uri: uris[1], kind: "ended" },
    ]);
  });

  it("are refused before anything is done where one is no URI", async () => {
    const world = await heldWorld();
    await expect(world.cluster.hold([world.uri, "no uri"], { signal: world.end.signal })).rejects.toThrow(
      /not an alloc's URI/,
    );
    expect(world.asked()).toEqual([]);
  });
});

describe("the history of a lease", () => {
  it("keeps the latest two hundred moments, and counts all", async () => {
    const world = await heldWorld();
    const holding = world.hold();
    await world.clock.advance(300 * 90 * SECOND_MS);
    world.end.abort(interrupted);
    const { renewals, history } = await holding;
    expect([renewals, history.length, history.at(-1)?.kind]).toEqual([301, 200, "released"]);
  });
});
