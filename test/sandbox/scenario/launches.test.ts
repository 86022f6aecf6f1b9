import { DescribeInstancesCommand, RunInstancesCommand, type RunInstancesCommandInput } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { Scenario } from "../../../src/sandbox/scenario/schema.js";
import { FakeClock } from "../../support/fake-clock.js";
import { eventually, openTestSandbox, refusalOf, smallest, type TestSandbox } from "../support.js";

let box: TestSandbox;
let clock: FakeClock;
beforeEach(async () => {
  clock = new FakeClock();
  box = await openTestSandbox({ clock });
});
afterEach(() => box.close());

const SPOT = { InstanceMarketOptions: { MarketType: "spot" } } as const;
const NO_CAPACITY = "InsufficientInstanceCapacity";

async function launch(input: Partial<RunInstancesCommandInput> = {}): Promise<{ count: number; zone: string }> {
  const { Instances = [] } = await box.ec2.send(new RunInstancesCommand({ ...smallest, ...input }));
  return { count: Instances.length, zone: Instances[0]?.Placement?.AvailabilityZone ?? "" };
}

const refusal = async (input: Partial<RunInstancesCommandInput> = {}): Promise<readonly unknown[]> => {
  const { code, status } = await refusalOf(launch(input));
  return [code, status];
};

const inZone = (zone: string): Partial<RunInstancesCommandInput> => ({ Placement: { AvailabilityZone: zone } });

/** How calls ended: the number of instances, or the code. */
async function outcomes(calls: readonly Partial<RunInstancesCommandInput>[]): Promise<readonly (number | string)[]> {
  const ended: (number | string)[] = [];
  for (const call of calls) {
    ended.push(
      await launch(call).then(
        ({ count }) => count,
        (error: Error) => error.name,
      ),
    );
  }
  return ended;
}

describe("refusals", () => {
  it("hold for their types, zones and markets, in EC2's words and with its status", async () => {
    box.sandbox.setScenario({ refusals: [{ type: "m5.*", zone: "*a", market: "spot", code: NO_CAPACITY }] });
    const here = inZone("us-west-2a");
    expect(await refusalOf(launch({ ...SPOT, ...here }))).toEqual({
      code: NO_CAPACITY,
      message: "There is no Spot capacity available that matches your request.",
      status: 500,
      requestId: true,
    });
    expect(
      await outcomes([here, { ...SPOT, ...inZone("us-west-2b") }, { ...SPOT, ...here, InstanceType: "c5.large" }]),
    ).toEqual([1, 1, 1]);
  });

  it("begin and end when they say, counted from the setting of the scenario", async () => {
    box.sandbox.setScenario({ refusals: [{ code: "Unsupported", from: "10s", for: "1m" }] });
    const seen: (number | string)[] = [];
    for (const ms of [0, 10_000, 59_999, 1]) {
      await clock.advance(ms);
      seen.push(...(await outcomes([{}])));
    }
    expect(seen).toEqual([1, "Unsupported", "Unsupported", 1]);
  });

  it("let so many instances pass first, a part of a call where the code is one of capacity", async () => {
    box.sandbox.setScenario({ refusals: [{ code: NO_CAPACITY, passes: 3 }] });
    expect(await outcomes([{ MaxCount: 2 }, { MaxCount: 5 }, {}])).toEqual([2, 1, NO_CAPACITY]);
    box.sandbox.setScenario({ refusals: [{ code: "PendingVerification", passes: 3 }] });
    expect(await outcomes([{ MaxCount: 5 }, { MaxCount: 3 }])).toEqual(["PendingVerification", 3]);
  });

  it("say what the scenario says, with its status", async () => {
    box.sandbox.setScenario({ refusals: [{ code: "Blocked", message: "Not you.", status: 403 }] });
    expect(await refusalOf(launch())).toMatchObject({ code: "Blocked", message: "Not you.", status: 403 });
  });

  it("hit the same calls each time when they hit a share of them", async () => {
    const scenario: Scenario = { seed: 7, refusals: [{ code: NO_CAPACITY, share: 0.5 }] };
    const calls = Array.from({ length: 12 }, () => ({}));
    const runs: (readonly (number | string)[])[] = [];
    for (const seed of [7, 7, 8]) {
      box.sandbox.setScenario({ ...scenario, seed });
      runs.push(await outcomes(calls));
    }
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
    expect(new Set(runs[0])).toEqual(new Set([1, NO_CAPACITY]));
  });

  it("send a launch that names no zone to another one", async () => {
    box.sandbox.setScenario({ refusals: ["*a", "*c"].map((zone) => ({ zone, code: NO_CAPACITY })) });
    expect(await launch({ MaxCount: 4, MinCount: 4 })).toEqual({ count: 4, zone: "us-west-2b" });
  });
});

describe("capacity", () => {
  it("is so many instances at once in each type, zone and market; what ends makes room", async () => {
    box.sandbox.setScenario({ capacity: [{ type: "m5.*", instances: 2 }] });
    const here = inZone("us-west-2a");
    expect(
      await outcomes([{ ...here, MaxCount: 5 }, here, { ...here, ...SPOT }, { ...here, InstanceType: "m5.xlarge" }]),
    ).toEqual([2, NO_CAPACITY, 1, 1]);
    expect(await refusal({ ...inZone("us-west-2b"), MinCount: 3, MaxCount: 5 })).toEqual([NO_CAPACITY, 500]);
    const [first] = box.sandbox.account.instances.values();
    if (first !== undefined) first.state = "terminated";
    expect(await outcomes([here, here])).toEqual([1, NO_CAPACITY]);
  });

  it("puts all instances of a call into the zone where most of them fit", async () => {
    box.sandbox.setScenario({
      capacity: [{ zone: "*b", instances: 3 }, { instances: 1 }],
    });
    expect(await launch({ MaxCount: 9 })).toEqual({ count: 3, zone: "us-west-2b" });
  });
});

describe("quotas", () => {
  it.each<[string, Scenario["quotas"], Partial<RunInstancesCommandInput>, readonly unknown[]]>([
    ["on-demand vCPUs", { onDemandVcpus: 4, spotVcpus: 0 }, {}, [2, "VcpuLimitExceeded"]],
    ["spot vCPUs", { spotVcpus: 5, onDemandVcpus: 0 }, SPOT, [2, "MaxSpotInstanceCountExceeded"]],
    ["instances", { instances: 2 }, {}, [2, "InstanceLimitExceeded"]],
  ])("of %s are counted over what lives", async (_what, quotas, input, ended) => {
    box.sandbox.setScenario({ quotas });
    expect(await outcomes([{ ...input, MaxCount: 9 }, input])).toEqual(ended);
  });
});

describe("a dry run", () => {
  const scenario: Scenario = {
    capacity: [{ instances: 0 }],
    quotas: { instances: 0 },
    refusals: [{ code: "VcpuLimitExceeded" }],
  };

  it("says nothing about capacity and quotas, as EC2's, but of permissions", async () => {
    box.sandbox.setScenario(scenario);
    expect(await refusal({ DryRun: true })).toEqual(["DryRunOperation", 412]);
    box.sandbox.setScenario({ refusals: [{ code: "UnauthorizedOperation" }] });
    expect(await refusal({ DryRun: true })).toEqual(["UnauthorizedOperation", 403]);
  });

  it("looks at capacity where the scenario says so, and takes none", async () => {
    box.sandbox.setScenario({ capacity: [{ instances: 2 }], dryRun: "capacity" });
    const both = { MinCount: 2, MaxCount: 2 };
    expect(await refusal({ ...both, DryRun: true })).toEqual(["DryRunOperation", 412]);
    expect(await refusal({ MinCount: 3, MaxCount: 3, DryRun: true })).toEqual([NO_CAPACITY, 500]);
    expect(await outcomes([{ ...both, ...inZone("us-west-2a") }])).toEqual([2]);
  });
});

describe("a launch that fails after it was accepted", () => {
  it("goes from pending to terminated with the reason that the scenario names, for the first so many", async () => {
    box.sandbox.setScenario({
      times: { pending: "5s" },
      failures: [{ reason: "Server.InsufficientInstanceCapacity", first: 1 }],
    });
    expect(await outcomes([{}, {}])).toEqual([1, 1]);
    await clock.advance(5_000);
    await eventually(() => (box.machines.hosts.length === 1 ? true : undefined));
    const { Reservations = [] } = await box.ec2.send(new DescribeInstancesCommand({}));
    const shown = Reservations.flatMap(({ Instances = [] }) => Instances);
    expect(shown.map(({ State, StateReason }) => [State?.Name, StateReason])).toEqual([
      [
        "terminated",
        {
          Code: "Server.InsufficientInstanceCapacity",
          Message:
            "Server.InsufficientInstanceCapacity: There was insufficient capacity available to satisfy the launch request.",
        },
      ],
      ["running", undefined],
    ]);
  });
});

describe("times", () => {
  it("are drawn for each instance within their spread, the same for the same seed", async () => {
    const drawn = async (): Promise<readonly number[]> => {
      box.sandbox.setScenario({ seed: 7, times: { pending: "1h", osBoot: { ms: 1000, spreadPct: 20 } } });
      const before = box.sandbox.account.instances.size;
      await launch({ MinCount: 50, MaxCount: 50 });
      const launched = [...box.sandbox.account.instances.values()].slice(before);
      return launched.map(({ fate }) => fate.timings.machine.osBootMs);
    };
    const first = await drawn();
    expect(first.every((ms) => ms >= 800 && ms <= 1200)).toBe(true);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(300);
    expect(await drawn()).toEqual(first);
  });

  it("of what runs already stay when another scenario is set", async () => {
    box.sandbox.setScenario({ times: { pending: "5s" } });
    await launch();
    box.sandbox.setScenario({ times: { pending: "1h" } });
    await clock.advance(5_000);
    await eventually(() => (box.machines.hosts.length === 1 ? true : undefined));
    expect([...box.sandbox.account.instances.values()].map(({ state }) => state)).toEqual(["running"]);
  });
});
