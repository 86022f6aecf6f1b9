import { describe, expect, it } from "@jest/globals";
import { InterruptedError, NeverFitsError } from "../../../src/errors.js";
import { FakeCluster, type FakeClusterState } from "../../support/fake-cluster.js";
import { type FakeProgram, FakePrograms } from "../../support/fake-programs.js";
import { FakeWorld, runIn } from "../../support/fake-world.js";
import { ALLOCATION, NOW_MS } from "../../support/sample-results.js";
import { runningUntil } from "./running.js";

const { uri } = ALLOCATION.alloc;
const REPORT = "cpu";

/** A program that ends when it is asked to, with 0. */
const obedient = (self: FakeProgram): void => void (self.onSignal = () => self.exit(0));
/** A program that hears and does nothing. */
const stubborn = (self: FakeProgram): void => void (self.onSignal = () => undefined);

/** `allocate -q [flags] -- <name> --flag`, where the body is that program. */
function worldOf(
  body: (self: FakeProgram) => void,
  { flags = ["-q"], state = {} }: { flags?: readonly string[]; state?: FakeClusterState } = {},
): FakeWorld {
  return new FakeWorld(["allocate", ...flags, "--", "job", "--flag", "-v"], {
    cluster: new FakeCluster({ allocation: ALLOCATION, ...state }),
    programs: new FakePrograms({ job: body }, { job2: { kind: "not-runnable", exitCode: 126, problem: "broken" } }),
  });
}

/** Runs until the program runs. */
async function started(world: FakeWorld) {
  const { ended } = await runningUntil(world, () => world.programs.started.length > 0 && world.cluster.lose.has(uri));
  const [program] = world.programs.started as [FakeProgram];
  // What has to be done at the start is done.
  await world.clock.advance(0);
  return { ended, program };
}

describe("allocate -- CMD", () => {
  it("runs the command untouched, with the alloc in its environment, and passes its code on", async () => {
    const world = worldOf((self) => self.exit(7));
    expect(await runIn(world)).toEqual({ code: 7, stdout: "", stderr: "" });
    expect(world.programs.started.map(({ command, env }) => ({ command, env }))).toEqual([
      {
        command: ["job", "--flag", "-v"],
        env: {
          REFLOW_ALLOC_URI: uri,
          REFLOW_ALLOC_ID: "9f86d081884c7d65",
          REFLOW_ALLOC_HOST: "ec2-198-51-100-20.us-west-2.compute.amazonaws.com",
          REFLOW_ALLOC_PORT: "9000",
          REFLOW_ALLOC_CPU: "2",
          REFLOW_ALLOC_MEM: "4294967296",
          REFLOW_ALLOC_DISK: "0",
          REFLOW_ALLOC_COUNT: "1",
          REFLOW_ALLOC_URIS: uri,
          REFLOW_INSTANCE_ID: "i-0123456789abcdef0",
          REFLOW_INSTANCE_TYPE: "c6a.2xlarge",
          REFLOW_INSTANCE_ZONE: "us-west-2a",
          REFLOW_INSTANCE_MARKET: "spot",
          REFLOW_INSTANCE_DNS: "ec2-198-51-100-20.us-west-2.compute.amazonaws.com",
        },
      },
    ]);
  });

  it("leaves the terminal to the command: what the cluster still does is told in lines", async () => {
    const world = new FakeWorld(["allocate", "--no-color", "--", "job"], {
      cluster: new FakeCluster({ allocation: ALLOCATION }),
      programs: new FakePrograms({ job: obedient }),
      terminal: true,
    });
    const { ended, program } = await started(world);
    const before = world.stderrText.length;
    const reason = "it is not needed any more";
    world.cluster.tell({ atMs: NOW_MS, kind: "instance-terminating", instanceId: "i-0bbbbbbbbbbbbbbbb", reason });
    program.exit(0);
    await ended;
    expect(world.stderrText.slice(before)).toBe(`terminating i-0bbbbbbbbbbbbbbbb: ${reason}\n`);
  });

  it("tells of the alloc on standard error, in the format that was asked for", async () => {
    const text = await runIn(worldOf((self) => self.exit(0), { flags: [] }));
    const json = await runIn(worldOf((self) => self.exit(0), { flags: ["-o", "json"] }));
    expect([text.stdout, text.stderr.includes(REPORT), json.stdout, JSON.parse(json.stderr)]).toMatchObject([
      "",
      true,
      "",
      { alloc: { uri } },
    ]);
  });

  it("has 128 and its number for a command that a signal killed", async () => {
    const world = worldOf(() => undefined);
    const { ended, program } = await started(world);
    world.send("SIGTERM");
    expect([(await ended).code, program.signals]).toEqual([143, ["SIGTERM"]]);
  });

  it.each(["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const)(
    "passes %s on where no terminal has, and the command's code after it",
    async (name) => {
      const world = worldOf(obedient);
      const { ended, program } = await started(world);
      world.send(name);
      expect([await ended, program.signals]).toEqual([{ code: 0, stdout: "", stderr: "" }, [name]]);
    },
  );

  it("leaves the terminal's keys to the command, however often they are typed", async () => {
    const world = worldOf(stubborn);
    world.programs.foreground = true;
    const { ended, program } = await started(world);
    for (const key of ["SIGINT", "SIGINT", "SIGQUIT"] as const) world.send(key);
    await world.clock.advance(60_000);
    expect(program.signals).toEqual([]);
    program.exit(130);
    expect((await ended).code).toBe(130);
  });

  it("kills a command that does not end within ten seconds, or the time of --grace", async () => {
    for (const [flags, graceMs] of [
      [["-q"], 10_000],
      [["-q", "--grace", "90s"], 90_000],
      [["-q", "--grace", "0s"], 0],
    ] as const) {
      const world = worldOf(stubborn, { flags });
      const { ended, program } = await started(world);
      world.send("SIGTERM");
      await world.clock.advance(Math.max(0, graceMs - 1));
      if (graceMs > 0) expect(program.signals).toEqual(["SIGTERM"]);
      await world.clock.advance(1);
      expect([(await ended).code, program.signals]).toEqual([137, ["SIGTERM", "SIGKILL"]]);
    }
  });

  it("kills it at a second signal, but takes one within a second for an echo of the first", async () => {
    const world = worldOf(stubborn);
    const { ended, program } = await started(world);
    world.send("SIGHUP");
    await world.clock.advance(999);
    world.send("SIGHUP");
    expect(program.signals).toEqual(["SIGHUP"]);
    await world.clock.advance(1);
    world.send("SIGTERM");
    expect([(await ended).code, program.signals]).toEqual([137, ["SIGHUP", "SIGKILL"]]);
  });

  it("ends the command when the lease is lost, and itself with 125 whatever the command says", async () => {
    const world = worldOf(obedient);
    const { ended, program } = await started(world);
    world.cluster.lose.get(uri)?.("zombie alloc");
    expect([await ended, program.signals]).toEqual([
      {
        code: 125,
        stdout: "",
        stderr:
          `error: the lease of ${uri} was lost: zombie alloc\n` +
          "hint: What ran in the alloc is gone. Run the command again for another alloc.\n",
      },
      ["SIGTERM"],
    ]);
  });

  it("kills the command that does not end when the lease is lost", async () => {
    const world = worldOf(stubborn, { flags: ["-q", "--grace", "3s"] });
    const { ended, program } = await started(world);
    world.cluster.lose.get(uri)?.("zombie alloc");
    await world.clock.advance(3_000);
    expect([(await ended).code, program.signals]).toEqual([125, ["SIGTERM", "SIGKILL"]]);
  });

  it("leaves no timer behind", async () => {
    const world = worldOf(obedient);
    const { ended } = await started(world);
    world.send("SIGTERM");
    await ended;
    expect(world.clock.sleeping).toBe(0);
  });
});

describe("a command that cannot be run", () => {
  it("is told with a shell's code before anything is allocated", async () => {
    const world = new FakeWorld(["allocate", "--", "nosuch"], { cluster: new FakeCluster({ allocation: ALLOCATION }) });
    expect(await runIn(world)).toEqual({
      code: 127,
      stdout: "",
      stderr:
        "error: cannot run 'nosuch': not found\n" +
        "hint: A program of the current folder needs ./ before its name; one with shell syntax needs sh -c '…'.\n",
    });
    expect(world.cluster.requests).toEqual([]);
  });

  it("has its alloc freed where that shows only when it is started", async () => {
    const world = new FakeWorld(["allocate", "-q", "--", "job2"], {
      cluster: new FakeCluster({ allocation: ALLOCATION }),
      programs: new FakePrograms({}, { job2: { kind: "not-runnable", exitCode: 126, problem: "permission denied" } }),
    });
    expect(await runIn(world)).toMatchObject({
      code: 126,
      stderr: expect.stringContaining("cannot run 'job2': permission denied"),
    });
    expect(world.cluster.requests.at(-1)).toEqual({ method: "hold", uris: [uri], free: true, until: "later" });
  });
});

describe("what fails before the command", () => {
  it("has the code 125, and its own in the status file", async () => {
    const failure = new NeverFitsError("no type has 4096 cpu");
    const world = worldOf(obedient, { flags: ["--status-file", "s.json"], state: { failure } });
    expect(await runIn(world)).toEqual({ code: 125, stdout: "", stderr: "error: no type has 4096 cpu\n" });
    expect(JSON.parse(world.written.get("s.json")?.at(-1) ?? "")).toEqual({
      schemaVersion: 1,
      state: "ended",
      exitCode: 125,
      failure: { exitCode: 3, code: "never-fits", reason: "no type has 4096 cpu" },
      command: null,
      leases: [],
    });
  });

  it("is 125 for a mistake on the command line, too", async () => {
    const run = (...argv: readonly string[]) => runIn(new FakeWorld(["allocate", ...argv]));
    expect([(await run("--cpu", "-1", "--", "job")).code, (await run("--cpu", "-1")).code]).toEqual([125, 2]);
  });

  it("is a signal: the command is not started, and the alloc is freed", async () => {
    const world = worldOf(obedient, { flags: ["-v"] });
    const write = world.stderr.write.bind(world.stderr);
    Object.assign(world.stderr, {
      write: (text: string) => {
        write(text);
        // The user sees the alloc and thinks better of it.
        if (text.includes(uri)) world.send("SIGINT");
      },
    });
    expect((await runIn(world)).code).toBe(130);
    expect([world.programs.started, world.cluster.requests.at(-1)]).toEqual([
      [],
      { method: "hold", uris: [uri], free: true, until: "later" },
    ]);
  });

  it("is a signal while the alloc is waited for", async () => {
    const world = worldOf(obedient, { flags: ["-q", "--status-file", "s.json"] });
    world.abort(new InterruptedError("SIGTERM", 15));
    expect((await runIn(world)).code).toBe(143);
    expect(JSON.parse(world.written.get("s.json")?.at(-1) ?? "")).toMatchObject({
      exitCode: 143,
      failure: { exitCode: 143, code: "interrupted" },
    });
  });
});

describe("--status-file", () => {
  it("says that it runs, and then how the command and the lease ended", async () => {
    const world = worldOf(stubborn, { flags: ["-q", "--status-file", "s.json"] });
    const { ended } = await started(world);
    world.cluster.lose.get(uri)?.("zombie alloc");
    await world.clock.advance(10_000);
    await ended;
    const at = "2026-01-01T00:00:00.000Z";
    expect(world.written.get("s.json")?.map((text) => JSON.parse(text) as unknown)).toEqual([
      { schemaVersion: 1, state: "running", exitCode: null, failure: null, command: null, leases: [] },
      {
        schemaVersion: 1,
        state: "ended",
        exitCode: 125,
        failure: { exitCode: 10, code: "lease-lost", reason: `the lease of ${uri} was lost: zombie alloc` },
        command: { exitCode: null, signal: "SIGKILL" },
        leases: [
          {
            uri,
            outcome: "lost",
            why: "zombie alloc",
            renewals: 1,
            failures: 0,
            history: [
              { at, kind: "renewed", grantedSeconds: 120 },
              { at, kind: "lost", why: "zombie alloc" },
            ],
          },
        ],
      },
    ]);
  });

  it("that cannot be written is told before anything is allocated", async () => {
    const world = worldOf(obedient, { flags: ["--status-file", "/forbidden/s.json"] });
    expect(await runIn(world)).toEqual({
      code: 125,
      stdout: "",
      stderr:
        "error: --status-file '/forbidden/s.json' cannot be written: permission denied\n" +
        "hint: Name a file in a folder that you may write to.\n",
    });
    expect(world.cluster.requests).toEqual([]);
  });

  it("that can no longer be written at the end is warned of, and the command's code passed on", async () => {
    const world = worldOf((self) => self.exit(7), { flags: ["-q", "--status-file", "s.json"] });
    const write = world.replaceFile.bind(world);
    world.replaceFile = (path, text) =>
      text.includes("ended") ? Promise.reject(new Error("disk full")) : write(path, text);
    expect(await runIn(world)).toEqual({
      code: 7,
      stdout: "",
      stderr: "warning: --status-file 's.json' could not be written: disk full\n",
    });
  });
});
