import { describe, expect, it } from "@jest/globals";
import { FakeCluster } from "../../support/fake-cluster.js";
import { FakeWorld, runIn, runProgram } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";
import { BOOTING_MEMBER, READY_MEMBER } from "../../support/sample-results.js";

const members = [READY_MEMBER, BOOTING_MEMBER];
const leased = READY_MEMBER.id;
const free = BOOTING_MEMBER.id;
const env = { NO_COLOR: "1" };

describe("terminate", () => {
  it("shows what will go, asks, and ends it when the answer is yes", async () => {
    const cluster = new FakeCluster({ members });
    const { code, stdout, stderr } = await runProgram(["terminate", "--all", "--force"], {
      cluster,
      terminal: true,
      answers: ["y"],
      env: { ...env, CI: "1" },
    });
    expect(code).toBe(0);
    expectGolden("cli/terminate-question.txt", stderr);
    expectGolden("cli/terminate-result.txt", stdout);
    expect(cluster.members).toEqual([]);
  });

  it.each(["yes", "Y", " YES "])("takes %j for yes", async (answer) => {
    const cluster = new FakeCluster({ members });
    expect((await runProgram(["terminate", free], { cluster, terminal: true, answers: [answer] })).code).toBe(0);
    expect(cluster.members).toEqual([READY_MEMBER]);
  });

  it.each(["", "n", "no", "yesterday", "да"])("takes %j for no, and ends nothing", async (answer) => {
    const cluster = new FakeCluster({ members });
    const outcome = await runProgram(["terminate", free], { cluster, terminal: true, answers: [answer], env });
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe("");
    expect(outcome.stderr.endsWith(`Terminate? [y/N] ${answer}\nerror: nothing was done\n`)).toBe(true);
    expect(cluster.requests.map(({ method }) => method)).toEqual(["planTerminate"]);
  });

  it.each([
    ["standard input", { stdin: false, stdout: true, stderr: true }],
    ["standard error", { stdin: true, stdout: true, stderr: false }],
  ])("needs --yes when %s is no terminal", async (_stream, terminal) => {
    const cluster = new FakeCluster({ members });
    const outcome = await runProgram(["terminate", free], { cluster, terminal, answers: ["y"], env });
    expect(outcome.code).toBe(2);
    expect(
      outcome.stderr.endsWith(
        "error: this needs a confirmation, and there is no terminal to ask on\nhint: Add --yes if it is meant.\n",
      ),
    ).toBe(true);
    expect(cluster.members).toEqual(members);
  });

  it("does not ask with --yes, and gives programs each instance's states", async () => {
    const cluster = new FakeCluster({ members });
    const { code, stdout, stderr } = await runProgram(["terminate", free, "--yes", "-o", "json"], { cluster });
    expect({ code, stderr, result: JSON.parse(stdout) as unknown }).toEqual({
      code: 0,
      stderr: "terminating 1 instance, ? USD/h\n",
      result: { schemaVersion: 1, instances: [{ id: free, from: "pending", to: "terminated" }] },
    });
    expect(cluster.requests).toEqual([
      { method: "planTerminate", selection: { kind: "ids", ids: [free] }, force: false },
      { method: "terminate", ids: [free] },
    ]);
  });

  it("refuses live leases without --force, before it asks", async () => {
    const cluster = new FakeCluster({ members });
    expect(await runProgram(["terminate", leased, "--yes"], { cluster })).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: live leases on ${leased}\nhint: Add --force.\n`,
    });
    expect(cluster.members).toEqual(members);
  });

  it("looks again after the answer: what was leased meanwhile stays, and what has ended is no mistake", async () => {
    const question = async (meanwhile: (cluster: FakeCluster) => void) => {
      const cluster = new FakeCluster({ members: [BOOTING_MEMBER, { ...READY_MEMBER, allocs: [] }] });
      const world = new FakeWorld(["terminate", "--all"], { cluster, terminal: true, answers: ["y"], env });
      const ask = world.stdin.question.bind(world.stdin);
      world.stdin.question = async (text, signal) => {
        meanwhile(cluster);
        return ask(text, signal);
      };
      const { code, stderr } = await runIn(world);
      return { code, end: stderr.split("\n").slice(-3), left: cluster.members.map(({ id }) => id) };
    };
    expect(await question((cluster) => (cluster.members = members))).toEqual({
      code: 2,
      end: [`error: live leases on ${leased}`, "hint: Add --force.", ""],
      left: [leased, free],
    });
    expect(await question((cluster) => (cluster.members = [BOOTING_MEMBER]))).toMatchObject({ code: 0, left: [] });
  });

  it("refuses an id that is no member, and ends nothing", async () => {
    const cluster = new FakeCluster({ members });
    const outcome = await runProgram(["terminate", free, "i-0bbbbbbbbbbbbbbbb", "--yes"], { cluster });
    expect([outcome.code, outcome.stderr]).toEqual([
      2,
      "error: no member i-0bbbbbbbbbbbbbbbb\nhint: See reflow-ec2 list.\n",
    ]);
    expect(cluster.members).toEqual(members);
  });

  it("has nothing to do, and nothing to ask, in an empty cluster", async () => {
    expect(await runProgram(["terminate", "--all"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "no members in us-west-2: nothing to end\n",
    });
    expect((await runProgram(["terminate", "--all", "-o", "json"])).stdout).toBe(
      '{\n  "schemaVersion": 1,\n  "instances": []\n}\n',
    );
  });

  it("says which instances EC2 did not end, with code 9", async () => {
    const cluster = new FakeCluster({ members });
    const world = new FakeWorld(["terminate", free, "-y", "-q", "-o", "name"], { cluster });
    const open = cluster.open.bind(cluster);
    cluster.open = async (target, deps) => ({
      ...(await open(target, deps)),
      terminate: async () => [{ id: free, from: "running", to: "running" }],
    });
    expect(await runIn(world)).toEqual({
      code: 9,
      stdout: `${free}\n`,
      stderr: `error: not ended: ${free} (running)\nhint: Run the command again for these.\n`,
    });
  });

  it.each([
    ["looking at the members", "planTerminate"],
    ["waiting until they are gone", "terminate"],
  ] as const)("ends with code 124 when the time limit passes while %s", async (_what, method) => {
    const cluster = new FakeCluster({ members });
    const world = new FakeWorld(["terminate", free, "-y", "-q", "--timeout", "30s"], { cluster });
    const open = cluster.open.bind(cluster);
    const never = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      });
    cluster.open = async (target, deps) => {
      const opened = await open(target, deps);
      if (method === "planTerminate") return { ...opened, planTerminate: never };
      return {
        ...opened,
        // Looking takes a part of the limit.
        planTerminate: async (options) => {
          await world.clock.sleep(10_000);
          return opened.planTerminate(options);
        },
        terminate: (_plan, options) => never(options),
      };
    };
    expect(await world.clock.runUntil(runIn(world))).toEqual({
      code: 124,
      stdout: "",
      stderr: "error: terminate did not end within 30s\nhint: Give it more time with --timeout.\n",
    });
    expect(world.clock.monotonicMs()).toBe(30_000);
  });
});
