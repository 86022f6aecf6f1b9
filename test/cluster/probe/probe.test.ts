import { describe, expect, it } from "@jest/globals";
import type { ProbeResult } from "../../../src/cluster/probe/probe.js";
import type { ProbeProgress, ProbeRequest } from "../../../src/cluster/probe/request.js";
import { AccessError, CapacityError, ConfigError, InterruptedError } from "../../../src/errors.js";
import { classify } from "../../../src/cluster/refusals/classify.js";
import { clusterWorld, MEMBER_TAGS, type ClusterWorld } from "../../support/cluster-world.js";
import { notAllowed } from "../../support/fake-ec2.js";

const MINUTE_MS = 60_000;

const ONE: ProbeRequest = {
  types: ["c6a.large"],
  samples: 1,
  concurrency: 10,
  market: "on-demand",
  timeoutMs: 15 * MINUTE_MS,
};

/** Runs a probe to its end. */
function probed(world: ClusterWorld, request: Partial<ProbeRequest> = {}): Promise<ProbeResult> {
  return world.clock.runUntil(world.cluster.probe({ ...ONE, ...request }));
}

const outcomes = ({ report }: ProbeResult): readonly string[] =>
  report.samples.map(({ type, sample, outcome }) => `${type} ${sample} ${outcome}`);

describe("a probe", () => {
  it("tells when each milestone was reached, what was offered, what it cost, and that its instance has ended", async () => {
    const world = await clusterWorld();
    const { report, fatal } = await probed(world);
    expect(fatal).toBeUndefined();
    expect(report).toEqual({
      startedMs: Date.UTC(2026, 0, 1),
      endedMs: expect.any(Number),
      region: "us-west-2",
      cluster: "default",
      generation: 2023,
      reflowVersion: "v1",
      market: "on-demand",
      resolution: { machine: 0.25, ec2: 1 },
      samples: [
        {
          type: "c6a.large",
          sample: 1,
          outcome: "verified",
          market: "on-demand",
          zone: "us-west-2a",
          instanceId: "i-00000000000000001",
          imageId: "ami-0c3488073a14ab0af",
          startedMs: Date.UTC(2026, 0, 1) + 300,
          reached: expect.any(Object),
          offered: { cpu: 2, mem: 3.5 * 2 ** 30, disk: 290 * 2 ** 30 },
          hourlyUsd: expect.closeTo(0.1313, 4),
          priceBasis: "on-demand",
          costUsd: expect.closeTo((0.1313 * 60) / 3600, 5),
          refusals: [],
          problem: "",
          hint: undefined,
          waitingFor: undefined,
          console: "",
          ends: [{ instanceId: "i-00000000000000001", state: "terminated", seen: true, problem: "" }],
          error: undefined,
        },
      ],
      types: [
        {
          type: "c6a.large",
          vcpu: 2,
          memoryBytes: 4 * 2 ** 30,
          hourlyUsd: expect.closeTo(0.1313, 4),
          priceBasis: "on-demand",
          samples: 1,
          outcomes: { verified: 1, unavailable: 0, failed: 0, "timed-out": 0, interrupted: 0 },
          reached: expect.any(Object),
          steps: expect.any(Object),
          offered: { cpu: 2, mem: 3.5 * 2 ** 30, disk: 290 * 2 ** 30 },
          memoryRatio: 0.875,
        },
      ],
      skipped: [],
      gates: [],
      costUsd: expect.any(Number),
    });
    expect(world.ec2.alive).toEqual([]);
  });

  it("counts the seconds from the RunInstances call, late by one look at most", async () => {
    const world = await clusterWorld();
    const { report } = await probed(world);
    const { reached } = report.samples[0] ?? {};
    // 5 s pending, a bootstrap after 20 s, an installation of 5 s; each answer takes 20 or 100 ms.
    expect(Object.keys(reached ?? {})).toEqual([
      "accepted",
      "running",
      "address",
      "bootstrap",
      "installed",
      "reflowlet",
      "tagged",
      "offer",
    ]);
    expect(reached?.accepted).toBeCloseTo(0.1, 3);
    expect(reached?.running).toBeGreaterThanOrEqual(5);
    expect(reached?.running).toBeLessThan(6.3);
    expect(reached?.bootstrap).toBeGreaterThanOrEqual(20);
    expect(reached?.bootstrap).toBeLessThan(20.5);
    const { installed = 0, reflowlet = 0, offer = 0 } = reached ?? {};
    expect(reflowlet - installed).toBeGreaterThanOrEqual(4.5);
    expect(reflowlet - installed).toBeLessThan(5.5);
    expect(offer - reflowlet).toBeLessThan(1.3);
  });

  it("launches instances that are no members, end by themselves, and are leased by nobody", async () => {
    const world = await clusterWorld();
    await probed(world);
    expect(world.ec2.launches[0]?.tags).toEqual({
      team: "genomics",
      user: "ann",
      Name: "ann (reflow)",
      cluster: "default/probe",
      managedby: "reflow",
      "reflow-ec2:deadline": expect.stringMatching(/^2026-01-01T00:15:00/),
      "reflow-ec2:launch": expect.any(String),
      "reflow-ec2:probe": "true",
    });
  });

  it("takes samples in rounds, so that one that is cut short knows something of each type", async () => {
    const world = await clusterWorld();
    const result = await probed(world, { types: ["c6a.large", "m6a.large"], samples: 2, concurrency: 1 });
    expect(outcomes(result)).toEqual([
      "c6a.large 1 verified",
      "m6a.large 1 verified",
      "c6a.large 2 verified",
      "m6a.large 2 verified",
    ]);
  });

  it("never has more instances at a time than it may", async () => {
    const world = await clusterWorld();
    let most = 0;
    world.ec2.whenLaunched(() => {
      most = Math.max(most, world.ec2.alive.length);
    });
    world.machines.behaviour = { ...world.machines.behaviour, bootstrapMs: 1e9 };
    await probed(world, { samples: 7, concurrency: 3, timeoutMs: MINUTE_MS });
    expect(most).toBe(3);
    expect(world.ec2.alive).toEqual([]);
  });

  it("says where each sample stands while it goes on", async () => {
    const world = await clusterWorld();
    let look: () => readonly ProbeProgress[] = () => [];
    const seen: unknown[] = [];
    const note = (): void => {
      seen.push(look().map(({ stage, waitingFor }) => [stage, waitingFor]));
    };
    const work = world.cluster.probe(
      { ...ONE, samples: 2, concurrency: 1 },
      { onBegun: (progress) => (look = progress), onDecided: note },
    );
    const ended = world.clock.runUntil(work);
    await world.clock.advance(10_000);
    note();
    await ended;
    note();
    const booting = ["probing", "waiting for the bootstrap (i-00000000000000001.fake: connection refused)"];
    expect(seen).toEqual([
      [booting, ["waiting", ""]],
      [
        ["ending", ""],
        ["waiting", ""],
      ],
      [
        ["ending", ""],
        ["ending", ""],
      ],
      [
        ["done", ""],
        ["done", ""],
      ],
    ]);
  });
});

describe("a type that EC2 refuses", () => {
  it("is tried in every zone, and is unavailable when none has it", async () => {
    const world = await clusterWorld({}, { room: () => 0 });
    const { report } = await probed(world);
    expect(report.samples[0]).toMatchObject({
      outcome: "unavailable",
      zone: "us-west-2c",
      instanceId: undefined,
      reached: {},
      costUsd: 0,
      refusals: ["us-west-2a", "us-west-2b", "us-west-2c"].map((zone) => ({
        market: "on-demand",
        zone,
        code: "InsufficientInstanceCapacity",
        message: expect.any(String),
      })),
      problem: expect.stringContaining("InsufficientInstanceCapacity"),
      ends: [],
    });
  });

  it("is verified in the first zone that has it", async () => {
    const world = await clusterWorld({}, { room: (_type, zone) => (zone === "us-west-2b" ? 1 : 0) });
    const { report } = await probed(world);
    expect(report.samples[0]).toMatchObject({
      outcome: "verified",
      zone: "us-west-2b",
      refusals: [{ zone: "us-west-2a" }],
    });
  });

  it("is tried on demand where spot has none, when that is asked for", async () => {
    const world = await clusterWorld();
    world.ec2.spot.behaviour = { ...world.ec2.spot.behaviour, probe: () => "none" };
    const { report } = await probed(world, { market: "fallback" });
    expect(report.samples[0]).toMatchObject({ outcome: "verified", market: "on-demand" });
    expect(report.samples[0]?.refusals.map(({ market }) => market)).toEqual(["spot", "spot", "spot"]);
  });

  it("is not asked for again in a market whose quota is used up", async () => {
    const world = await clusterWorld({}, { refusals: { "c6a.large": quota } });
    const { report } = await probed(world);
    expect(report.samples[0]?.refusals.map(({ zone, code }) => [zone, code])).toEqual([
      ["us-west-2a", "VcpuLimitExceeded"],
    ]);
    expect(report.samples[0]?.outcome).toBe("unavailable");
  });

  it("is not asked for in zones that do not sell it", async () => {
    const world = await clusterWorld();
    world.ec2.unsold.set("c6a.large", ["us-west-2a"]);
    const { report } = await probed(world);
    expect(report.samples[0]).toMatchObject({ outcome: "verified", zone: "us-west-2b" });
  });

  it("ends everything else where the credentials may not launch at all", async () => {
    const world = await clusterWorld({}, { refusals: { "c6a.large": notAllowed } });
    const result = await probed(world, { types: ["c6a.large", "m6a.large"], concurrency: 1 });
    expect(outcomes(result)).toEqual(["c6a.large 1 failed"]);
    expect(result.report.skipped).toEqual([
      {
        type: "m6a.large",
        samples: 1,
        kind: "stopped",
        reason: expect.stringMatching(/^nothing else was begun: .*UnauthorizedOperation/),
      },
    ]);
    expect(result.fatal).toBe(result.report.samples[0]?.error);
  });
});

describe("an instance that does not come up", () => {
  it("has failed, with what was waited for and the end of its console, and is ended", async () => {
    const world = await clusterWorld();
    world.machines.behaviour = { ...world.machines.behaviour, fault: "install-refused" };
    const { report } = await probed(world);
    expect(report.samples[0]).toMatchObject({
      outcome: "failed",
      waitingFor: "installed",
      problem: expect.stringContaining("NoSuchKey"),
      console: "kernel: up\nreflowlet.service: started",
      ends: [{ seen: true }],
    });
    expect(world.ec2.alive).toEqual([]);
  });

  it("has timed out when its time is over", async () => {
    const world = await clusterWorld();
    world.machines.behaviour = { ...world.machines.behaviour, fault: "bootstrap-silent" };
    const { report } = await probed(world, { timeoutMs: 2 * MINUTE_MS });
    expect(report.samples[0]).toMatchObject({
      outcome: "timed-out",
      waitingFor: "bootstrap",
      problem:
        "c6a.large timed out after 120 s, while waiting for the bootstrap (i-00000000000000001.fake: connection refused)",
      console: "kernel: up\nreflowlet.service: started",
      ends: [{ seen: true }],
    });
  });

  it("is told of when its end cannot be seen", async () => {
    const world = await clusterWorld();
    world.ec2.behaviour = { ...world.ec2.behaviour, shuttingDownMs: 1e9 };
    const { report } = await probed(world);
    expect(report.samples[0]?.ends).toEqual([
      { instanceId: "i-00000000000000001", state: "shutting-down", seen: false, problem: "it is shutting-down" },
    ]);
  });
});

describe("a probe that is interrupted", () => {
  it("begins nothing else, ends what runs, and tells what it found until then", async () => {
    const world = await clusterWorld();
    const controller = new AbortController();
    const work = world.cluster.probe(
      { ...ONE, types: ["c6a.large", "m6a.large", "c6a.2xlarge"], concurrency: 2 },
      { signal: controller.signal },
    );
    const result = world.clock.runUntil(work);
    await world.clock.advance(0);
    world.ec2.whenLaunched(() => controller.abort(new InterruptedError("SIGINT", 2)));
    const { report } = await result;
    expect(report.samples.map(({ outcome }) => outcome)).toEqual(["interrupted", "interrupted"]);
    expect(report.skipped).toEqual([
      {
        type: "c6a.2xlarge",
        samples: 1,
        kind: "interrupted",
        reason: "the probe was interrupted before it was begun",
      },
    ]);
    expect(report.samples.flatMap(({ ends }) => ends).every(({ seen }) => seen)).toBe(true);
    expect(world.ec2.alive).toEqual([]);
  });
});

describe("a budget", () => {
  // 0.1313 USD an hour for 15 min and 2 min to end: 0.0372 USD at most.
  it("lets nothing begin that could pass it", async () => {
    const world = await clusterWorld();
    const { report } = await probed(world, { samples: 2, budgetUsd: 0.03 });
    expect(report.samples).toEqual([]);
    expect(report.skipped).toEqual([
      {
        type: "c6a.large",
        samples: 2,
        kind: "budget",
        reason: "it may cost 0.0372 USD, and the budget is 0.0300 USD",
      },
    ]);
    expect(world.ec2.launches).toEqual([]);
  });

  it("skips what it does not suffice for any more, and tells what is left", async () => {
    const world = await clusterWorld();
    const { report } = await probed(world, { samples: 3, budgetUsd: 0.038 });
    expect(report.samples).toHaveLength(1);
    expect(report.skipped).toEqual([
      {
        type: "c6a.large",
        samples: 2,
        kind: "budget",
        reason: expect.stringMatching(/^it may cost 0.0372 USD, and 0.03\d\d USD of the budget are left$/),
      },
    ]);
  });

  it("shows in the plan what it lets nothing of begin", async () => {
    const world = await clusterWorld();
    const request = { ...ONE, types: ["c6a.large", "c6a.2xlarge"], budgetUsd: 0.04 };
    const plan = await world.clock.runUntil(world.cluster.planProbe(request));
    expect(plan.types.map(({ type }) => type)).toEqual(["c6a.large"]);
    expect(plan.skipped).toEqual([
      {
        type: "c6a.2xlarge",
        samples: 1,
        kind: "budget",
        reason: expect.stringMatching(/^it may cost 0.\d+ USD, and the budget is 0.0400 USD$/),
      },
    ]);
  });

  it("waits for what runs, which as a rule costs less than it might", async () => {
    const world = await clusterWorld();
    const { report } = await probed(world, { samples: 3, budgetUsd: 0.05 });
    expect(world.ec2.launches.map(({ count }) => count)).toEqual([1, 1, 1]);
    expect(report.samples.map(({ outcome }) => outcome)).toEqual(["verified", "verified", "verified"]);
    expect(report.costUsd).toBeLessThan(0.05);
  });
});

describe("a budget where EC2 takes instances back", () => {
  it("counts what each place has cost, and tries no other place that might pass it", async () => {
    const world = await clusterWorld();
    world.ec2.whenLaunched(({ id }) => {
      void world.clock.sleep(4 * MINUTE_MS).then(() => world.ec2.reclaim(id));
    });
    // 7 minutes at most for each place, 4 of them until EC2 takes it back.
    const minuteUsd = 0.1313 / 60;
    const { report } = await probed(world, { market: "spot", timeoutMs: 5 * MINUTE_MS, budgetUsd: 10.5 * minuteUsd });
    expect(report.samples).toMatchObject([
      {
        outcome: "unavailable",
        zone: "us-west-2a",
        costUsd: expect.closeTo(4 * minuteUsd, 3),
        refusals: [{ zone: "us-west-2a", code: "SpotInstanceTermination" }],
        problem: expect.stringMatching(/; no other place was tried, as that might have passed the budget$/),
      },
    ]);
    expect(report.costUsd).toBeLessThan(10.5 * minuteUsd);
  });

  it("adds up what all places have cost where it suffices", async () => {
    const world = await clusterWorld();
    world.ec2.whenLaunched(({ id }) => {
      void world.clock.sleep(4 * MINUTE_MS).then(() => world.ec2.reclaim(id));
    });
    const { report } = await probed(world, { market: "spot", timeoutMs: 5 * MINUTE_MS, budgetUsd: 1 });
    expect(report.samples[0]?.refusals.map(({ zone }) => zone)).toEqual(["us-west-2a", "us-west-2b", "us-west-2c"]);
    expect(report.samples[0]?.costUsd).toBeCloseTo((12 * 0.1313) / 60, 3);
    expect(report.samples[0]?.ends).toHaveLength(3);
  });
});

describe("credentials that may launch and not end", () => {
  it("stop the probe: nothing else is begun, and it is told what is left", async () => {
    const denied = new AccessError("TerminateInstances: UnauthorizedOperation: not allowed", {
      refusal: classify("UnauthorizedOperation"),
    });
    const world = await clusterWorld(
      {},
      { trouble: (call) => (call.startsWith("TerminateInstances") ? denied : undefined) },
    );
    const result = await probed(world, { samples: 4, concurrency: 1 });
    expect(outcomes(result)).toEqual(["c6a.large 1 verified"]);
    expect(result.report.samples[0]?.ends).toMatchObject([{ seen: false, problem: denied.message }]);
    expect(result.report.skipped).toEqual([
      { type: "c6a.large", samples: 3, kind: "stopped", reason: `nothing else was begun: ${denied.message}` },
    ]);
    expect(result.fatal).toBe(denied);
  });
});

describe("before a probe", () => {
  it("orphans are ended, those of probes among them", async () => {
    const world = await clusterWorld();
    world.ec2.add({
      id: "i-0000000000000dead",
      tags: {
        ...MEMBER_TAGS,
        cluster: "default/probe",
        "reflow-ec2:probe": "true",
        "reflow-ec2:launch": "0",
        "reflow-ec2:deadline": "2025-12-31T23:00:00.000Z",
      },
    });
    await probed(world);
    expect(world.ec2.calls).toContain("TerminateInstances i-0000000000000dead");
  });

  it("a configuration that cannot launch is told, and nothing is launched", async () => {
    const world = await clusterWorld({ launchProblems: [{ source: "c.yaml", key: "x", message: "wrong" }] });
    await expect(probed(world)).rejects.toThrow(ConfigError);
    expect(world.ec2.launches).toEqual([]);
  });

  it("its plan never takes for usual what is more than the most", async () => {
    const world = await clusterWorld();
    // A former probe took 193 s, and this one may take 30 s, and 120 s to end.
    const { usualUsd, mostUsd } = await world.clock.runUntil(world.cluster.planProbe({ ...ONE, timeoutMs: 30_000 }));
    expect({ usualUsd, mostUsd }).toEqual({ usualUsd: mostUsd, mostUsd: expect.closeTo((0.1313 * 150) / 3600, 5) });
  });

  it("its plan tells what it may cost", async () => {
    const world = await clusterWorld();
    const plan = await world.clock.runUntil(world.cluster.planProbe({ ...ONE, samples: 2 }));
    expect(plan).toEqual({
      types: [
        {
          type: "c6a.large",
          samples: 2,
          places: ["us-west-2a", "us-west-2b", "us-west-2c"].map((zone) => ({
            market: "on-demand",
            zone,
            hourlyUsd: expect.closeTo(0.1313, 4),
            priceBasis: "on-demand",
          })),
          // A former probe took 193 s.
          usualUsd: expect.closeTo(2 * ((0.1313 * 193) / 3600), 4),
          mostUsd: expect.closeTo(2 * ((0.1313 * 17) / 60), 4),
        },
      ],
      skipped: [],
      usualUsd: expect.any(Number),
      mostUsd: expect.any(Number),
    });
  });
});

const quota = (): Error =>
  new CapacityError("RunInstances: VcpuLimitExceeded", { refusal: classify("VcpuLimitExceeded") });
