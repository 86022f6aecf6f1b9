import { describe, expect, it } from "@jest/globals";
import {
  AccessError,
  CapacityError,
  ConfigError,
  EndpointError,
  InstanceError,
  InterruptedError,
  LeaseLostError,
  LimitError,
  NeverFitsError,
  PartialError,
  TimedOutError,
  TrustError,
  UsageError,
} from "../src/errors.js";
import { ClosedPipeError } from "../src/terminal/closed-pipe.js";
import { FakeCluster } from "./support/fake-cluster.js";
import { FakeWorld, runIn, runProgram } from "./support/fake-world.js";
import { READY_MEMBER } from "./support/sample-results.js";

const failing = (failure: unknown): { cluster: FakeCluster } => ({ cluster: new FakeCluster({ failure }) });

describe("the exit code", () => {
  it.each<[Error, number]>([
    [new UsageError("x"), 2],
    [new ConfigError("x"), 2],
    [new EndpointError("x"), 2],
    [new NeverFitsError("x"), 3],
    [new CapacityError("x"), 4],
    [new LimitError("x"), 5],
    [new AccessError("x"), 6],
    [new InstanceError("x"), 7],
    [new TrustError("expired", "x"), 8],
    [new PartialError("x"), 9],
    [new LeaseLostError("x"), 10],
    [new TimedOutError("x"), 124],
    [new Error("x"), 1],
  ])("of %s is its own", async (failure, code) => {
    expect((await runProgram(["list"], failing(failure))).code).toBe(code);
  });

  it("is 0 for help and version, which go to standard output", async () => {
    const help = await runProgram([]);
    expect([help.code, help.stdout.split("\n")[0], help.stderr]).toEqual([
      0,
      "Usage: reflow-ec2 <command> [options]",
      "",
    ]);
    const version = await runProgram(["--version"]);
    expect([version.code, version.stderr]).toEqual([0, ""]);
    expect(version.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("is 2 for a mistake on the command line, which goes to standard error", async () => {
    expect(await runProgram(["lst"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: unknown command 'lst'\nhint: Did you mean list? 'reflow-ec2 --help' tells what it takes.\n",
    });
  });
});

describe("a failure", () => {
  it("of the configuration tells every mistake with its place", async () => {
    const failure = new ConfigError(
      "3 mistakes in reflow.yaml",
      [
        {
          source: "reflow.yaml",
          line: 3,
          key: "ec2cluster.disktype",
          message: "gp9 is no disk type; did you mean gp2?",
        },
        { source: "reflow.yaml", key: "tls", message: "is missing" },
        { source: "--region", key: "", message: "moon-1 is no region" },
      ],
      { hint: "See config.example.yaml." },
    );
    expect(await runProgram(["list"], failing(failure))).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "error: 3 mistakes in reflow.yaml\n" +
        "  reflow.yaml:3: ec2cluster.disktype: gp9 is no disk type; did you mean gp2?\n" +
        "  reflow.yaml: tls: is missing\n" +
        "  --region: moon-1 is no region\n" +
        "hint: See config.example.yaml.\n",
    });
  });

  it("tells its causes with -v alone", async () => {
    const failure = new EndpointError("EC2 does not answer", {
      cause: new Error("connect ECONNREFUSED", { cause: "no listener" }),
    });
    expect((await runProgram(["list"], failing(failure))).stderr).toBe("error: EC2 does not answer\n");
    expect((await runProgram(["list", "-v"], failing(failure))).stderr).toBe(
      "error: EC2 does not answer\ncaused by: connect ECONNREFUSED\ncaused by: no listener\n",
    );
  });

  it("is red on a terminal, and plain with --no-color, NO_COLOR or in a pipe", async () => {
    const red = "\u001b[31merror:\u001b[39m x\n";
    const plain = "error: x\n";
    const stderr = async (argv: string[], env: Record<string, string>, terminal: boolean): Promise<string> =>
      (await runProgram(argv, { ...failing(new UsageError("x")), env: { CI: "1", ...env }, terminal })).stderr;
    expect(await stderr(["list"], {}, true)).toBe(red);
    expect(await stderr(["list"], { FORCE_COLOR: "1" }, false)).toBe(red);
    expect(await stderr(["list", "--no-color"], { FORCE_COLOR: "1" }, true)).toBe(plain);
    expect(await stderr(["list"], { NO_COLOR: "1" }, true)).toBe(plain);
    expect(await stderr(["list"], {}, false)).toBe(plain);
  });

  it("that is no error of ours is a bug: how to report it, and the stack with -vv alone", async () => {
    const failure = new TypeError("x is not a function");
    const report =
      "error: this should not have happened: x is not a function\n" +
      "hint: It is a bug of reflow-ec2. Report it with the command, the output of 'reflow-ec2 --version', " +
      "and what the command prints with -vv.\n";
    expect(await runProgram(["list"], failing(failure))).toEqual({ code: 1, stdout: "", stderr: report });
    expect((await runProgram(["list", "-v"], failing(failure))).stderr).toBe(report);
    const loud = (await runProgram(["list", "-vv"], failing(failure))).stderr;
    expect(loud.startsWith(`${report}TypeError: x is not a function\n    at `)).toBe(true);
  });

  it.each([["a text"], [null], [{ odd: true }], [42]])("of %j that was thrown is told too", async (thrown) => {
    const { code, stderr } = await runProgram(["list"], failing(thrown));
    expect(code).toBe(1);
    expect(stderr.startsWith("error: this should not have happened: ")).toBe(true);
  });

  it("to write the result is told, with code 9", async () => {
    const world = new FakeWorld(["list", "-o", "name"], { cluster: new FakeCluster({ members: [READY_MEMBER] }) });
    world.flush = async () => {
      throw new PartialError("cannot write to standard output: disk full");
    };
    expect(await runIn(world)).toEqual({
      code: 9,
      stdout: `${READY_MEMBER.id}\n`,
      stderr: "error: cannot write to standard output: disk full\n",
    });
  });
});

describe("an end from outside", () => {
  it.each([
    ["SIGINT", 2, 130],
    ["SIGTERM", 15, 143],
  ])("by %s is told in a word, with code 128 + %d", async (name, number, code) => {
    const world = new FakeWorld(["list"]);
    world.abort(new InterruptedError(name, number));
    expect(await runIn(world)).toEqual({ code, stdout: "", stderr: `interrupted by ${name}\n` });
  });

  it("is told by its reason, whatever the platform throws at an aborted wait", async () => {
    const world = new FakeWorld(["list"], failing(new DOMException("This operation was aborted", "AbortError")));
    const open = world.cluster.open.bind(world.cluster);
    world.cluster.open = async (target, deps) => {
      const handle = await open(target, deps);
      world.abort(new InterruptedError("SIGINT", 2));
      return handle;
    };
    expect(await runIn(world)).toEqual({ code: 130, stdout: "", stderr: "interrupted by SIGINT\n" });
  });

  it("by a closed pipe is quiet and no failure, before the result and after it", async () => {
    const before = new FakeWorld(["list"]);
    before.abort(new ClosedPipeError());
    expect(await runIn(before)).toEqual({ code: 0, stdout: "", stderr: "" });

    const after = new FakeWorld(["list", "-o", "name"], { cluster: new FakeCluster({ members: [READY_MEMBER] }) });
    after.flush = async () => after.abort(new ClosedPipeError());
    expect(await runIn(after)).toEqual({ code: 0, stdout: `${READY_MEMBER.id}\n`, stderr: "" });
  });

  it("by a closed pipe leaves a failure one that was found before", async () => {
    const world = new FakeWorld(["list"], failing(new CapacityError("none left")));
    world.flush = async () => world.abort(new ClosedPipeError());
    expect((await runIn(world)).code).toBe(4);
  });
});
