import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeInstancesCommand } from "@aws-sdk/client-ec2";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { CliUser } from "./support/cli.js";
import { failureOf } from "./support/failure.js";
import { isListening, isRunning, listenedAddresses } from "./support/listeners.js";
import { plainClient, type SandboxStatus } from "./support/sandbox.js";

/** Sandboxes start and stop, and a machine boots. */
const SLOW_MS = 60_000;

const STARTED = "sandbox: started; 'reflow-ec2 sandbox stop' ends it\n";
const RUNS_ALREADY = "sandbox: runs already\n";

let user: CliUser;
let stateDirectory: string;
beforeEach(async () => {
  user = await CliUser.create();
  stateDirectory = join(user.home, "state", "reflow-ec2", "sandbox");
}, SLOW_MS);
afterEach(() => user.leave(), SLOW_MS);

const start = (): Promise<SandboxStatus> => user.json<SandboxStatus>(["sandbox", "start"]);
const status = (): Promise<SandboxStatus> => user.json<SandboxStatus>(["sandbox", "status"]);

/** The status when none runs. */
const stopped = (): object => ({
  schemaVersion: 1,
  running: false,
  endpoint: null,
  region: null,
  pid: null,
  config: null,
  stateDirectory,
});

/** The files below a folder, at any depth. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

describe("the sandbox", () => {
  it(
    "is not there until it is started, and stopping it then is no failure",
    async () => {
      expect(await status()).toEqual(stopped());
      const { code, stdout, stderr } = await user.run(["sandbox", "stop"]);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: "stopped\n",
        stderr: "sandbox: none was running\n",
      });
    },
    SLOW_MS,
  );

  it(
    "is started once: a second start finds it, and status tells how any AWS client reaches it",
    async () => {
      const [first, second] = [await user.run(["sandbox", "start"]), await user.run(["sandbox", "start"])];
      expect([first.code, first.stderr, second.code, second.stderr]).toEqual([0, STARTED, 0, RUNS_ALREADY]);
      expect(second.stdout).toBe(first.stdout);

      const told = await status();
      expect(told).toEqual({
        schemaVersion: 1,
        running: true,
        endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        region: "us-west-2",
        pid: expect.any(Number),
        config: join(stateDirectory, "config.yaml"),
        stateDirectory,
      });
      expect(isRunning(told.pid)).toBe(true);
      expect(first.stdout).toContain(`export AWS_ENDPOINT_URL=${told.endpoint} AWS_REGION=us-west-2\n`);

      const ec2 = plainClient(told);
      expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations).toEqual([]);
      ec2.destroy();
    },
    SLOW_MS,
  );

  it(
    "is one, however many start it at the same time",
    async () => {
      const runs = await Promise.all(["1", "2", "3", "4"].map(() => user.run(["sandbox", "start", "-o", "json"])));
      const told = runs.map(({ stdout }) => JSON.parse(stdout) as SandboxStatus);
      expect(new Set(told.map(({ pid }) => pid)).size).toBe(1);
      expect(runs.map(({ stderr }) => stderr).sort()).toEqual(
        [RUNS_ALREADY, RUNS_ALREADY, RUNS_ALREADY, STARTED].sort(),
      );
    },
    SLOW_MS,
  );

  it(
    "is started by --sandbox where none runs, which is said, and how to stop it",
    async () => {
      const first = await user.run(["list", "--sandbox"]);
      const { endpoint } = await status();
      const banner = `sandbox: EC2 on this machine at ${endpoint}; nothing here is real`;
      expect(first).toEqual({
        code: 0,
        stdout: "",
        stderr: `${banner}; started now, 'reflow-ec2 sandbox stop' ends it\nno members in us-west-2\n`,
      });
      expect(await user.run(["list", "--sandbox", "-q"])).toEqual({ code: 0, stdout: "", stderr: `${banner}\n` });
    },
    SLOW_MS,
  );

  it(
    "listens on loopback alone, and stopped leaves no process, no file and no listener",
    async () => {
      const { pid, endpoint } = await start();
      const { alloc } = await user.json<{ alloc: { uri: string } }>(["--sandbox", "allocate", "--cpu", "1"]);
      const [host = "", port] = alloc.uri.split(/[:/]/);
      const doors = [
        { host: "127.0.0.1", port: Number(new URL(endpoint).port) },
        { host, port: Number(port) },
      ];
      expect(await Promise.all(doors.map(isListening))).toEqual([true, true]);
      if (process.platform === "linux") {
        expect(listenedAddresses(pid).slice().sort()).toEqual(doors.map((door) => door.host).sort());
      }

      const { code, stdout, stderr } = await user.run(["sandbox", "stop"]);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: "stopped\n",
        stderr: "sandbox: stopped; its state is removed\n",
      });
      expect({
        running: isRunning(pid),
        doors: await Promise.all(doors.map(isListening)),
        files: filesBelow(user.home),
        folder: existsSync(stateDirectory),
        status: await status(),
      }).toEqual({ running: false, doors: [false, false], files: [], folder: false, status: stopped() });
    },
    SLOW_MS,
  );

  it(
    "that was killed is not taken for one that runs, and the next start makes a new one",
    async () => {
      const before = await start();
      process.kill(before.pid, "SIGKILL");
      expect(await status()).toEqual(stopped());

      const { code, stderr } = await user.run(["sandbox", "start"]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: STARTED });
      const after = await status();
      expect(after).toEqual({ ...before, endpoint: after.endpoint, pid: after.pid });
      expect({ same: after.pid === before.pid, running: isRunning(after.pid) }).toEqual({ same: false, running: true });
      expect(await user.json(["--sandbox", "list"])).toEqual({ schemaVersion: 1, instances: [] });
    },
    SLOW_MS,
  );
});

describe("the sandbox cannot be started", () => {
  it(
    "for a region that nobody has, and says why",
    async () => {
      const ended = await user.run(["sandbox", "start", "--region", "us-nowhere-9"]);
      expect(failureOf(ended)).toEqual({
        code: 2,
        stdout: "",
        error: expect.stringContaining('"us-nowhere-9"'),
        hint: expect.stringMatching(/./),
        slips: [],
      });
      expect(await status()).toEqual(stopped());
    },
    SLOW_MS,
  );

  it(
    "where its state cannot be kept, and says how to name another place",
    async () => {
      const file = join(user.home, "file");
      writeFileSync(file, "");
      expect(failureOf(await user.run(["sandbox", "start"], { XDG_STATE_HOME: file }))).toEqual({
        code: 2,
        stdout: "",
        error: expect.stringContaining(file),
        hint: expect.stringContaining("XDG_STATE_HOME"),
        slips: [],
      });
    },
    SLOW_MS,
  );

  it(
    "in one region while it runs in another",
    async () => {
      await start();
      expect(failureOf(await user.run(["list", "--sandbox", "--region", "eu-west-1"]))).toEqual({
        code: 2,
        stdout: "",
        error: "the sandbox runs in us-west-2, not in eu-west-1",
        hint: expect.stringContaining("sandbox stop"),
        slips: [],
      });
    },
    SLOW_MS,
  );
});
