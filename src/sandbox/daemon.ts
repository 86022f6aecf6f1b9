/**
 * The sandbox's own process: `node sandbox-daemon.js STATE_DIRECTORY REGION`. It is started detached by control.ts,
 * serves until it is told to end, and leaves nothing behind.
 */
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { userInfo } from "node:os";
import { ReflowEc2Error } from "../errors.js";
import { systemClock } from "../lib/clock.js";
import { createBootMachine } from "./machine/boot-machine.js";
import { writeReadyMadeConfig } from "./ready-made-config.js";
import { startSandbox, type Sandbox } from "./sandbox.js";
import { readRecord, writeRecord } from "./state-directory.js";

/** A hundred files a second take some percent of a processor; a machine has about forty. */
const DISK_REST_MS = 10;

/** How often the process looks whether its state directory is still its own; without one nobody could stop it. */
const LOOK_HOME_MS = 2_000;

const [stateDirectory = "", region = ""] = process.argv.slice(2);
let sandbox: Sandbox | undefined;
let ending = false;

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  process.on(signal, () => void end(0, `${signal} received`));
}
process.on("uncaughtException", (error) => void end(1, describe(error)));
process.on("unhandledRejection", (error) => void end(1, describe(error)));

await serve();

async function serve(): Promise<void> {
  if (stateDirectory === "" || region === "") {
    log("usage: sandbox-daemon STATE_DIRECTORY REGION");
    process.exit(2);
  }
  const startedMs = systemClock.nowMs();
  const controlKey = randomBytes(32).toString("hex");
  const config = writeReadyMadeConfig({ stateDirectory, region, user: loginName(), nowMs: startedMs });
  sandbox = await startSandbox({
    clock: systemClock,
    region,
    stateDirectory,
    bootMachine: createBootMachine({ rest: () => systemClock.sleep(DISK_REST_MS) }),
    randomBytes,
    controlKey,
    identity: { pid: process.pid },
    onInternalError: (error) => log(describe(error)),
  });
  const { endpoint } = sandbox;
  const record = { pid: process.pid, endpoint, region, startedMs, configPath: await config, controlKey };
  await writeRecord(stateDirectory, record);
  log(`serving ${region} at ${endpoint}`);
  while (!ending) {
    await systemClock.sleep(LOOK_HOME_MS);
    if (!ending && (await readRecord(stateDirectory))?.pid !== process.pid) await end(0, "the state directory is gone");
  }
}

async function end(exitCode: number, why: string): Promise<void> {
  if (ending) return;
  ending = true;
  log(`ending: ${why}`);
  try {
    await sandbox?.stop();
    const record = await readRecord(stateDirectory);
    // After a failed start the log is what its starter wants to read; another sandbox's directory is not ours.
    if (record?.pid === process.pid) await rm(stateDirectory, { recursive: true, force: true });
  } catch (error) {
    log(describe(error));
  }
  process.exit(exitCode);
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list; Reflow says the same.
    return "unknown";
  }
}

/** The log is shown to whoever started the sandbox: what they can mend comes without a stack. */
function describe(error: unknown): string {
  if (error instanceof ReflowEc2Error) return [error.message, error.hint ?? ""].join(" ").trim();
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function log(line: string): void {
  process.stderr.write(`${new Date(systemClock.nowMs()).toISOString()} ${line}\n`);
}
