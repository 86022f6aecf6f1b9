import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { inspectAllocs } from "../../src/cluster/inspect-allocs.js";
import { systemClock } from "../../src/lib/clock.js";
import { ReflowletClient } from "../../src/pool/reflowlet-client.js";
import type { PoolTransport } from "../../src/pool/transport.js";
import { formatUri, parseUri } from "../../src/pool/uri.js";
import type { RunStatusJson } from "../../src/terminal/json/run-status.js";
import { createMutualTlsTransport } from "../../src/tls/transport.js";
import type { Running } from "./support/cli.js";
import { Driver } from "./support/driver.js";
import { certificateOf } from "./support/impostors.js";
import { isRunning } from "./support/listeners.js";
import { fastClock } from "./support/preload.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

/** The command line waits for a machine that boots. */
const SLOW_MS = 60_000;
/** A keepalive comes after three seconds instead of ninety. */
const FAST = fastClock(30);

let sandbox: E2eSandbox;
let reflowlet: ReflowletClient;
let transport: PoolTransport;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
  const { authority } = await Driver.of(sandbox);
  transport = createMutualTlsTransport({
    authority,
    clientCertificate: await certificateOf(authority),
    clock: systemClock,
  });
  // Everything below is served by this instance.
  const { alloc } = await sandbox.user.json<{ alloc: { uri: string } }>(["--sandbox", "allocate", "--cpu", "8"]);
  reflowlet = new ReflowletClient(transport, parseUri(alloc.uri).address);
  const freed = await sandbox.user.json(["--sandbox", "free", alloc.uri]);
  expect(freed).toEqual({ schemaVersion: 1, allocs: [{ uri: alloc.uri, freed: true, problem: "" }] });
}, SLOW_MS);
afterAll(async () => {
  transport.close();
  await sandbox.stop();
}, SLOW_MS);

const allocate = (...args: readonly string[]): readonly string[] => [
  ...["--sandbox", "-q", "allocate", "--cpu", "0.25", "--mem", "64MiB"],
  ...args,
];
/** `allocate [flags] -- sh -c <script>`; further arguments are the script's. */
const run = (script: string, ...flags: readonly string[]): readonly string[] =>
  allocate(...flags, "--", "sh", "-c", script, "job");

/** A script that says where its alloc is, and its process id, and then runs until it is ended. */
const waits = (name: string): string =>
  `echo "$REFLOW_ALLOC_URI $$" > ${home(name)}.new; mv ${home(name)}.new ${home(name)}; while :; do sleep 0.05; done`;

const home = (name: string): string => join(sandbox.user.home, name);
const read = (name: string): string => readFileSync(home(name), "utf8").trim();
const status = (name: string): RunStatusJson => JSON.parse(read(name)) as RunStatusJson;

/** What a script that waits has said. */
async function said(name: string, running: Running): Promise<{ readonly uri: string; readonly pid: number }> {
  let ended = false;
  void running.ended.then(() => (ended = true));
  while (!existsSync(home(name))) {
    if (ended) throw new Error(`ended without ${name}: ${(await running.ended).stderr}`);
    await pause(20);
  }
  const [uri = "", pid] = read(name).split(" ");
  return { uri, pid: Number(pid) };
}

/** The allocs that hold something, as their reflowlet has them. */
async function held(): Promise<readonly string[]> {
  const allocs = await inspectAllocs(reflowlet, {});
  const { address } = reflowlet;
  return allocs
    .filter(({ expiresMs = 0 }) => expiresMs > Date.now())
    .map(({ id }) => formatUri({ address, id }))
    .sort();
}

describe("allocate -- CMD", () => {
  it(
    "passes on the command's output and code, and has shells' codes where it cannot be run",
    async () => {
      const { user, status: sandboxStatus } = sandbox;
      const [spoke, killed, closed, missing, plain, tooBig] = await Promise.all([
        user.run([...run('echo "$@ $REFLOW_ALLOC_CPU $REFLOW_ALLOC_MEM"; echo problem >&2; exit 7'), "--flag", "-v"]),
        user.run(run("kill -9 $$")),
        user.startClosed(run("cat; echo nobody hears; exit 3")).ended,
        user.run(allocate("--", "reflow-ec2-no-such-program")),
        user.run(allocate("--", sandboxStatus.config)),
        user.run(["--sandbox", "allocate", "--cpu", "99999", "--status-file", home("too-big"), "--", "true"]),
      ]);
      expect([spoke, killed, closed, missing, plain, tooBig].map(({ code }) => code)).toEqual([
        7, 137, 3, 127, 126, 125,
      ]);
      expect([spoke.stdout, spoke.stderr]).toEqual([
        "--flag -v 0.25 67108864\n",
        expect.stringMatching(/^sandbox: .*\nproblem\n$/),
      ]);
      expect(status("too-big")).toMatchObject({ exitCode: 125, failure: { exitCode: 3, code: "never-fits" } });
      expect(statSync(home("too-big")).mode & 0o777).toBe(0o600);
      expect(await held()).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    "passes signals on, kills what ignores them, and frees the alloc in every case",
    async () => {
      const { user } = sandbox;
      const willing = user.start(run(`trap "exit 9" TERM; ${waits("willing")}`));
      const stubborn = user.start(run(`trap "" TERM; ${waits("stubborn")}`, "--grace", "300ms"));
      const hangup = user.start(run(waits("hangup")));
      const programs = await Promise.all([
        said("willing", willing),
        said("stubborn", stubborn),
        said("hangup", hangup),
      ]);
      expect(await held()).toEqual(programs.map(({ uri }) => uri).sort());
      willing.child.kill("SIGTERM");
      stubborn.child.kill("SIGTERM");
      hangup.child.kill("SIGHUP");
      const ended = await Promise.all([willing.ended, stubborn.ended, hangup.ended]);
      expect(ended.map(({ code }) => code)).toEqual([9, 137, 129]);
      expect([programs.map(({ pid }) => isRunning(pid)), await held()]).toEqual([[false, false, false], []]);
    },
    SLOW_MS,
  );
});

describe("a lease that somebody else ends", () => {
  it(
    "ends the command, kills one that goes on, and ends --hold, each with its code and reason",
    async () => {
      const { user } = sandbox;
      const flags = (name: string): readonly string[] => ["--status-file", home(`${name}.json`)];
      const willing = user.start(run(`trap "exit 0" TERM; ${waits("lost")}`, ...flags("lost")), FAST);
      const stubborn = user.start(run(`trap "" TERM; ${waits("lost-2")}`, ...flags("lost-2"), "--grace", "3s"), FAST);
      const holding = user.start(allocate("--hold", "-o", "name"), FAST);
      const uri = new Promise<string>((resolve) => holding.child.stdout?.once("data", resolve));
      const programs = await Promise.all([said("lost", willing), said("lost-2", stubborn)]);
      const uris = [...programs.map((program) => program.uri), (await uri).trim()];
      const renewed = await user.json<{ allocs: readonly object[] }>(["--sandbox", "keepalive", ...uris]);
      expect(renewed.allocs).toEqual(
        uris.map((each) => ({
          uri: each,
          renewed: true,
          seconds: 120,
          expires: expect.stringMatching(/^20\d\d-.*Z$/),
          problem: "",
        })),
      );
      expect((await user.run(["--sandbox", "free", "-o", "name", ...uris])).code).toBe(0);

      const ended = await Promise.all([willing.ended, stubborn.ended, holding.ended]);
      expect(ended.map(({ code }) => code)).toEqual([125, 125, 10]);
      for (const { stderr } of ended) expect(stderr).toMatch(/^error: the lease of \S+ was lost: .*zombie alloc$/m);
      expect([status("lost.json"), status("lost-2.json")]).toMatchObject([
        {
          exitCode: 125,
          failure: { exitCode: 10, code: "lease-lost", reason: expect.stringContaining("zombie alloc") },
          command: { exitCode: 0, signal: null },
          leases: [{ uri: uris[0], outcome: "lost", why: expect.stringContaining("zombie alloc") }],
        },
        { command: { exitCode: null, signal: "SIGKILL" } },
      ]);
      expect(programs.map(({ pid }) => isRunning(pid))).toEqual([false, false]);

      const again = await user.run(["--sandbox", "free", ...uris]);
      expect([again.code, again.stderr]).toEqual([10, expect.stringContaining("zombie alloc")]);
    },
    SLOW_MS,
  );
});

describe("allocate --hold", () => {
  it(
    "prints the alloc at once, and frees it when it is asked to end",
    async () => {
      const { user } = sandbox;
      const holding = user.start(allocate("--hold", "-o", "json", "--status-file", home("held.json")));
      const printed = await new Promise<string>((resolve) => holding.child.stdout?.once("data", resolve));
      const { alloc } = JSON.parse(printed) as { alloc: { uri: string } };
      expect(await held()).toEqual([alloc.uri]);
      holding.child.kill("SIGTERM");
      const { code, stdout } = await holding.ended;
      expect({ code, stdout, held: await held() }).toEqual({ code: 143, stdout: printed, held: [] });
      expect(status("held.json")).toMatchObject({
        exitCode: 143,
        failure: { code: "interrupted" },
        command: null,
        leases: [{ uri: alloc.uri, outcome: "freed" }],
      });
    },
    SLOW_MS,
  );
});
