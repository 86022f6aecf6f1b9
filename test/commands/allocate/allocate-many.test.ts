import { describe, expect, it } from "@jest/globals";
import { InterruptedError } from "../../../src/errors.js";
import { deferred } from "../../../src/lib/deferred.js";
import { FakeCluster } from "../../support/fake-cluster.js";
import { FakeWorld } from "../../support/fake-world.js";
import { ALLOCATION, NOW_MS } from "../../support/sample-results.js";
import { runningUntil } from "./running.js";

const { uri } = ALLOCATION.alloc;
const KEPT = { method: "hold", uris: [uri], free: false, until: "later" };
const FREED = { method: "hold", uris: [uri], free: true, until: "now" };

/** One of two allocs is there, the other one comes with `ready`. */
async function oneOfTwo(...flags: readonly string[]) {
  const { promise: ready, resolve: come } = deferred<void>();
  const cluster = new FakeCluster({ allocation: ALLOCATION, late: { nth: 2, ready } });
  const world = new FakeWorld(["allocate", "--count", "2", "-o", "json", ...flags], { cluster });
  const { ended } = await runningUntil(world, () => cluster.requests.length === 2);
  /** What it has asked since it asked for the allocs. */
  const asked = () => cluster.requests.slice(2);
  return { world, cluster, come, ended, asked };
}

describe("allocs that wait for others of their command", () => {
  it("are kept alive after fifteen seconds, and let go of when all are there", async () => {
    const { world, asked, come, ended } = await oneOfTwo();
    await world.clock.advance(14_999);
    expect(asked()).toEqual([]);
    await world.clock.advance(1);
    expect(asked()).toEqual([KEPT]);
    come();
    const { code, stdout } = await ended;
    const { allocs } = JSON.parse(stdout) as { allocs: readonly { alloc: { expires: string } }[] };
    const expires = allocs.map(({ alloc }) => Date.parse(alloc.expires) - NOW_MS);
    expect({ code, expires, asked: asked() }).toEqual({ code: 0, expires: [120_000, 300_000], asked: [KEPT] });
  });

  it("are not asked for anything when the others come at once", async () => {
    const { world, asked, come, ended } = await oneOfTwo();
    come();
    expect([(await ended).code, asked(), world.clock.sleeping]).toEqual([0, [], 0]);
  });

  it("are missing from the result when their lease is lost meanwhile", async () => {
    const { world, cluster, come, ended } = await oneOfTwo("-o", "name");
    await world.clock.advance(15_000);
    cluster.lose.get(uri)?.("zombie alloc");
    come();
    expect(await ended).toEqual({
      code: 9,
      stdout: `${uri}\n`,
      stderr:
        `error: 1 of 2 allocs were reserved: the lease of ${uri} was lost: zombie alloc\n` +
        "hint: What ran in the alloc is gone. Run the command again for another alloc.\n",
    });
  });

  it("are freed when the command is given up", async () => {
    const { world, asked, ended } = await oneOfTwo();
    await world.clock.advance(15_000);
    world.abort(new InterruptedError("SIGINT", 2));
    expect([(await ended).code, asked(), world.clock.sleeping]).toEqual([130, [KEPT, FREED], 0]);
  });

  it("are freed at the first failure when fewer are of no use, and the others are not waited for", async () => {
    const cluster = new FakeCluster({
      allocation: ALLOCATION,
      late: { nth: 2, ready: new Promise(() => undefined) },
      failsFrom: 2,
    });
    const world = new FakeWorld(["allocate", "--count", "3", "--hold"], { cluster });
    const { ended } = await runningUntil(world, () => cluster.requests.length > 3);
    expect({ ...(await ended), asked: cluster.requests.slice(3) }).toEqual({
      code: 4,
      stdout: "",
      stderr: "error: all offerings refused\nhint: try again later\n",
      asked: [FREED],
    });
  });
});
