import { describe, expect, it } from "@jest/globals";
import { InstanceError, TrustError } from "../../../src/errors.js";
import { FakeCluster } from "../../support/fake-cluster.js";
import { FakeWorld, runIn, runProgram } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";
import { BOOTING_MEMBER, READY_MEMBER, UNTRUSTED_MEMBER } from "../../support/sample-results.js";

const members = [READY_MEMBER, BOOTING_MEMBER];

describe("list", () => {
  const looks: [name: string, argv: string[], options: { terminal: boolean; columns?: number }][] = [
    ["80 columns", ["list"], { terminal: true }],
    ["160 columns", ["list"], { terminal: true, columns: 160 }],
    ["a pipe", ["list"], { terminal: false }],
    ["wide", ["list", "-o", "wide"], { terminal: true }],
    ["json", ["list", "-o", "json"], { terminal: true }],
    ["yaml", ["list", "-o", "yaml"], { terminal: false }],
    ["name", ["list", "-o", "name"], { terminal: false }],
  ];
  it.each(looks)("shows the members as reviewed for %s", async (name, argv, options) => {
    const { code, stdout } = await runProgram([...argv, "--no-color"], {
      cluster: new FakeCluster({ members }),
      ...options,
    });
    expect(code).toBe(0);
    expectGolden(`cli/list-${name.replace(" ", "-")}.txt`, stdout);
  });

  it("says nothing on standard error in a pipe when all is well, and closes the cluster", async () => {
    const world = new FakeWorld(["list", "-o", "name"], { cluster: new FakeCluster({ members: [READY_MEMBER] }) });
    expect(await runIn(world)).toEqual({ code: 0, stdout: `${READY_MEMBER.id}\n`, stderr: "" });
    expect(world.cluster.requests).toEqual([{ method: "list" }]);
    expect(world.cluster.closed).toBe(1);
  });

  it("opens the cluster that the flags mean, and leaves the rest to environment and file", async () => {
    const world = new FakeWorld(["list", "--cluster", "big", "--region", "eu-west-1", "-c", "r.yaml"]);
    await runIn(world);
    expect(world.cluster.opened).toEqual([
      {
        config: "r.yaml",
        cluster: "big",
        region: "eu-west-1",
        profile: undefined,
        endpointUrl: undefined,
        webPrefix: undefined,
        credentials: undefined,
      },
    ]);
  });

  it("tells people that there are no members, and gives programs an empty list", async () => {
    expect(await runProgram(["list"])).toEqual({ code: 0, stdout: "", stderr: "no members in us-west-2\n" });
    expect(await runProgram(["list", "-q", "-o", "json"])).toEqual({
      code: 0,
      stdout: '{\n  "schemaVersion": 1,\n  "instances": []\n}\n',
      stderr: "",
    });
  });

  it("warns of members that do not answer, and succeeds", async () => {
    const problem = new InstanceError(`${BOOTING_MEMBER.id} does not answer: connection refused`);
    const cluster = new FakeCluster({ members: [BOOTING_MEMBER], problems: [problem] });
    expect(await runProgram(["list", "-o", "name"], { cluster })).toEqual({
      code: 0,
      stdout: `${BOOTING_MEMBER.id}\n`,
      stderr: `warning: ${BOOTING_MEMBER.id} does not answer: connection refused\n`,
    });
  });

  it("prints everything, and then fails with code 8 when a member is of another authority", async () => {
    const problems = [
      new InstanceError("i-1 does not answer"),
      new TrustError("other-authority", `${UNTRUSTED_MEMBER.id} is of another authority`, { hint: "See doctor." }),
      new TrustError("expired", "i-3 shows an expired certificate"),
    ];
    const cluster = new FakeCluster({ members: [READY_MEMBER, UNTRUSTED_MEMBER], problems });
    expect(await runProgram(["list", "-o", "name"], { cluster })).toEqual({
      code: 8,
      stdout: `${READY_MEMBER.id}\n${UNTRUSTED_MEMBER.id}\n`,
      stderr:
        "warning: i-1 does not answer\n" +
        "warning: i-3 shows an expired certificate\n" +
        `error: ${UNTRUSTED_MEMBER.id} is of another authority\n` +
        "hint: See doctor.\n",
    });
  });

  it("does not say twice what is wrong with a member", async () => {
    const cluster = new FakeCluster({
      members: [BOOTING_MEMBER],
      problems: [new InstanceError("i-1 does not answer")],
      events: [{ kind: "member-unusable", instanceId: "i-1", problem: "connection refused", atMs: 0 }],
    });
    expect((await runProgram(["list", "-o", "name"], { cluster })).stderr).toBe("warning: i-1 does not answer\n");
  });

  it("shows control characters in what others wrote, and never sends them to the terminal", async () => {
    const hostile = { ...READY_MEMBER, version: "\u001b[2Jgone\u202e\n", zone: "a\u0000b" };
    const { stdout } = await runProgram(["list", "-o", "wide"], {
      cluster: new FakeCluster({ members: [hostile] }),
      terminal: true,
      env: { NO_COLOR: "1" },
    });
    expect(stdout).toContain("\\x1b[2Jgone\\u{202e}\\x0a");
    expect(stdout).toContain("a\\x00b");
    expect(stdout.split("\n")).toHaveLength(3);
  });

  it("shows while it waits, on a terminal", async () => {
    const { stderr } = await runProgram(["list", "-o", "name"], {
      cluster: new FakeCluster({ members }),
      terminal: true,
    });
    expect(stderr).toBe("[asking the members (0s)]\n");
  });

  it("ends with code 124 when the time limit passes, and says how to get more", async () => {
    const cluster = new FakeCluster({ members });
    const world = new FakeWorld(["list", "--timeout", "30s"], { cluster });
    // The cluster opens when it is asked to stop.
    cluster.open = (_target, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")), { once: true });
      });
    expect(await world.clock.runUntil(runIn(world))).toEqual({
      code: 124,
      stdout: "",
      stderr: "error: list did not end within 30s\nhint: Give it more time with --timeout.\n",
    });
    expect(world.clock.monotonicMs()).toBe(30_000);
  });
});
