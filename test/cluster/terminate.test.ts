import { describe, expect, it } from "@jest/globals";
import { UsageError } from "../../src/errors.js";
import { throttled } from "../support/fake-ec2.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../support/cluster-world.js";

const A = "i-0aaaaaaaaaaaaaaaa";
const B = "i-0bbbbbbbbbbbbbbbb";

const twoMembers = async (): Promise<ClusterWorld> => {
  const world = await clusterWorld();
  for (const id of [A, B]) {
    world.ec2.add({ id, tags: MEMBER_TAGS });
    world.machines.addReflowlet(id);
  }
  return world;
};

const lease = (world: ClusterWorld, id: string): void => {
  world.machines.pool(id).accept({ want: { cpu: 1 }, owner: "bob", labels: undefined });
};

describe("terminate --orphans", () => {
  it("ends what never became usable in its time, and nothing that other tools launched", async () => {
    const world = await twoMembers();
    const { "reflowlet:version": _version, ...tags } = MEMBER_TAGS;
    const deadline = { "reflow-ec2:deadline": "2025-12-31T23:00:00Z" };
    world.ec2.add({ id: "i-0cccccccccccccccc", tags: { ...tags, ...deadline, "reflow-ec2:launch": "t" } });
    world.ec2.add({ id: "i-0dddddddddddddddd", tags: { ...tags, ...deadline } });
    const { members } = await world.clock.runUntil(world.cluster.list({ orphans: true }));
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "orphans" }));
    expect({
      listed: members.map(({ id, health }) => [id, health]),
      planned: plan.instances.map(({ id }) => id),
    }).toEqual({ listed: [["i-0cccccccccccccccc", "orphan"]], planned: ["i-0cccccccccccccccc"] });
  });
});

describe("what probes launched", () => {
  const probeTags = (deadline: string) => ({
    ...MEMBER_TAGS,
    cluster: "default/probe",
    "reflow-ec2:launch": "t",
    "reflow-ec2:probe": "true",
    "reflow-ec2:deadline": deadline,
  });
  const withProbes = async () => {
    const world = await twoMembers();
    world.ec2.add({ id: "i-0eeeeeeeeeeeeeeee", tags: probeTags("2025-12-31T23:00:00Z"), launchTimeMs: 0 });
    world.ec2.add({ id: "i-0ffffffffffffffff", tags: probeTags("2026-01-01T00:10:00Z"), launchTimeMs: 1 });
    return world;
  };

  it("is listed among the orphans with the time by which it ends, and ended as one when that is past", async () => {
    const world = await withProbes();
    const { members } = await world.clock.runUntil(world.cluster.list({ orphans: true }));
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "orphans" }));
    expect({
      listed: members.map(({ id, health, problem }) => [id, health, problem]),
      planned: plan.instances.map(({ id }) => id),
    }).toEqual({
      listed: [
        ["i-0eeeeeeeeeeeeeeee", "orphan", "a probe left it behind; it had until 2025-12-31T23:00:00.000Z"],
        ["i-0ffffffffffffffff", "probe", "is being probed; ends by 2026-01-01T00:10:00.000Z"],
      ],
      planned: ["i-0eeeeeeeeeeeeeeee"],
    });
  });

  it("is no member: --all leaves it, and only what was left behind is listed with the members", async () => {
    const world = await withProbes();
    const { members } = await world.clock.runUntil(world.cluster.list());
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
    expect(members.map(({ id }) => id)).toEqual(["i-0aaaaaaaaaaaaaaaa", "i-0bbbbbbbbbbbbbbbb", "i-0eeeeeeeeeeeeeeee"]);
    expect(plan.instances.map(({ id }) => id)).toEqual(["i-0aaaaaaaaaaaaaaaa", "i-0bbbbbbbbbbbbbbbb"]);
  });

  it("can be ended by its id, without force", async () => {
    const world = await withProbes();
    const ids = { kind: "ids", ids: ["i-0ffffffffffffffff"] } as const;
    const plan = await world.clock.runUntil(world.cluster.planTerminate(ids));
    expect(plan.instances.map(({ id }) => id)).toEqual(["i-0ffffffffffffffff"]);
  });
});

describe("planTerminate", () => {
  it("shows what would go, and ends nothing", async () => {
    const world = await twoMembers();
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "ids", ids: [A] }));
    expect(plan).toEqual({
      instances: [
        {
          id: A,
          type: "c6a.large",
          state: "running",
          zone: "us-west-2a",
          launchTimeMs: Date.UTC(2025, 11, 31, 23, 59),
          hourlyUsd: expect.closeTo(0.1313, 3),
          liveAllocs: 0,
        },
      ],
    });
    expect(world.ec2.alive).toEqual([A, B]);
  });

  it("refuses an instance with a live lease, unless forced", async () => {
    const world = await twoMembers();
    lease(world, A);
    const selection = { kind: "ids", ids: [A] } as const;
    await expect(world.clock.runUntil(world.cluster.planTerminate(selection))).rejects.toThrow(
      `not terminated: ${A} holds 1 live lease`,
    );
    const forced = await world.clock.runUntil(world.cluster.planTerminate(selection, { force: true }));
    expect(forced.instances.map(({ id, liveAllocs }) => ({ id, liveAllocs }))).toEqual([{ id: A, liveAllocs: 1 }]);
  });

  it("refuses a member that cannot say whether it is leased, unless forced", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: A, tags: MEMBER_TAGS });
    const selection = { kind: "all" } as const;
    await expect(world.clock.runUntil(world.cluster.planTerminate(selection))).rejects.toThrow(
      /cannot be asked for its leases/,
    );
    const forced = await world.clock.runUntil(world.cluster.planTerminate(selection, { force: true }));
    expect(forced.instances).toHaveLength(1);
  });

  it.each([
    ["an id that EC2 does not know", "i-0ddddddddddddddd0", /no such instance: i-0ddddddddddddddd0/],
    ["what is no instance id", "c6a.large", /not an instance id: c6a\.large/],
  ])("refuses %s", async (_title, id, message) => {
    const world = await twoMembers();
    const work = world.clock.runUntil(world.cluster.planTerminate({ kind: "ids", ids: [A, id] }));
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(message);
  });

  it("refuses instances of another cluster unless forced, and those that are not Reflow's always", async () => {
    const world = await clusterWorld();
    world.ec2.add({ id: A, tags: { ...MEMBER_TAGS, cluster: "other" } });
    world.ec2.add({ id: B, tags: { Name: "database" } });
    const plan = (id: string, force: boolean): Promise<unknown> =>
      world.clock.runUntil(world.cluster.planTerminate({ kind: "ids", ids: [id] }, { force }));
    await expect(plan(A, false)).rejects.toThrow(/not of cluster default .*cluster other/);
    await expect(plan(B, true)).rejects.toThrow(/not of cluster default/);
    world.machines.addReflowlet(A);
    await expect(plan(A, true)).resolves.toMatchObject({ instances: [{ id: A }] });
  });

  it("plans anew for what an earlier plan named: what ended is left out, what was leased meanwhile is refused", async () => {
    const world = await twoMembers();
    const { cluster, clock, ec2 } = world;
    const plan = await clock.runUntil(cluster.planTerminate({ kind: "all" }));
    await clock.runUntil(ec2.terminateInstances([A], new AbortController().signal));
    const planned = { kind: "planned", plan } as const;
    const again = await clock.runUntil(cluster.planTerminate(planned));
    expect(again.instances.map(({ id }) => id)).toEqual([B]);
    lease(world, B);
    await expect(clock.runUntil(cluster.planTerminate(planned))).rejects.toThrow(
      new UsageError(`not terminated: ${B} holds 1 live lease`),
    );
  });

  it("plans nothing for an empty cluster", async () => {
    const world = await clusterWorld();
    expect(await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }))).toEqual({ instances: [] });
  });
});

describe("terminate", () => {
  it("ends the planned instances and waits until EC2 says so", async () => {
    const world = await twoMembers();
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
    const results = await world.clock.runUntil(world.cluster.terminate(plan));
    expect(results).toEqual([
      { id: A, from: "running", to: "terminated" },
      { id: B, from: "running", to: "terminated" },
    ]);
    expect(world.ec2.instance(A).state).toBe("terminated");
  });

  it("uses one call for many", async () => {
    const world = await twoMembers();
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
    await world.clock.runUntil(world.cluster.terminate(plan));
    expect(world.ec2.calls.filter((call) => call.startsWith("TerminateInstances"))).toEqual([
      `TerminateInstances ${A} ${B}`,
    ]);
  });

  it("goes on waiting when EC2 is in trouble for a while", async () => {
    const world = await twoMembers();
    const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
    let looks = 0;
    const trouble = (call: string): Error | undefined =>
      call === "DescribeInstances" && (looks += 1) <= 4 ? throttled() : undefined;
    world.ec2.behaviour = { ...world.ec2.behaviour, trouble };
    const results = await world.clock.runUntil(world.cluster.terminate(plan));
    expect(results.map(({ to }) => to)).toEqual(["terminated", "terminated"]);
  });

  describe("that EC2 refuses for one of several", () => {
    const refused = (): Error => new UsageError(`TerminateInstances: OperationNotPermitted: ${B} is protected`);
    const protect = (world: ClusterWorld, ...ids: readonly string[]): void => {
      const trouble = (call: string): Error | undefined =>
        call.startsWith("TerminateInstances") && ids.some((id) => call.includes(id)) ? refused() : undefined;
      world.ec2.behaviour = { ...world.ec2.behaviour, trouble };
    };

    it("ends the others, and tells which one was left and why", async () => {
      const world = await twoMembers();
      const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
      protect(world, B);
      const results = await world.clock.runUntil(world.cluster.terminate(plan));
      expect(results).toEqual([
        { id: A, from: "running", to: "terminated" },
        { id: B, from: "running", to: "running" },
      ]);
      expect(world.events.flatMap((event) => (event.kind === "warning" ? [event.message] : []))).toEqual([
        `${B} was not ended: ${refused().message}`,
      ]);
    });

    it("fails when none can be ended", async () => {
      const world = await twoMembers();
      const plan = await world.clock.runUntil(world.cluster.planTerminate({ kind: "all" }));
      protect(world, A, B);
      await expect(world.clock.runUntil(world.cluster.terminate(plan))).rejects.toEqual(refused());
    });
  });
});
