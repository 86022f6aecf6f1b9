import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { USABLE_WITHIN_MS } from "../../src/cluster/launch/request.js";
import { seededRandom } from "../../src/lib/seeded-random.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import { clockAhead } from "./support/preload.js";
import { startLeapingSandbox, type LeapingSandbox } from "./support/leaping-sandbox.js";

const SLOW_MS = 240_000;
const KILLS = 50;
/** Commands at a time: more would only slow each other down. */
const LANES = 2;
/** A probe is over after so long at most, from its start to the ends of its instances. */
const LONGEST_MS = 3_500;
/** Past the deadline of everything that was launched. */
const AFTER_MS = USABLE_WITHIN_MS + 60_000;
/** Machines that power off have ended after so long. */
const END_MS = 20_000;

/** Quick enough for fifty, slow enough that each moment of a boot is met. */
const SCENARIO: Scenario = {
  times: {
    pending: "300ms",
    osBoot: "300ms",
    download: "20ms",
    format: "20ms",
    install: "200ms",
    reflowletStart: "200ms",
    shuttingDown: "300ms",
  },
  // Among those that are killed some wait for what never comes.
  bootFaults: [
    { phase: "bootstrap", kind: "hangs", type: "m6a.large" },
    { phase: "reflowlet", kind: "hangs", type: "r6a.large" },
  ],
};

const TYPES = ["c6a.large", "m6a.large", "r6a.large"];

interface Listed {
  readonly id: string;
  readonly problem: string;
}

describe("a probe that is killed by kill -9 at any moment, fifty times", () => {
  let world: LeapingSandbox;
  const random = seededRandom(6);
  const args = (cluster: string, ...command: readonly string[]): readonly string[] => [
    ...["--config", world.config, "--cluster", cluster, "--endpoint-url", world.sandbox.endpoint, ...command],
  ];
  /** The clusters of probes that left something. */
  const left = new Set<string>();
  let finished = 0;

  async function killOne(number: number): Promise<void> {
    const cluster = `k${number}`;
    const afterMs = 300 + random() * LONGEST_MS;
    const running = world.user.start(args(cluster, "probe", ...TYPES, "--yes", "--timeout", "3s"));
    await Promise.race([sleep(afterMs), running.ended]);
    if (running.child.exitCode !== null) finished += 1;
    running.child.kill("SIGKILL");
    await running.ended;
    // What EC2 had been asked for is there a little later.
    await sleep(200);
    const alive = (await world.alive(`${cluster}/probe`)).length;
    if (alive > 0) left.add(cluster);
  }

  /** What the first of them left, as its cluster's members and orphans, before its deadline. */
  let first: {
    readonly alive: readonly string[];
    readonly members: readonly Listed[];
    readonly orphans: readonly Listed[];
  };
  let leftAfterDeadline: number;

  async function list(cluster: string, ...options: readonly string[]): Promise<readonly Listed[]> {
    const command = args(cluster, "list", ...options);
    return (await world.user.json<{ readonly instances: readonly Listed[] }>(command)).instances;
  }

  /** Lets the deadline pass, and gives what is left when machines have had the time to end. */
  async function passDeadline(): Promise<number> {
    await world.clock.leap(AFTER_MS);
    let alive = (await world.alive()).length;
    for (const untilMs = performance.now() + END_MS; alive > 0 && performance.now() < untilMs;) {
      await sleep(200);
      alive = (await world.alive()).length;
    }
    return alive;
  }

  beforeAll(async () => {
    world = await startLeapingSandbox(SCENARIO);
    const queue = Array.from({ length: KILLS }, (_, at) => at);
    const lane = async (): Promise<void> => {
      for (let number = queue.shift(); number !== undefined; number = queue.shift()) await killOne(number);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const [cluster = ""] = left;
    first = {
      alive: (await world.alive(`${cluster}/probe`)).map(({ InstanceId = "" }) => InstanceId),
      members: await list(cluster),
      orphans: await list(cluster, "--orphans"),
    };
    leftAfterDeadline = await passDeadline();
  }, SLOW_MS);
  afterAll(() => world.stop(), SLOW_MS);

  it("has left instances of many of them, or the test would show nothing", () => {
    expect(left.size).toBeGreaterThanOrEqual(10);
    expect(finished).toBeLessThan(KILLS / 2);
  });

  it("leaves nothing that counts as a member, or that anybody could lease", () => {
    expect(first.members).toEqual([]);
  });

  it("shows with list --orphans what waits for its deadline, and by when it ends", () => {
    expect(first.alive).not.toEqual([]);
    expect(first.orphans.map(({ id }) => id).sort()).toEqual([...first.alive].sort());
    for (const { problem } of first.orphans) expect(problem).toMatch(/^is being probed; ends by 20\d\d-/);
  });

  it("leaves no instance once the deadline has passed, without any command", () => {
    expect(leftAfterDeadline).toBe(0);
  });
});

describe("a probe whose machine starts no unit, and so has no deadline of its own", () => {
  it(
    "is an orphan after its deadline, and ended by the next probe",
    async () => {
      const world = await startLeapingSandbox({ bootFaults: [{ phase: "os", kind: "hangs", first: 1 }] });
      try {
        const args = (...command: readonly string[]): readonly string[] => [
          ...["--config", world.config, "--endpoint-url", world.sandbox.endpoint, ...command],
        ];
        const running = world.user.start(args("probe", "c6a.large", "--yes", "-v"));
        await running.sees("launched c6a.large i-");
        running.child.kill("SIGKILL");
        await running.ended;
        await world.clock.leap(AFTER_MS);
        const before = await world.user.run(args("list", "--orphans", "-o", "json"), clockAhead(AFTER_MS));
        const next = await world.user.run(args("probe", "c6a.large", "--yes"), clockAhead(AFTER_MS));
        const listed = JSON.parse(before.stdout) as { readonly instances: readonly Listed[] };
        expect({
          before: listed.instances.map(({ problem }) => problem.replace(/until .*/, "until …")),
          code: next.code,
          told: next.stderr.match(/^terminating .*: it is an orphan$/gm)?.length,
          left: await world.alive(),
        }).toEqual({ before: ["a probe left it behind; it had until …"], code: 0, told: 1, left: [] });
      } finally {
        await world.stop();
      }
    },
    SLOW_MS,
  );
});
