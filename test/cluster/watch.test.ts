import { describe, expect, it } from "@jest/globals";
import type { ClusterContext } from "../../src/cluster/context.js";
import { ClusterWatch, type Look } from "../../src/cluster/watch.js";
import { InterruptedError } from "../../src/errors.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../support/cluster-world.js";
import { throttled } from "../support/fake-ec2.js";

const MEMBER = "i-0aaaaaaaaaaaaaaaa";
const never = new AbortController().signal;
const LATENCY_MS = 100;
const interrupt = (): InterruptedError => new InterruptedError("SIGINT", 2);

const watched = async (
  behaviour: Parameters<typeof clusterWorld>[1] = {},
): Promise<ClusterWorld & { readonly watch: ClusterWatch; readonly context: ClusterContext }> => {
  const world = await clusterWorld({}, behaviour);
  world.ec2.add({ id: MEMBER, tags: MEMBER_TAGS });
  return { ...world, watch: new ClusterWatch(world.context) };
};

const idsOf = ({ members }: Look): readonly string[] => members.map(({ instance }) => instance.id);

describe("looks at the cluster", () => {
  it("are one for all who wait, whoever waits least decides when, and none when nobody does", async () => {
    const { clock, ec2, watch } = await watched();
    const looks = await clock.runUntil(Promise.all([900, 5_000, 400].map((delayMs) => watch.look(delayMs, never))));
    expect(clock.monotonicMs()).toBe(500);
    await clock.advance(60_000);
    expect({ looks: new Set(looks).size, calls: ec2.calls, sleeping: clock.sleeping }).toEqual({
      looks: 1,
      calls: ["DescribeInstances"],
      sleeping: 0,
    });
  });

  it("tell of an expected instance that has ended, which the cluster shows no more", async () => {
    const { clock, ec2, watch } = await watched({ shuttingDownMs: 0 });
    watch.expect(MEMBER);
    await clock.runUntil(ec2.terminateInstances([MEMBER], never));
    const look = await clock.runUntil(watch.look(0, never));
    expect([idsOf(look), look.byId.get(MEMBER)?.instance.state]).toEqual([[], "terminated"]);

    watch.forget(MEMBER);
    expect((await clock.runUntil(watch.look(0, never))).byId).toEqual(new Map());
  });

  it("that EC2 refuses fail those who waited, and nobody after them", async () => {
    let times = 0;
    const { clock, watch } = await watched({ trouble: () => ((times += 1) === 1 ? throttled() : undefined) });
    const refused = clock.runUntil(Promise.allSettled([watch.look(50, never), watch.look(50, never)]));
    expect((await refused).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(idsOf(await clock.runUntil(watch.look(0, never)))).toEqual([MEMBER]);
  });
});

describe("who gives up", () => {
  it("before the question leaves no question and no timer", async () => {
    const { clock, ec2, watch } = await watched();
    await clock.runUntil(watch.look(0, never));
    const controller = new AbortController();
    const given = watch.look(5_000, controller.signal);
    await clock.advance(1_000);
    controller.abort(interrupt());
    await expect(given).rejects.toThrow(InterruptedError);
    await clock.advance(0);
    expect({ calls: ec2.calls.length, sleeping: clock.sleeping }).toEqual({ calls: 1, sleeping: 0 });
  });

  it("during the question ends it when nobody else waits, and who comes at that moment gets one of their own", async () => {
    const { clock, ec2, watch } = await watched({ latencyMs: 3_600_000 });
    const controller = new AbortController();
    const given = watch.look(0, controller.signal);
    await clock.advance(1_000);
    controller.abort(interrupt());
    ec2.behaviour = { ...ec2.behaviour, latencyMs: 100 };
    const next = watch.look(0, never);
    await expect(given).rejects.toThrow(InterruptedError);
    expect(idsOf(await clock.runUntil(next))).toEqual([MEMBER]);
    expect({ nowMs: clock.monotonicMs(), sleeping: clock.sleeping }).toEqual({ nowMs: 1_100, sleeping: 0 });
  });

  it("during the question leaves it to the others who wait for its answer", async () => {
    const { clock, ec2, watch } = await watched({ latencyMs: 500 });
    const controller = new AbortController();
    const given = watch.look(50, controller.signal);
    const other = watch.look(50, never);
    await clock.advance(100);
    controller.abort(interrupt());
    await expect(given).rejects.toThrow(InterruptedError);
    expect(idsOf(await clock.runUntil(other))).toEqual([MEMBER]);
    expect(ec2.calls).toEqual(["DescribeInstances"]);
  });
});

/** A watch on a cluster of so many members. */
async function watchOn(members: number): Promise<{
  readonly watch: ClusterWatch;
  readonly ec2: ClusterWorld["ec2"];
  readonly run: <T>(work: Promise<T>) => Promise<T>;
  readonly advance: (ms: number) => Promise<void>;
}> {
  const { context, ec2, clock } = await clusterWorld({}, { latencyMs: LATENCY_MS });
  for (let at = 0; at < members; at += 1) ec2.add({ id: `i-${String(at).padStart(17, "a")}`, tags: MEMBER_TAGS });
  return {
    watch: new ClusterWatch(context),
    ec2,
    run: (work) => clock.runUntil(work),
    advance: (ms) => clock.advance(ms),
  };
}

describe("a watch on a cluster", () => {
  it("gives those who only make sure what others have seen lately, and looks anew when that is too old", async () => {
    const { watch, run, advance } = await watchOn(1);
    const seen = await run(watch.look(0, never));
    await advance(3_000);
    expect(await run(watch.recent(5_000, never))).toBe(seen);
    await advance(3_000);
    expect((await run(watch.recent(5_000, never))).startedMs).toBe(6_000 + LATENCY_MS);
  });

  it.each([
    [1, 120],
    [10, 300],
    [200, 1_000],
  ])("for %i who wait looks again after %i ms at the earliest", async (waiters, spacingMs) => {
    const { watch, run } = await watchOn(1);
    const first = await run(watch.look(0, never));
    const [second] = await run(
      Promise.all(Array.from({ length: waiters }, () => watch.look(0, new AbortController().signal))),
    );
    expect(second!.startedMs - first.startedMs).toBe(spacingMs);
  });
});

describe("a look for one instance of many", () => {
  const id = (at: number): string => `i-${String(at).padStart(17, "a")}`;

  it("asks EC2 for that one alone, and shows the others as they were", async () => {
    const { watch, ec2, run } = await watchOn(8);
    const all = await run(watch.look(0, never));
    await run(ec2.terminateInstances([id(1), id(2)], never));
    const part = await run(watch.look(0, never, id(1)));
    const states = [1, 2].map((at) => part.byId.get(id(at))?.instance.state);
    expect({ states, members: part.members, startedMs: part.startedMs, size: part.byId.size }).toEqual({
      states: ["shutting-down", "running"],
      members: all.members,
      startedMs: all.startedMs,
      size: 8,
    });
  });

  it("shows no more of it what EC2 has forgotten", async () => {
    const { watch, ec2, run } = await watchOn(8);
    await run(watch.look(0, never));
    ec2.forget(id(1));
    expect((await run(watch.look(0, never, id(1)))).byId.has(id(1))).toBe(false);
  });

  it("is one at the whole cluster when somebody else wants that, or when they are for many of them", async () => {
    const { watch, run } = await watchOn(8);
    const first = await run(watch.look(0, never));
    const [withOther] = await run(Promise.all([watch.look(0, never, id(1)), watch.look(0, never)]));
    const [forMany] = await run(Promise.all([1, 2, 3].map((at) => watch.look(0, never, id(at)))));
    const starts = [first, withOther, forMany].map((look) => look!.startedMs);
    expect(new Set(starts).size).toBe(3);
  });
});
