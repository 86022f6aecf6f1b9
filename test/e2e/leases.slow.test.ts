import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { MemberJson } from "../../src/terminal/json/list.js";
import type { RunStatusJson } from "../../src/terminal/json/run-status.js";
import type { Running } from "./support/cli.js";
import { steppedClock } from "./support/preload.js";
import { startE2eSandbox, type E2eSandbox } from "./support/sandbox.js";

const SLOW_MS = 60_000;
const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

let sandbox: E2eSandbox;
beforeAll(async () => {
  sandbox = await startE2eSandbox();
}, SLOW_MS);
afterAll(() => sandbox.stop(), SLOW_MS);

interface Holder {
  readonly name: string;
  readonly running: Running;
  readonly uri: string;
}

const statusFile = (name: string): string => join(sandbox.user.home, `${name}.json`);

/** Starts `allocate --hold` and waits for its alloc. */
async function hold(name: string, env: Readonly<Record<string, string>> = {}): Promise<Holder> {
  const flags = ["--cpu", "0.25", "--mem", "64MiB", "--hold", "-o", "name", "--status-file", statusFile(name)];
  const running = sandbox.user.start(["--sandbox", "allocate", ...flags], env);
  const uri = await new Promise<string>((resolve, reject) => {
    running.child.stdout?.once("data", resolve);
    running.ended.then(({ stderr }) => reject(new Error(stderr)), reject);
  });
  return { name, running, uri: uri.trim() };
}

/** The allocs whose leases still run. */
async function held(): Promise<readonly string[]> {
  const { instances } = await sandbox.user.json<{ instances: readonly MemberJson[] }>(["--sandbox", "list"]);
  return instances.flatMap(({ allocs }) => allocs.filter(({ expired }) => !expired).map(({ uri }) => uri)).sort();
}

/** Lets a process stand still for so long. */
async function stopFor(pid: number | undefined, ms: number): Promise<void> {
  if (pid === undefined) throw new Error("there is no process");
  process.kill(pid, "SIGSTOP");
  await pause(ms);
  process.kill(pid, "SIGCONT");
}

it(
  "leases hold through a reflowlet that is down for 20 s, a holder stopped for 60 s, and clocks set by an hour",
  async () => {
    const down = await hold("down");
    const startMs = performance.now();
    const untilSecond = (second: number): Promise<void> => pause(startMs + second * SECOND_MS - performance.now());
    const [stopped, ahead, back] = await Promise.all([
      hold("stopped"),
      hold("ahead", steppedClock(HOUR_MS)),
      hold("back", steppedClock(-HOUR_MS)),
    ]);
    const holders = [down, stopped, ahead, back];
    const uris = holders.map(({ uri }) => uri).sort();
    expect(await held()).toEqual(uris);

    // The first renewal is due after 90 s, the first lease is over after 120 s.
    for (const { running } of [ahead, back]) running.child.kill("SIGUSR2");
    await untilSecond(40);
    const stop = stopFor(stopped.running.child.pid, 60 * SECOND_MS);
    await untilSecond(85);
    await stopFor(sandbox.status.pid, 20 * SECOND_MS);
    await stop;
    await untilSecond(145);
    expect(await held()).toEqual(uris);

    for (const { running } of holders) running.child.kill("SIGTERM");
    const ended = await Promise.all(holders.map(({ running }) => running.ended));
    expect([ended.map(({ code }) => code), await held()]).toEqual([[143, 143, 143, 143], []]);
    const moments = Object.fromEntries(
      holders.map(({ name }) => {
        const { leases } = JSON.parse(readFileSync(statusFile(name), "utf8")) as RunStatusJson;
        return [name, new Set(leases.flatMap(({ history }) => history.map(({ kind }) => kind)))];
      }),
    );
    expect([
      moments["down"],
      moments["stopped"]?.has("stood-still"),
      moments["ahead"]?.has("stood-still"),
      moments["back"]?.has("stood-still"),
    ]).toEqual([new Set(["renewed", "trouble", "released"]), true, true, false]);
  },
  4 * 60 * SECOND_MS,
);
