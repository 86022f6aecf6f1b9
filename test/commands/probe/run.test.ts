import { describe, expect, it } from "@jest/globals";
import type { ProbePlan } from "../../../src/cluster/probe/plan.js";
import { probeJson } from "../../../src/terminal/json/probe.js";
import { AccessError, ConfigError } from "../../../src/errors.js";
import { ClosedPipeError } from "../../../src/terminal/closed-pipe.js";
import { FakeCluster } from "../../support/fake-cluster.js";
import { FakeWorld, runIn, runProgram } from "../../support/fake-world.js";
import { expectGolden } from "../../support/golden.js";
import { ENDED, GOOD_PROBE, PROBE, probeOf } from "../../support/sample-probe.js";

const PLAN: ProbePlan = {
  types: [
    {
      type: "c6a.2xlarge",
      samples: 2,
      places: [
        { market: "spot", zone: "us-west-2a", hourlyUsd: 0.15, priceBasis: "spot" },
        { market: "on-demand", zone: "us-west-2a", hourlyUsd: 0.3179, priceBasis: "on-demand" },
        { market: "on-demand", zone: "us-west-2b", hourlyUsd: 0.3179, priceBasis: "on-demand" },
      ],
      usualUsd: 0.01,
      mostUsd: 0.18,
    },
  ],
  skipped: [
    {
      type: "t1.micro",
      samples: 2,
      kind: "nowhere",
      reason: "it is not sold in any zone that the configuration allows",
    },
  ],
  usualUsd: 0.01,
  mostUsd: 0.18,
};

const env = { NO_COLOR: "1" };
const good = () => new FakeCluster({ probe: { plan: PLAN, report: GOOD_PROBE } });
const mixed = () => new FakeCluster({ probe: { plan: PLAN, report: PROBE } });

describe("probe", () => {
  it("shows what it would launch and for how much, asks, and tells of each sample", async () => {
    const { code, stdout, stderr } = await runProgram(["probe", "c6a.2xlarge"], {
      cluster: good(),
      terminal: true,
      columns: 100,
      answers: ["y"],
      env: { ...env, CI: "1" },
    });
    expect(code).toBe(0);
    expectGolden("cli/probe-run.txt", stderr);
    expectGolden("cli/probe-result.txt", stdout);
  });

  it("hands on what was asked for", async () => {
    const cluster = good();
    const flags =
      "--samples 3 --concurrency 4 --market fallback --zone us-west-2b --budget 5 --max 7 --timeout 5m --yes";
    await runProgram(["probe", "--match", "c6a.*", "--match", "m6a.large", ...flags.split(" ")], { cluster });
    const request = {
      types: ["c6a.2xlarge", "t1.micro"],
      samples: 3,
      concurrency: 4,
      market: "fallback",
      zone: "us-west-2b",
      timeoutMs: 300_000,
      budgetUsd: 5,
    };
    expect(cluster.requests).toEqual([
      { method: "probeTypes", selection: { kind: "match", globs: ["c6a.*", "m6a.large"] } },
      { method: "planProbe", ...request },
      { method: "probe", ...request },
    ]);
  });

  it("waits for no instance longer than it lives, and says so", async () => {
    const cluster = good();
    const { stderr } = await runProgram(["probe", "c6a.2xlarge", "--dry-run", "--timeout", "1h"], { cluster, env });
    expect(cluster.requests.at(-1)).toMatchObject({ method: "planProbe", timeoutMs: 900_000 });
    expect(stderr).toContain("warning: --timeout 1h is taken for 15m: after that a probed machine ends itself\n");
  });

  it("launches nothing without a yes: no terminal and no --yes is a mistake", async () => {
    const cluster = good();
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge"], { cluster, env });
    expect(code).toBe(2);
    expect(stderr).toContain("error: this needs a confirmation, and there is no terminal to ask on\nhint: Add --yes");
    expect(cluster.requests.map(({ method }) => method)).toEqual(["probeTypes", "planProbe"]);
  });

  it("with --dry-run shows the plan, and asks and launches nothing", async () => {
    const cluster = good();
    const { code, stdout, stderr } = await runProgram(["probe", "--all", "--dry-run"], { cluster, env });
    expect({ code, stderr, methods: cluster.requests.map(({ method }) => method) }).toEqual({
      code: 0,
      stderr: "would probe 2 instances of 1 type, for about 0.0100 USD (0.1800 USD at most, should each take 15m)\n",
      methods: ["probeTypes", "planProbe"],
    });
    expectGolden("cli/probe-plan.txt", stdout);
  });

  it("gives programs the plan", async () => {
    const { stdout } = await runProgram(["probe", "--all", "--dry-run", "-o", "json"], { cluster: good() });
    expect(JSON.parse(stdout)).toEqual({ schemaVersion: 1, ...PLAN });
  });

  it("gives programs the report, and scripts the verified types", async () => {
    const json = await runProgram(["probe", "c6a.2xlarge", "--yes", "-o", "json"], { cluster: good() });
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(probeJson({ ...GOOD_PROBE, gates: [] }))));
    const names = await runProgram(["probe", "c6a.2xlarge", "--yes", "-o", "name"], { cluster: good() });
    expect(names.stdout).toBe("c6a.2xlarge\nm5.large\n");
  });

  it("has nothing to do when every type has been tried", async () => {
    const nothing = { ...PLAN, types: [], skipped: [] };
    const report = { ...GOOD_PROBE, samples: [], types: [] };
    const cluster = new FakeCluster({ probe: { plan: nothing, report } });
    const { code, stderr } = await runProgram(["probe", "--unverified"], { cluster, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "nothing to probe in us-west-2: every type has been tried\n" });
  });

  it.each([
    [
      ["--match", "*.metal", "--match", "p5.*"],
      "no type that may be launched in us-west-2 matches '*.metal' or 'p5.*'",
    ],
    [["--all"], "no type that may be launched in us-west-2 is there"],
  ])("takes it for a mistake when %j means nothing: no gate is to be passed by nothing", async (args, message) => {
    const nothing = { ...PLAN, types: [], skipped: [] };
    const cluster = new FakeCluster({ probe: { plan: nothing, report: GOOD_PROBE } });
    const { code, stderr } = await runProgram(["probe", ...args, "--yes"], { cluster, env });
    expect({ code, stderr, methods: cluster.requests.map(({ method }) => method) }).toEqual({
      code: 2,
      stderr:
        `error: ${message}\nhint: Types count that the region offers, that \`instancetypes\` of the configuration allows, ` +
        "and that reflowlets run on. A type that is named in full is probed all the same.\n",
      methods: ["probeTypes"],
    });
  });

  it("ends with 5 without asking when the budget lets nothing begin, and writes the reports all the same", async () => {
    const skipped = [{ type: "x1e.32xlarge", samples: 1, kind: "budget", reason: "it may cost 9 USD" }] as const;
    const report = probeOf([], { skipped });
    const cluster = new FakeCluster({ probe: { plan: { ...PLAN, types: [], skipped }, report } });
    const world = new FakeWorld(["probe", "x1e.32xlarge", "--budget", "1", "--junit", "p.xml"], { cluster, env });
    const { code, stdout, stderr } = await runIn(world);
    expect({ code, stdout, stderr }).toEqual({
      code: 5,
      stdout: "x1e.32xlarge: 1 sample not begun: it may cost 9 USD\n",
      stderr:
        "error: the budget lets nothing begin: x1e.32xlarge: it may cost 9 USD\n" +
        "hint: Raise --budget, or lower --timeout: each instance is counted at the most that it may cost.\n",
    });
    expect(world.written.get("p.xml")?.map((text) => text.includes("x1e.32xlarge not begun"))).toEqual([false, true]);
  });

  it("ends with 9 when some samples were verified, after everything is written", async () => {
    const { code, stdout, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes"], { cluster: mixed(), env });
    expect(code).toBe(9);
    expect(stdout).toContain("c6a.2xlarge");
    expect(stderr).toMatch(/error: \d+ of \d+ samples verified\nhint: /);
  });

  it("ends with what kept anything else from being begun", async () => {
    const fatal = new AccessError("RunInstances: UnauthorizedOperation", { hint: "ask for it" });
    const cluster = new FakeCluster({ probe: { plan: PLAN, report: PROBE, fatal } });
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes"], { cluster, env });
    expect(code).toBe(6);
    expect(stderr.endsWith("error: RunInstances: UnauthorizedOperation\nhint: ask for it\n")).toBe(true);
  });

  it("writes what was found, then ends by the signal, when it is interrupted", async () => {
    let interrupt = (): void => undefined;
    const cluster = new FakeCluster({
      probe: { plan: PLAN, report: PROBE, meanwhile: () => interrupt() },
    });
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", "--csv", "p.csv"], { cluster, env });
    interrupt = () => world.send("SIGINT");
    const { code, stdout } = await runIn(world);
    expect(code).toBe(130);
    expect(stdout).toContain("c6a.2xlarge");
    expect(world.written.get("p.csv")?.map((text) => text.split("\r\n").length > 1)).toEqual([false, true]);
  });

  it("has its verdict also where nobody reads the result to its end", async () => {
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", "--fail-over", "1s"], { cluster: good(), env });
    const write = world.stdout.write.bind(world.stdout);
    world.stdout.write = (text) => {
      write(text);
      world.abort(new ClosedPipeError());
    };
    expect((await runIn(world)).code).toBe(9);
  });

  it("says so when the end of an instance was not seen", async () => {
    const [first, ...rest] = GOOD_PROBE.samples;
    const id = "i-0123456789abcdef0";
    const left = { instanceId: id, state: "shutting-down", seen: false, problem: "it is shutting-down" } as const;
    const report = { ...GOOD_PROBE, samples: first === undefined ? rest : [{ ...first, ends: [left] }, ...rest] };
    const cluster = new FakeCluster({ probe: { plan: PLAN, report } });
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes"], { cluster, env });
    expect(code).toBe(9);
    expect(stderr.split("error: ")[1]).toBe(
      `not seen to end: ${id} (it is shutting-down)\nhint: 'reflow-ec2 terminate ${id}' ends them; they end themselves by their deadline.\n`,
    );
  });

  it("ends with 9 when that of one that failed was not seen either", async () => {
    const cluster = new FakeCluster({ probe: { plan: PLAN, report: probeOf([ENDED["timed-out"]]) } });
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes"], { cluster, env });
    expect(code).toBe(9);
    expect(stderr).toContain("error: not seen to end: ");
  });

  it("launches nothing where it is known that nothing could be saved", async () => {
    const unclaimable = new ConfigError("the measured data in /etc/m.json is damaged");
    const cluster = new FakeCluster({ probe: { plan: PLAN, report: GOOD_PROBE, unclaimable } });
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes", "--save"], { cluster, env });
    expect(code).toBe(2);
    expect(stderr).toContain("error: the measured data in /etc/m.json is damaged\n");
    expect(cluster.requests.map(({ method }) => method)).toEqual(["probeTypes", "planProbe", "claimMeasured"]);
  });

  it("tells what it found also when that cannot be saved", async () => {
    const unsavable = new ConfigError("measured data /no/m.json cannot be written: EACCES");
    const cluster = new FakeCluster({ probe: { plan: PLAN, report: GOOD_PROBE, unsavable } });
    const args = ["probe", "c6a.2xlarge", "--yes", "--save", "-o", "json"];
    const { code, stdout, stderr } = await runProgram(args, { cluster, env });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ costUsd: 0.030011 });
    expect(stderr).toContain("error: measured data /no/m.json cannot be written: EACCES\n");
  });

  it("says that nothing was saved also where the verdict is another", async () => {
    const unsavable = new ConfigError("measured data /no/m.json cannot be written: EACCES");
    const cluster = new FakeCluster({ probe: { plan: PLAN, report: PROBE, unsavable } });
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes", "--save"], { cluster, env });
    expect(code).toBe(9);
    expect(stderr).toContain("warning: nothing was saved: measured data /no/m.json cannot be written: EACCES\n");
  });

  it("keeps what was measured with --save", async () => {
    const cluster = good();
    const { stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes", "--save"], { cluster, env });
    expect(stderr).toContain("saved what was measured of 2 types in /home/ada/.reflow/reflow-ec2-measured.json\n");
  });
});

describe("--save", () => {
  it.each([
    [["--endpoint-url", "http://127.0.0.1:4566"], {}],
    [[], { AWS_ENDPOINT_URL: "http://127.0.0.1:4566" }],
    [["--endpoint-url", "http://127.0.0.1:4566"], { AWS_ENDPOINT_URL: "https://ec2.us-west-2.amazonaws.com" }],
  ])("is refused where another EC2 than AWS's is asked: %j %j", async (args, variables) => {
    const cluster = good();
    const { code, stderr } = await runProgram(["probe", "c6a.large", "--yes", "--save", ...args], {
      cluster,
      env: { ...env, ...variables },
    });
    expect({ code, stderr, requests: cluster.requests }).toEqual({
      code: 2,
      stderr:
        "error: --save would keep what http://127.0.0.1:4566 taught as if it were of AWS\nhint: Leave --save out, or use --sandbox, which keeps a file of its own.\n",
      requests: [],
    });
  });

  it.each([
    "https://vpce-1234.ec2.us-west-2.vpce.amazonaws.com",
    "https://ec2.us-west-2.api.aws",
    "https://ec2.cn-north-1.amazonaws.com.cn/",
  ])("is taken where AWS's own endpoints are named: %s", async (endpoint) => {
    const args = ["probe", "c6a.large", "--yes", "--save", "--endpoint-url", endpoint];
    expect((await runProgram(args, { cluster: good(), env })).code).toBe(0);
  });
});

describe("the reports of a probe", () => {
  const files = ["--junit", "p.xml", "--markdown", "p.md", "--html", "p.html", "--csv", "p.csv"];

  it("are written each in its format, and Markdown to GitHub's summary, too", async () => {
    const summary = "/home/runner/summary.md";
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", ...files], {
      cluster: good(),
      env: { ...env, GITHUB_STEP_SUMMARY: summary },
    });
    expect((await runIn(world)).code).toBe(0);
    const starts = [...world.written].map(([path, versions]) => [path, versions.map((text) => text.slice(0, 15))]);
    expect(starts).toEqual([
      ["p.xml", ["", '<?xml version="']],
      ["p.md", ["", expect.stringMatching(/^#/)]],
      ["p.html", ["", "<!DOCTYPE html>"]],
      ["p.csv", ["", expect.stringMatching(/^[a-z]/)]],
      [summary, [expect.stringMatching(/^#/)]],
    ]);
  });

  it("must be writable before anything is launched", async () => {
    const cluster = good();
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", "--junit", "/no/p.xml"], { cluster, env });
    world.replaceFile = async () => {
      throw new Error("ENOENT: no such file or directory");
    };
    const { code, stderr } = await runIn(world);
    expect({ code, stderr: stderr.split("error: ")[1] }).toEqual({
      code: 2,
      stderr:
        "--junit '/no/p.xml' cannot be written: ENOENT: no such file or directory\nhint: Name a file in a folder that you may write to.\n",
    });
    expect(cluster.requests.map(({ method }) => method)).toEqual(["probeTypes", "planProbe"]);
  });

  it("end the probe with 9 where one cannot be written any more: nobody is to take an empty one for good", async () => {
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", ...files], { cluster: good(), env });
    const replaceFile = world.replaceFile.bind(world);
    world.replaceFile = async (path, text, mode) => {
      if (path === "p.html" && text !== "") throw new Error("ENOSPC: no space left on device");
      return replaceFile(path, text, mode);
    };
    const { code, stdout, stderr } = await runIn(world);
    expect({ code, table: stdout.split(" ")[0], csv: world.written.get("p.csv")?.length }).toEqual({
      code: 9,
      table: "TYPE",
      csv: 2,
    });
    expect(stderr).toContain(
      "warning: the report p.html could not be written: ENOSPC: no space left on device\n" +
        "error: not written: --html p.html\nhint: The probe itself is done; see above why.\n",
    );
  });

  it("leave the exit code alone where only GitHub's summary cannot be written, which nobody asked for", async () => {
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes"], {
      cluster: good(),
      env: { ...env, GITHUB_STEP_SUMMARY: "/no/summary.md" },
    });
    world.appendFile = async () => {
      throw new Error("EACCES: permission denied");
    };
    const { code, stderr } = await runIn(world);
    expect(code).toBe(0);
    expect(stderr).toContain("warning: the report /no/summary.md could not be written: EACCES: permission denied\n");
  });

  it("keep the mode of a file that is there", async () => {
    const world = new FakeWorld(["probe", "c6a.2xlarge", "--yes", ...files], { cluster: good(), env });
    await runIn(world);
    expect([...world.modes]).toEqual(["p.xml", "p.md", "p.html", "p.csv"].map((path) => [path, "keep"]));
  });
});

describe("the gates of a probe", () => {
  const baseline = JSON.stringify(probeJson(GOOD_PROBE));

  it("pass silently", async () => {
    const gates = ["--fail-over", "1h", "--min-mem-ratio", "0.1", "--baseline", "base.json"];
    const { code } = await runProgram(["probe", "c6a.2xlarge", "--yes", ...gates], {
      cluster: good(),
      env,
      texts: { "base.json": baseline },
    });
    expect(code).toBe(0);
  });

  it("trip with the list of types that fall short", async () => {
    const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--yes", "--fail-over", "1s"], {
      cluster: good(),
      env,
    });
    expect(code).toBe(9);
    expect(stderr).toMatch(
      /error: \d types? fell short of what was asked for:\n {4}c6a.2xlarge: took .*\(--fail-over 1s\)/,
    );
  });

  it.each([
    ["is missing", {}, "--baseline 'base.json' cannot be read: ENOENT"],
    ["is no report", { "base.json": "[1]" }, "base.json"],
  ])(
    "need a baseline that can be read: one that %s is told before anything is asked for",
    async (_title, texts, text) => {
      const cluster = good();
      const { code, stderr } = await runProgram(["probe", "c6a.2xlarge", "--baseline", "base.json"], {
        cluster,
        env,
        texts,
      });
      expect(code).toBe(2);
      expect(stderr).toContain(text);
      expect(cluster.requests).toEqual([]);
    },
  );
});

describe("mistakes on the command line of probe", () => {
  it.each([
    [[], "no instance type is named"],
    [["c6a.large", "--all"], "instance types and --all exclude each other"],
    [["--all", "--retry"], "--all and --unverified or --retry exclude each other"],
    [["c6a.large", "--samples", "0"], "--samples '0' is not a whole number from 1 to 1000"],
    [["c6a.large", "--concurrency", "x"], "--concurrency 'x' is not a whole number from 1 to 200"],
    [["c6a.large", "--budget", "-1"], "--budget '-1' is not a price in USD"],
    [["c6a.large", "--max-regression", "5%"], "--max-regression needs --baseline"],
    [["c6a.large", "--baseline", "b", "--max-regression", "much"], "--max-regression 'much' is not a percentage"],
    [["c6a.large", "--min-mem-ratio", "2"], "--min-mem-ratio '2' is not a share from 0 to 1"],
    [["c6a.large", "--fail-over", "soon"], "--fail-over 'soon' is not a duration"],
    [["c6a.large", "--junit", ""], "--junit is empty"],
    [["c6a.large", "--csv", "p", "--html", "p"], "--html and --csv name the same file, 'p'"],
    [["c6a.large", "--csv", "b", "--baseline", "b"], "--baseline and --csv name the same file, 'b'"],
    [["c6a/large"], "'c6a/large' is not the name of an instance type"],
  ])("%j: %s", async (args, message) => {
    const { code, stderr } = await runProgram(["probe", ...args], { cluster: good(), env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(`error: ${message}`) });
  });
});
