import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  sandboxStatus,
  startSandboxProcess,
  stopSandboxProcess,
  type SandboxControl,
  type SandboxRecord,
} from "../../src/sandbox/control.js";
import type { Identity } from "../../src/sandbox/identity.js";
import type { Processes } from "../../src/sandbox/processes.js";
import { logPath, writeRecord } from "../../src/sandbox/state-directory.js";
import { EagerClock } from "./eager-clock.js";

type Behaviour = "serves" | "dies" | "hangs" | "ignores SIGTERM" | "leaves its files" | "stays a zombie";

/** Processes as the system would run them: the daemon serves, or does one of the other things that daemons do. */
class FakeProcesses implements Processes {
  readonly pid = 50;
  behaviour: Behaviour = "serves";
  started: string[][] = [];
  readonly alive = new Set([50]);
  readonly serving = new Map<string, number>();
  readonly signals: string[] = [];
  private directory = "";

  async startDaemon(args: readonly string[], log: string): Promise<number> {
    const pid = 1000 + this.started.length;
    this.started.push([...args]);
    this.directory = args[0] ?? "";
    await writeFile(log, "first line\n");
    if (this.behaviour === "dies") {
      await writeFile(log, "one\ntwo\nthree\nfour\nfive\nsix\n");
      return pid;
    }
    this.alive.add(pid);
    if (this.behaviour === "hangs") return pid;
    const record = recordOf(pid, args[1] ?? "");
    this.serving.set(record.endpoint, pid);
    await writeRecord(this.directory, record);
    return pid;
  }

  isAlive(pid: number): boolean {
    return this.alive.has(pid);
  }

  signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
    this.signals.push(`${signal} ${pid}`);
    if (signal === "SIGTERM" && this.behaviour === "ignores SIGTERM") return;
    this.serving.delete(recordOf(pid, "").endpoint);
    if (this.behaviour !== "stays a zombie") this.alive.delete(pid);
    if (signal === "SIGTERM" && this.behaviour !== "leaves its files")
      this.removal = rm(this.directory, { recursive: true });
  }

  removal: Promise<void> = Promise.resolve();
}

const recordOf = (pid: number, region: string): SandboxRecord => ({
  pid,
  endpoint: `http://127.0.0.1:${pid}`,
  region,
  startedMs: 1,
  configPath: "/state/config.yaml",
  controlKey: "key",
});

let folder: string;
let processes: FakeProcesses;
let control: SandboxControl;
let identities: Map<string, Identity>;
const signal = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "reflow-ec2-control-"));
  processes = new FakeProcesses();
  identities = new Map();
  control = {
    stateDirectory: join(folder, "reflow-ec2", "sandbox"),
    processes,
    clock: new EagerClock(),
    randomBytes,
    identify: async (endpoint) => {
      const pid = processes.serving.get(endpoint);
      return identities.get(endpoint) ?? (pid === undefined ? { kind: "nobody" } : { kind: "sandbox", pid });
    },
  };
});
afterEach(async () => {
  await processes.removal;
  await rm(folder, { recursive: true, force: true });
});

describe("starting the sandbox's process", () => {
  it("starts one, tells what it tells, and leaves no lock", async () => {
    const outcome = await startSandboxProcess(control, "us-west-2", signal);
    expect(outcome).toEqual({ record: recordOf(1000, "us-west-2"), started: true });
    expect(processes.started).toEqual([[control.stateDirectory, "us-west-2"]]);
    expect(await readdir(join(folder, "reflow-ec2"))).toEqual(["sandbox"]);
    expect((await stat(control.stateDirectory)).mode & 0o777).toBe(0o700);
  });

  it("finds the one that runs already, whatever its region", async () => {
    await startSandboxProcess(control, "us-west-2", signal);
    const outcome = await startSandboxProcess(control, "eu-west-1", signal);
    expect(outcome).toEqual({ record: recordOf(1000, "us-west-2"), started: false });
  });

  it("ends with one process when many start at the same time", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 6 }, () => startSandboxProcess(control, "us-west-2", signal)),
    );
    expect(processes.started).toHaveLength(1);
    expect(outcomes.map(({ record }) => record.pid)).toEqual([1000, 1000, 1000, 1000, 1000, 1000]);
    expect(outcomes.filter(({ started }) => started)).toHaveLength(1);
  });

  it("removes what a killed sandbox left", async () => {
    await mkdir(join(control.stateDirectory, "machines", "i-1"), { recursive: true });
    await writeRecord(control.stateDirectory, recordOf(999, "us-west-2"));
    const { started } = await startSandboxProcess(control, "us-west-2", signal);
    expect([started, await readdir(control.stateDirectory)]).toEqual([true, ["sandbox.json", "sandbox.log"]]);
  });

  it("says how its log ended when it dies, and leaves nothing", async () => {
    processes.behaviour = "dies";
    await expect(startSandboxProcess(control, "us-west-2", signal)).rejects.toMatchObject({
      name: "EndpointError",
      message: "the sandbox did not start: its process ended; its log ends:\ntwo\nthree\nfour\nfive\nsix",
      hint: "Run `reflow-ec2 sandbox start` to try again.",
    });
    expect(await readdir(join(folder, "reflow-ec2"))).toEqual([]);
  });

  it("says why no process could be made", async () => {
    processes.startDaemon = async () => {
      throw new Error("spawn EAGAIN");
    };
    await expect(startSandboxProcess(control, "us-west-2", signal)).rejects.toMatchObject({
      name: "EndpointError",
      message: "the sandbox did not start: spawn EAGAIN",
    });
    expect(await readdir(join(folder, "reflow-ec2"))).toEqual([]);
  });

  it("gives up after ten seconds, and kills what it started", async () => {
    processes.behaviour = "hangs";
    await expect(startSandboxProcess(control, "us-west-2", signal)).rejects.toMatchObject({
      message: "the sandbox did not start: it did not serve within 10 s; its log ends:\nfirst line",
    });
    expect(control.clock.monotonicMs()).toBe(10_000);
    expect([processes.signals, await readdir(join(folder, "reflow-ec2"))]).toEqual([["SIGKILL 1000"], []]);
  });

  it("kills what it started when it is interrupted", async () => {
    processes.behaviour = "hangs";
    const controller = new AbortController();
    const start = startSandboxProcess(control, "us-west-2", controller.signal);
    while (processes.started.length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error("Ctrl-C"));
    await expect(start).rejects.toThrow("Ctrl-C");
    expect([processes.signals, await readdir(join(folder, "reflow-ec2"))]).toEqual([["SIGKILL 1000"], []]);
  });

  it("does not start a second one beside one that does not answer", async () => {
    const { record } = await startSandboxProcess(control, "us-west-2", signal);
    identities.set(record.endpoint, { kind: "silent" });
    await expect(startSandboxProcess(control, "us-west-2", signal)).rejects.toMatchObject({
      name: "EndpointError",
      message: "the sandbox's process 1000 does not answer at http://127.0.0.1:1000",
      hint: "Run `reflow-ec2 sandbox stop`, which ends it, and start it again.",
    });
    expect(processes.started).toHaveLength(1);
  });
});

describe("the status of the sandbox", () => {
  const record = recordOf(1000, "us-west-2");

  it.each<[what: string, alive: boolean, identity: Identity, kind: string]>([
    ["runs and answers", true, { kind: "sandbox", pid: 1000 }, "running"],
    ["is there and silent", true, { kind: "silent" }, "silent"],
    ["is gone", false, { kind: "nobody" }, "stopped"],
    ["is gone and another sandbox has its port", true, { kind: "sandbox", pid: 1001 }, "stopped"],
    ["is gone and another program has its id", true, { kind: "nobody" }, "stopped"],
    ["is gone and other programs have its id and its port", true, { kind: "other" }, "stopped"],
  ])("whose process %s", async (_what, alive, identity, kind) => {
    await mkdir(control.stateDirectory, { recursive: true });
    await writeRecord(control.stateDirectory, record);
    if (alive) processes.alive.add(1000);
    identities.set(record.endpoint, identity);
    const status = await sandboxStatus(control);
    expect(status).toEqual(kind === "stopped" ? { kind } : { kind, record });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "{}",
    JSON.stringify({ ...record, pid: -1 }),
    JSON.stringify({ ...record, pid: "1000" }),
    JSON.stringify({ ...record, endpoint: "http://example.com" }),
  ])("with the record %j is stopped", async (text) => {
    processes.alive.add(1000);
    identities.set(record.endpoint, { kind: "sandbox", pid: 1000 });
    await mkdir(control.stateDirectory, { recursive: true });
    await writeFile(join(control.stateDirectory, "sandbox.json"), text);
    expect(await sandboxStatus(control)).toEqual({ kind: "stopped" });
  });
});

describe("stopping the sandbox's process", () => {
  it.each<[behaviour: Behaviour, signals: string[]]>([
    ["serves", ["SIGTERM 1000"]],
    ["leaves its files", ["SIGTERM 1000"]],
    ["stays a zombie", ["SIGTERM 1000"]],
    ["ignores SIGTERM", ["SIGTERM 1000", "SIGKILL 1000"]],
  ])("leaves nothing of one that %s", async (behaviour, signals) => {
    processes.behaviour = behaviour;
    const { record } = await startSandboxProcess(control, "us-west-2", signal);
    expect(await stopSandboxProcess(control, signal)).toEqual(record);
    expect(processes.signals).toEqual(signals);
    expect(await readdir(join(folder, "reflow-ec2"))).toEqual([]);
    expect(await sandboxStatus(control)).toEqual({ kind: "stopped" });
  });

  it("kills one that does not end within five seconds", async () => {
    processes.behaviour = "ignores SIGTERM";
    await startSandboxProcess(control, "us-west-2", signal);
    const beforeMs = control.clock.monotonicMs();
    await stopSandboxProcess(control, signal);
    expect(control.clock.monotonicMs() - beforeMs).toBe(5_000);
  });

  it("ends one that does not answer", async () => {
    const { record } = await startSandboxProcess(control, "us-west-2", signal);
    identities.set(record.endpoint, { kind: "silent" });
    expect(await stopSandboxProcess(control, signal)).toEqual(record);
    expect(processes.alive.has(1000)).toBe(false);
  });

  it("touches no process when none of ours runs, and cleans up", async () => {
    await mkdir(control.stateDirectory, { recursive: true });
    await writeFile(logPath(control.stateDirectory), "old\n");
    await writeRecord(control.stateDirectory, recordOf(50, "us-west-2"));
    expect(await stopSandboxProcess(control, signal)).toBeUndefined();
    expect([processes.signals, await readdir(join(folder, "reflow-ec2"))]).toEqual([[], []]);
  });
});
