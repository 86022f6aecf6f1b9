import { EventEmitter } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { InterruptedError } from "../src/errors.js";
import { ClosedPipeError } from "../src/terminal/closed-pipe.js";
import { type HostProcess, createWorld } from "../src/world.js";

/** A process in memory: its streams, its signals, and how it was left. */
class FakeProcess extends EventEmitter implements HostProcess {
  readonly argv = ["/usr/bin/node", "/opt/reflow-ec2.js", "list", "-v"];
  readonly env = { HOME: "/home/ada", AWS_DEFAULT_REGION: "eu-west-1" };
  readonly platform = "linux";
  readonly pid = 4711;
  readonly execPath = "/usr/bin/node";
  readonly stdin = Object.assign(new PassThrough(), { isTTY: true });
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly stdout = sink(this.out);
  readonly stderr = sink(this.err);
  readonly exits: number[] = [];
  exitCode: number | undefined;

  readonly kills: (string | number)[] = [];

  kill(_pid: number, signal: string | number): boolean {
    this.kills.push(signal);
    return true;
  }

  exit(code: number): void {
    this.exits.push(code);
  }
}

function sink(taken: string[]) {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      if (chunk !== "") taken.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { isTTY: true, columns: 100 });
}

describe("the world of a process", () => {
  it("has the command line without the program, the environment, and the terminal's width", () => {
    const process = new FakeProcess();
    const { argv, env, platform, stdin, stdout, stderr, login } = createWorld(process);
    expect({ argv, env, platform, stdin: stdin.isTTY, stdout: stdout.columns, stderr: stderr.isTTY }).toEqual({
      argv: ["list", "-v"],
      env: process.env,
      platform: "linux",
      stdin: true,
      stdout: 100,
      stderr: true,
    });
    expect(login).not.toBe("");
  });

  it("writes results and messages to their own streams", async () => {
    const process = new FakeProcess();
    const world = createWorld(process);
    world.stdout.write("result\n");
    world.stderr.write("message\n");
    await world.flush();
    expect([process.out, process.err]).toEqual([["result\n"], ["message\n"]]);
  });

  it("asks on standard error, so that the question is seen when the result goes into a file", async () => {
    const process = new FakeProcess();
    const world = createWorld(process);
    process.stdin.write("y\n");
    expect(await world.stdin.question("Go? ", world.signal)).toBe("y");
    expect([process.out, process.err]).toEqual([[], ["Go? "]]);
  });

  it("reads what comes through a pipe, and lets one change of a file wait for another", async () => {
    const process = new FakeProcess();
    const world = createWorld(process);
    process.stdin.end("cache: off\n");
    expect(Buffer.from(await world.stdin.read(100, world.signal)).toString()).toBe("cache: off\n");

    const folder = mkdtempSync(join(tmpdir(), "reflow-ec2-world-"));
    try {
      const path = join(folder, "count");
      await world.replaceFile(path, "0");
      const add = (): Promise<void> =>
        world.whileChanging(path, world.signal, async () =>
          world.replaceFile(path, String(Number(await world.readFile(path)) + 1)),
        );
      await Promise.all([add(), add(), add()]);
      expect([await world.readFile(path), readdirSync(folder)]).toEqual(["3", ["count"]]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("aborts at the first Ctrl-C and lets the command clean up", () => {
    const process = new FakeProcess();
    const world = createWorld(process);
    world.onForcedExit(() => "i-1 may remain\n");
    process.emit("SIGINT");
    expect(world.signal.reason).toEqual(new InterruptedError("SIGINT", 2));
    expect([process.exits, process.err]).toEqual([[], []]);
  });

  it("leaves at once at the second Ctrl-C, with what may remain", async () => {
    jest.useFakeTimers();
    try {
      const process = new FakeProcess();
      const world = createWorld(process);
      world.onForcedExit(() => "i-1 may remain\n");
      process.emit("SIGINT");
      await jest.advanceTimersByTimeAsync(1_000);
      process.emit("SIGINT");
      expect([process.exits, process.err]).toEqual([[130], ["i-1 may remain\n"]]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("aborts when nobody reads standard output any more, and goes on when nobody reads standard error", () => {
    const closed = Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
    const process = new FakeProcess();
    const world = createWorld(process);
    process.stderr.emit("error", closed);
    expect(world.signal.aborted).toBe(false);
    process.stdout.emit("error", closed);
    expect(world.signal.reason).toBeInstanceOf(ClosedPipeError);
  });

  it("hands signals on while they are diverted", () => {
    const process = new FakeProcess();
    const world = createWorld(process);
    const heard: string[] = [];
    const restore = world.divertSignals((name) => heard.push(name));
    process.emit("SIGTERM");
    process.emit("SIGINT");
    restore();
    expect([heard, world.signal.aborted, process.exits]).toEqual([["SIGTERM", "SIGINT"], false, []]);
  });

  it("looks for programs on the path of the process", async () => {
    const world = createWorld(new FakeProcess());
    expect(await world.programs.check("reflow-ec2-has-no-such-program")).toMatchObject({ exitCode: 127 });
  });

  it("knows which files exist", async () => {
    const world = createWorld(new FakeProcess());
    expect([await world.fileExists(import.meta.filename), await world.fileExists("/no/such/file")]).toEqual([
      true,
      false,
    ]);
  });
});

describe("a reader that does not read", () => {
  /** Its standard output takes nothing. */
  const stuck = (): FakeProcess =>
    Object.assign(new FakeProcess(), {
      stdout: Object.assign(new Writable({ write: () => undefined }), { isTTY: false, columns: undefined }),
    });

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it("is waited for without end, but after a signal for a moment only", async () => {
    const process = stuck();
    const world = createWorld(process);
    world.stdout.write("result\n");
    let outcome: unknown;
    const flushing = world.flush().catch((error: unknown) => (outcome = error));
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(outcome).toBeUndefined();
    process.emit("SIGTERM");
    await jest.advanceTimersByTimeAsync(1_000);
    await flushing;
    expect(outcome).toEqual(new InterruptedError("SIGTERM", 15));
  });

  it("does not keep a process whose command is over and that was told to end", async () => {
    const process = stuck();
    const world = createWorld(process);
    world.leave(0);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect([process.exitCode, process.exits]).toEqual([0, []]);
    process.emit("SIGTERM");
    await jest.advanceTimersByTimeAsync(1_000);
    expect(process.exits).toEqual([0]);
  });

  it("does not keep it either when the command of the user's heard the signal", async () => {
    const process = stuck();
    const world = createWorld(process);
    const end = world.divertSignals(() => undefined);
    process.emit("SIGTERM");
    end();
    world.leave(143);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(process.exits).toEqual([143]);
  });

  it("keeps it as long as something launched is not of use yet, nor ended", async () => {
    const process = stuck();
    const world = createWorld(process);
    world.onForcedExit(() => "warning: left before cleaning up\n");
    process.emit("SIGTERM");
    world.leave(143);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect([process.exitCode, process.exits]).toEqual([143, []]);
  });
});

describe("a terminal that has gone", () => {
  it.each([
    ["ends the process by the signal of that, before Node cannot restore its modes", false, ["SIGHUP"]],
    ["is not meant when it is still there", true, []],
  ])("%s", (_title, isThere, kills) => {
    const process = new FakeProcess();
    createWorld(process, () => isThere).leave(129);
    process.emit("exit");
    expect([process.kills, process.listenerCount("SIGHUP")]).toEqual([kills, isThere ? 1 : 0]);
  });
});
