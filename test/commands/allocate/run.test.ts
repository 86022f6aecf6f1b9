import { describe, expect, it } from "@jest/globals";
import type { ClusterEvent } from "../../../src/cluster/events.js";
import { InstanceError, NeverFitsError } from "../../../src/errors.js";
import { FAKE_SANDBOX, FakeWorld, runIn, runProgram } from "../../support/fake-world.js";
import { FakeCluster } from "../../support/fake-cluster.js";
import { expectGolden } from "../../support/golden.js";
import { ALLOCATION, FLEET_PLAN, LAUNCH_PLAN, NOW_MS, REUSE_PLAN } from "../../support/sample-results.js";

const atMs = NOW_MS;
const instanceId = ALLOCATION.instance.id;
const launch: ClusterEvent[] = [
  { atMs, kind: "members-found", count: 1, asked: 1 },
  {
    atMs,
    kind: "plan-made",
    instanceType: "c6a.2xlarge",
    market: "spot",
    count: 1,
    hourlyUsd: 0.1331,
    reason: "the cheapest that fits",
  },
  { atMs, kind: "phase-started", phase: "launch", instanceId: undefined, limitMs: 60_000 },
  { atMs, kind: "instance-launched", instanceId, instanceType: "c6a.2xlarge", zone: "us-west-2a" },
  { atMs, kind: "launch-answered" },
  { atMs, kind: "phase-started", phase: "bootstrap", instanceId, limitMs: 300_000 },
  { atMs, kind: "phase-retried", phase: "bootstrap", instanceId, problem: "connection refused" },
  { atMs, kind: "phase-done", phase: "bootstrap", instanceId, ms: 12_000 },
  { atMs, kind: "offer-accepted", instanceId, allocUri: ALLOCATION.alloc.uri, reused: false },
];

describe("allocate", () => {
  it.each([
    ["terminal", ["allocate"], true],
    ["pipe", ["allocate"], false],
    ["json", ["allocate", "-o", "json"], false],
    ["yaml", ["allocate", "-o", "yaml"], true],
  ])("prints the alloc as reviewed: %s", async (name, argv, terminal) => {
    const cluster = new FakeCluster({ allocation: ALLOCATION });
    const { code, stdout } = await runProgram([...argv, "--no-color"], { cluster, terminal });
    expect(code).toBe(0);
    expectGolden(`cli/allocate-${name}.txt`, stdout);
  });

  it("prints nothing but the URI for -o name", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION });
    expect(await runProgram(["allocate", "-o", "name"], { cluster })).toEqual({
      code: 0,
      stdout: `${ALLOCATION.alloc.uri}\n`,
      stderr: "",
    });
  });

  it("asks the cluster for what the flags say, for 15 minutes at most", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION });
    await runProgram(["allocate", "--cpu", "2", "--mem", "4GiB", "--label", "a=b", "--type", "c6a.large"], { cluster });
    await runProgram(["allocate", "--timeout", "2m"], { cluster });
    expect(cluster.requests).toEqual([
      {
        method: "allocate",
        requirements: { min: { cpu: 2, mem: 4 * 1024 ** 3 }, width: 0 },
        constraints: { type: "c6a.large", zone: undefined, market: undefined, maxUsd: undefined },
        labels: { a: "b" },
        timeoutMs: 900_000,
      },
      {
        method: "allocate",
        requirements: { min: { cpu: 1 }, width: 0 },
        constraints: { type: undefined, zone: undefined, market: undefined, maxUsd: undefined },
        labels: {},
        timeoutMs: 120_000,
      },
    ]);
  });

  it.each([
    ["launch", LAUNCH_PLAN],
    ["reuse", REUSE_PLAN],
    ["fleet", FLEET_PLAN],
  ])("prints the plan as reviewed and does nothing with --dry-run: %s", async (name, plan) => {
    const cluster = new FakeCluster({ plan });
    const text = await runProgram(["allocate", "--dry-run"], { cluster });
    const json = await runProgram(["allocate", "--dry-run", "-o", "json"], { cluster });
    expect([text.code, json.code]).toEqual([0, 0]);
    expectGolden(`cli/allocate-dry-run-${name}.txt`, `${text.stdout}${json.stdout}`);
    expect(cluster.requests.map(({ method }) => method)).toEqual(["planAllocate", "planAllocate"]);
  });

  it("tells with --explain of what was not considered, the zones of a type together, as reviewed", async () => {
    const cluster = new FakeCluster({ plan: LAUNCH_PLAN });
    const { code, stdout } = await runProgram(["allocate", "--explain"], { cluster });
    expect(code).toBe(0);
    expectGolden("cli/allocate-explain.txt", stdout);
  });

  it.each([
    ["table", ["allocate", "--count", "2"], false],
    ["json", ["allocate", "--count", "2", "-o", "json"], false],
    ["name", ["allocate", "--count", "2", "-o", "name"], false],
    ["terminal", ["allocate", "--count", "2", "--no-color"], true],
  ])("prints several allocs as reviewed: %s", async (name, argv, terminal) => {
    const cluster = new FakeCluster({ allocation: ALLOCATION });
    const { code, stdout } = await runProgram(argv, { cluster, terminal });
    expect(code).toBe(0);
    expectGolden(`cli/allocate-many-${name}.txt`, stdout);
  });

  it("prints what it got of several, and exits with 9 when it got fewer", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION, failsFrom: 2 });
    expect(await runProgram(["allocate", "--count", "3", "-o", "name"], { cluster })).toEqual({
      code: 9,
      stdout: `${ALLOCATION.alloc.uri}\n`.repeat(2),
      stderr: "error: 2 of 3 allocs were reserved: all offerings refused\nhint: try again later\n",
    });
  });

  it("gives back what it got when fewer are of no use, as to --hold", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION, failsFrom: 1 });
    const { code } = await runProgram(["allocate", "--count", "2", "--hold"], { cluster });
    expect({ code, last: cluster.requests.at(-1) }).toEqual({
      code: 4,
      last: { method: "hold", uris: [ALLOCATION.alloc.uri], free: true, until: "now" },
    });
  });

  it.each([
    ["--count 0", "--count '0' is not a whole number from 1 to 10000"],
    ["--count 1e3", "--count '1e3' is not a whole number from 1 to 10000"],
    ["--width -1", "--width '-1' is not a whole number from 0 to 10000"],
    ["--zone us-west-2", "--zone 'us-west-2' is not an availability zone"],
    ["--max-price free", "--max-price 'free' is not a price in USD"],
    ["--max-price 0", "--max-price '0' is not a price in USD"],
    ["--feature AVX", "--feature 'AVX' is no CPU feature"],
    ["--feature cpu", "--feature 'cpu' is no CPU feature"],
    ["--spot --on-demand", "--spot and --on-demand exclude each other"],
  ])("refuses %s", async (flags, message) => {
    const { code, stderr } = await runProgram(["allocate", ...flags.split(" ")], { cluster: new FakeCluster() });
    expect({ code, first: stderr.split("\n")[0] }).toEqual({ code: 2, first: `error: ${message}` });
  });

  it("refuses more allocs for a command than one variable can tell of", async () => {
    const outcome = await runProgram(["allocate", "--count", "1001", "--", "job"], { cluster: new FakeCluster() });
    expect(outcome).toEqual({
      code: 125,
      stdout: "",
      stderr: "error: --count '1001' is not a whole number from 1 to 1000\nhint: For example --count 4.\n",
    });
  });

  it.each([
    ["lines", ["allocate", "-o", "name"], false],
    ["details", ["allocate", "-o", "name", "-v"], false],
    ["spinner", ["allocate", "-o", "name"], true],
  ])("tells on standard error what it does, as reviewed: %s", async (name, argv, terminal) => {
    const cluster = new FakeCluster({ allocation: ALLOCATION, events: launch });
    const { stdout, stderr } = await runProgram(argv, { cluster, terminal, env: { NO_COLOR: "1" } });
    expect(stdout).toBe(`${ALLOCATION.alloc.uri}\n`);
    expectGolden(`cli/allocate-progress-${name}.txt`, stderr);
  });

  it("tells lines on a terminal in CI, where nothing may move", async () => {
    const events = launch.slice(2, 3);
    const cluster = new FakeCluster({ allocation: ALLOCATION, events });
    const { stderr } = await runProgram(["allocate", "-o", "name"], { cluster, terminal: true, env: { CI: "true" } });
    expect(stderr).toBe("waiting for EC2 to accept the launch (limit 1m)\n");
  });

  it("tells with -q only that an instance may go on costing money", async () => {
    const events: ClusterEvent[] = [
      ...launch,
      { atMs, kind: "warning", message: "the data is old" },
      { atMs, kind: "cleanup-failed", instanceId, problem: "endpoint down" },
    ];
    const cluster = new FakeCluster({ events, failure: new InstanceError("no usable instance") });
    expect(await runProgram(["allocate", "-q"], { cluster, terminal: true, env: { NO_COLOR: "1" } })).toEqual({
      code: 7,
      stdout: "",
      stderr:
        `warning: ${instanceId} could not be terminated and may still cost money: endpoint down\n` +
        "error: no usable instance\n",
    });
  });

  it.each([
    ["error", [], ""],
    ["off", [], ""],
    ["info", [], "warning: old data\nwaiting for the bootstrap (limit 5m)\n"],
    [
      "debug",
      [],
      `warning: old data\nwaiting for the bootstrap (limit 5m)\nstill waiting for the bootstrap of ${instanceId}: connection refused\n`,
    ],
    [
      "off",
      ["-v"],
      `warning: old data\nwaiting for the bootstrap (limit 5m)\nstill waiting for the bootstrap of ${instanceId}: connection refused\n`,
    ],
    ["debug", ["-q"], ""],
  ] as const)("follows the configuration's log level %s, unless %j says otherwise", async (logLevel, flags, stderr) => {
    const cluster = new FakeCluster({
      allocation: ALLOCATION,
      events: launch.slice(5, 7),
      config: { logLevel, warnings: ["old data"] },
    });
    expect((await runProgram(["allocate", "-o", "name", ...flags], { cluster })).stderr).toBe(stderr);
  });

  it("passes on that no type can hold it, with its code", async () => {
    const failure = new NeverFitsError("no type has 4096 cpu", { hint: "The largest has 448." });
    expect(await runProgram(["allocate", "--cpu", "4096"], { cluster: new FakeCluster({ failure }) })).toEqual({
      code: 3,
      stdout: "",
      stderr: "error: no type has 4096 cpu\nhint: The largest has 448.\n",
    });
  });

  it("knows what may be left when the user leaves by a second Ctrl-C", async () => {
    const cluster = new FakeCluster({ allocation: ALLOCATION, events: launch.slice(0, 7) });
    const world = new FakeWorld(["allocate"], { cluster });
    expect(world.lastWords()).toBe("");
    await runIn(world);
    expect(world.lastWords()).toBe(
      `warning: left before cleaning up; may still run and cost money: ${instanceId}\n` +
        `hint: 'reflow-ec2 terminate ${instanceId}' ends what is left\n`,
    );
  });
});

describe("--sandbox", () => {
  const notice = "sandbox: EC2 on this machine at http://127.0.0.1:4566; nothing here is real";
  const inSandbox = {
    config: FAKE_SANDBOX.config,
    cluster: undefined,
    region: "us-west-2",
    profile: undefined,
    endpointUrl: FAKE_SANDBOX.endpoint,
    webPrefix: `${FAKE_SANDBOX.endpoint}/web/`,
    measured: `${FAKE_SANDBOX.stateDirectory}/reflow-ec2-measured.json`,
    credentials: FAKE_SANDBOX.credentials,
  };

  it("starts a sandbox when none runs, says so, and uses its ready-made configuration", async () => {
    const world = new FakeWorld(["allocate", "--sandbox", "-o", "name"], {
      cluster: new FakeCluster({ allocation: ALLOCATION }),
    });
    expect(await runIn(world)).toEqual({
      code: 0,
      stdout: `${ALLOCATION.alloc.uri}\n`,
      stderr: `${notice}; started now, 'reflow-ec2 sandbox stop' ends it\n`,
    });
    expect(world.cluster.opened).toEqual([inSandbox]);
  });

  it("says that it is one even when it ran before and the command is quiet", async () => {
    const { stderr } = await runProgram(["list", "--sandbox", "-q"], { sandboxRuns: true });
    expect(stderr).toBe(`${notice}\n`);
  });

  it.each([
    ["a file that the flag names", ["--config", "mine.yaml"], {}, "mine.yaml"],
    ["a file that the environment names", [], { env: { REFLOW_EC2_CONFIG: "/etc/reflow.yaml" } }, undefined],
    ["the default file", [], { files: ["/home/ada/.reflow/config.yaml"] }, undefined],
    ["the ready-made file, when the environment names none", [], { env: { REFLOW_EC2_CONFIG: "" } }, inSandbox.config],
  ])("is configured by %s", async (_source, argv, options, config) => {
    const world = new FakeWorld(["list", "--sandbox", ...argv], { sandboxRuns: true, ...options });
    await runIn(world);
    expect(world.cluster.opened).toEqual([{ ...inSandbox, config }]);
  });

  it("starts in the region of the flag", async () => {
    const world = new FakeWorld(["list", "--sandbox", "--region", "eu-west-1"]);
    await runIn(world);
    expect(world.cluster.opened).toEqual([{ ...inSandbox, region: "eu-west-1" }]);
  });

  it.each([
    [
      "eu-west-1",
      "error: the sandbox runs in us-west-2, not in eu-west-1\n" +
        "hint: Leave out --region, or end it with 'reflow-ec2 sandbox stop' for a new one in eu-west-1.\n",
    ],
    ["../x", "error: --region '../x' is not the name of a region\nhint: For example --region us-west-2.\n"],
  ])("is not taken for one in %s when it runs elsewhere", async (region, stderr) => {
    const world = new FakeWorld(["list", "--sandbox", "--region", region], { sandboxRuns: true });
    expect(await runIn(world)).toEqual({ code: 2, stdout: "", stderr });
    expect(world.cluster.opened).toEqual([]);
  });
});
