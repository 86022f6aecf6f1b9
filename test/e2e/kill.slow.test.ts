import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { USABLE_WITHIN_MS } from "../../src/cluster/launch/request.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import { Ec2Gate, type Moment } from "./support/ec2-gate.js";
import { startLeapingSandbox, type LeapingSandbox } from "./support/leaping-sandbox.js";
import { clockAhead } from "./support/preload.js";

/** Some dozens of commands one after the other. */
const SLOW_MS = 240_000;
/** What is allocated while commands are killed, and on which the faults of the scenarios fall. */
const TYPE = "c6a.large";
/** What a lease that is renewed is on. */
const HELD_TYPE = "m6a.large";
/** Below the five minutes of a renewed lease, and four of them are beyond the deadline. */
const LEAP_MS = 4 * 60_000;
/** A command gives up an instance that hangs after so long; a busy machine gets through its calls before. */
const TIMEOUT = "10s";
/** Machines that power off have ended after so long. */
const END_MS = 10_000;

const QUICK: NonNullable<Scenario["times"]> = {
  spotRequest: "100ms",
  pending: "100ms",
  osBoot: "100ms",
  download: "20ms",
  format: "20ms",
  install: "50ms",
  reflowletStart: "50ms",
};

/** A command that was struck at one moment of one of its calls. */
interface Struck {
  readonly moment: Moment;
  readonly action: string;
  /** Its exit code; null when it was killed. */
  readonly code: number | null;
  /** How many instances of its cluster were alive right after its end. */
  readonly left: number;
}

interface Allocated {
  readonly alloc: { readonly uri: string };
  readonly instance: { readonly id: string };
}

/** A command line in a cluster of the sandbox. */
const args = (world: LeapingSandbox, cluster: string, ...command: readonly string[]): readonly string[] => [
  ...["--config", world.config, "--cluster", cluster, "--endpoint-url", world.sandbox.endpoint],
  ...command,
];

/** Allocates again and again, each in a cluster of its own, and strikes each at its next call, until one ends before. */
async function strikeAtEachCall(
  world: LeapingSandbox,
  market: Market,
  signal: "SIGKILL" | "SIGINT",
  moment: Moment,
): Promise<readonly Struck[]> {
  const all: Struck[] = [];
  for (let call = 1; ; call += 1) {
    const cluster = `${signal}-${moment}-${call}`.toLowerCase();
    const struck = await strike(world, cluster, market, signal, moment, call);
    if (struck === undefined) return all;
    all.push(struck);
  }
}

/** Undefined when the command ended before that call. */
async function strike(
  world: LeapingSandbox,
  cluster: string,
  market: Market,
  signal: "SIGKILL" | "SIGINT",
  moment: Moment,
  call: number,
): Promise<Struck | undefined> {
  const act = async (): Promise<boolean> => {
    running.child.kill(signal);
    if (signal === "SIGKILL") await running.ended;
    return signal !== "SIGKILL";
  };
  const gate = await Ec2Gate.open(world.sandbox.endpoint, { call, moment, act });
  const running = world.user.start([
    ...args(world, cluster, "--endpoint-url", gate.url, "--timeout", TIMEOUT),
    ...["allocate", "--cpu", "1", "--type", TYPE, `--${market}`],
  ]);
  try {
    const { code } = await running.ended;
    const left = (await world.alive(cluster)).length;
    return gate.struck === undefined ? undefined : { moment, action: gate.struck, code, left };
  } finally {
    gate.close();
  }
}

/** The moments at which something was left. */
const leftAt = (all: readonly Struck[]): ReadonlySet<string> =>
  new Set(all.filter(({ left }) => left > 0).map(({ moment, action }) => `${moment} ${action}`));

/** Lets the deadline pass, and more than the time after which an idle reflowlet ends, while one lease is renewed. */
async function passDeadline(world: LeapingSandbox, uri: string): Promise<void> {
  for (let passedMs = 0; passedMs <= USABLE_WITHIN_MS; passedMs += LEAP_MS) {
    await world.clock.leap(LEAP_MS);
    const renewed = await world.user.run(args(world, "held", "keepalive", uri));
    expect(renewed).toMatchObject({ code: 0 });
  }
}

/** The ids of what lives, as soon as that is only what is expected; machines need a moment to power off. */
async function untilOnly(world: LeapingSandbox, expected: readonly string[]): Promise<readonly string[]> {
  for (const untilMs = performance.now() + END_MS; ;) {
    const ids = idsOf(await world.alive());
    if (ids.every((id) => expected.includes(id)) || performance.now() > untilMs) return ids;
  }
}

const idsOf = (instances: Awaited<ReturnType<LeapingSandbox["alive"]>>): readonly string[] =>
  instances.map(({ InstanceId = "" }) => InstanceId);

type Market = "spot" | "on-demand";

interface Row {
  readonly boot: string;
  readonly scenario: Scenario;
  readonly market: Market;
  /** Calls that an allocate makes then, of those at which it was struck. */
  readonly calls: readonly string[];
  /** The one of them after which an instance of the cluster is there. */
  readonly launch: string;
}

const rows: readonly Row[] = [
  {
    boot: "works",
    scenario: { times: QUICK },
    market: "on-demand",
    calls: ["DescribeInstances", "DescribeSubnets", "RunInstances"],
    launch: "RunInstances",
  },
  {
    boot: "hangs",
    scenario: { times: QUICK, bootFaults: [{ phase: "bootstrap", kind: "hangs", type: TYPE }] },
    market: "on-demand",
    calls: ["DescribeInstances", "DescribeSubnets", "RunInstances", "TerminateInstances"],
    launch: "RunInstances",
  },
  {
    boot: "comes of a spot request and hangs",
    scenario: { times: QUICK, bootFaults: [{ phase: "bootstrap", kind: "hangs", type: TYPE }] },
    market: "spot",
    calls: ["RequestSpotInstances", "DescribeSpotInstanceRequests", "CreateTags", "TerminateInstances"],
    launch: "CreateTags",
  },
];

describe.each(rows)(
  "an allocate whose instance $boot, right before and right after each call",
  ({ scenario, market, calls, launch }) => {
    let world: LeapingSandbox;
    let held: Allocated;
    let killed: readonly Struck[];
    let interrupted: readonly Struck[];

    beforeAll(async () => {
      world = await startLeapingSandbox(scenario);
      appendFileSync(world.config, "  spotapi: request\n");
      held = await world.user.json<Allocated>(args(world, "held", "allocate", "--cpu", "1", "--type", HELD_TYPE));
      const runs = (["SIGKILL", "SIGINT"] as const).map(async (signal) => {
        const moments = (["before", "after"] as const).map((moment) => strikeAtEachCall(world, market, signal, moment));
        return (await Promise.all(moments)).flat();
      });
      [killed = [], interrupted = []] = await Promise.all(runs);
    }, SLOW_MS);
    afterAll(() => world.stop(), SLOW_MS);

    it(
      "by kill -9: after the deadline nothing is left but live leases",
      async () => {
        expect(killed.map(({ action }) => action)).toEqual(expect.arrayContaining([...calls]));
        // Else there would be nothing to end.
        expect([...leftAt(killed)]).toContain(`after ${launch}`);
        expect([...leftAt(killed)]).not.toContain("before RunInstances");
        await passDeadline(world, held.alloc.uri);
        expect(await untilOnly(world, [held.instance.id])).toEqual([held.instance.id]);
      },
      SLOW_MS,
    );

    it("by Ctrl-C: nothing is left when it has ended but the instance of an alloc that it printed", () => {
      expect(interrupted.map(({ action }) => action)).toEqual(expect.arrayContaining([...calls]));
      const expected = interrupted.map((struck) => ({ ...struck, left: struck.code === 0 ? 1 : 0 }));
      expect(interrupted).toEqual(expected);
    });
  },
);

describe("a machine that starts no unit, and so has no deadline of its own", () => {
  it(
    "is ended by the next allocate once the deadline in its tags has passed",
    async () => {
      const world = await startLeapingSandbox({ times: QUICK, bootFaults: [{ phase: "os", kind: "hangs", first: 1 }] });
      try {
        const command = args(world, "panic", "allocate", "--cpu", "1", "--type", TYPE);
        const lost = world.user.start(command);
        await lost.sees("waiting for the bootstrap");
        lost.child.kill("SIGKILL");
        await lost.ended;
        const orphans = idsOf(await world.alive());
        await world.clock.leap(USABLE_WITHIN_MS);
        expect(idsOf(await world.alive())).toEqual(orphans);

        const next = await world.user.run(command, clockAhead(USABLE_WITHIN_MS));
        const told = new RegExp(`^terminating ${orphans.join()}: it is an orphan$`, "m");
        expect(next).toEqual({ code: 0, stdout: expect.any(String), stderr: expect.stringMatching(told) });
        const alive = idsOf(await world.alive());
        expect([alive.length, alive.includes(orphans.join())]).toEqual([1, false]);
      } finally {
        await world.stop();
      }
    },
    SLOW_MS,
  );
});
