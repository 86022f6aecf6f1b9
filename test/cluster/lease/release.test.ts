import { describe, expect, it } from "@jest/globals";
import { InterruptedError, TrustError } from "../../../src/errors.js";
import { TransportError } from "../../../src/pool/transport.js";
import type { LeaseOutcome } from "../../../src/cluster/lease/outcome.js";
import { down, heldWorld, type HeldWorld, type Trouble } from "./held.js";

/** Holds for a second, and ends while there is trouble. */
async function endIn(
  world: HeldWorld,
  trouble: Trouble | undefined,
): Promise<LeaseOutcome & { readonly tookMs: number }> {
  const holding = world.hold();
  await world.clock.advance(1_000);
  world.asked();
  world.trouble = trouble;
  const startMs = world.clock.monotonicMs();
  world.end.abort(new InterruptedError("SIGTERM", 15));
  const outcome = await world.clock.runUntil(holding);
  return { ...outcome, tookMs: world.clock.monotonicMs() - startMs };
}

describe("giving an alloc back", () => {
  it("is tried again while the reflowlet is down for a moment", async () => {
    const world = await heldWorld();
    let tries = 0;
    const outcome = await endIn(world, (request) => ((tries += 1) <= 3 ? down(request) : undefined));
    expect(outcome).toMatchObject({ kind: "ended", release: "freed", tookMs: 3_000 });
  });

  it("is done when the answer to the first try was lost", async () => {
    const world = await heldWorld();
    let lost = false;
    const outcome = await endIn(world, () => {
      if (lost) return undefined;
      lost = true;
      world.pool.free(world.alloc);
      throw new TransportError("reset", "the connection was dropped");
    });
    expect(outcome).toMatchObject({ kind: "ended", release: "freed", tookMs: 1_000 });
  });

  it("that is gone already is told, as it may have been missing for a while", async () => {
    const world = await heldWorld();
    const outcome = await endIn(world, ({ method }) => {
      if (method === "DELETE") world.pool.free(world.alloc);
      return undefined;
    });
    expect([outcome, world.events.at(-1)]).toMatchObject([
      { kind: "ended", release: "gone", tookMs: 0 },
      { kind: "lease-ended", release: "gone", problem: expect.stringContaining("zombie alloc") },
    ]);
  });

  it("ends the lease by a keepalive of zero where the alloc cannot be freed", async () => {
    const world = await heldWorld();
    const outcome = await endIn(world, (request) => (request.method === "DELETE" ? down(request) : undefined));
    expect(outcome).toMatchObject({ kind: "ended", release: "expired", tookMs: 10_000 });
    expect(world.asked().at(-1)).toBe("POST ID/keepalive");
    expect(world.alloc.expiresAtMs).toBe(world.clock.monotonicMs());
  });

  it("leaves the lease to run out where nobody answers, says so, and takes ten seconds", async () => {
    const world = await heldWorld();
    const outcome = await endIn(world, down);
    expect(outcome).toMatchObject({ kind: "ended", release: "left", tookMs: 10_000 });
    expect(world.events.at(-1)).toEqual({
      atMs: world.clock.nowMs(),
      kind: "lease-ended",
      allocUri: world.uri,
      release: "left",
      problem: expect.stringContaining("connection refused"),
      leftMs: 109_000,
    });
  });

  it("takes fifteen seconds at most where who should answer keeps silent", async () => {
    const world = await heldWorld();
    const outcome = await endIn(world, async ({ timeoutMs }) => {
      await world.clock.sleep(timeoutMs);
      throw new TransportError("timeout", "late");
    });
    expect(outcome).toMatchObject({ kind: "ended", release: "left", tookMs: 15_000 });
  });

  it("is not tried again with somebody who is not trusted", async () => {
    const world = await heldWorld();
    const outcome = await endIn(world, () => {
      throw new TrustError("other-authority", "not ours");
    });
    expect([outcome, world.asked()]).toMatchObject([{ kind: "ended", release: "left", tookMs: 0 }, ["DELETE ID"]]);
  });
});
