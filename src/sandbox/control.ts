import { mkdir, readFile, rm } from "node:fs/promises";
import { EndpointError, errorText, UsageError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import type { RandomBytes } from "./ec2/ids.js";
import { askIdentity, type Identity } from "./identity.js";
import type { Processes } from "./processes.js";
import { withStartLock } from "./start-lock.js";
import { logPath, readRecord, type SandboxRecord } from "./state-directory.js";

export { controlScenario, type ScenarioState, type ScenarioTask } from "./control-client.js";
export { sandboxStateDirectory, type SandboxRecord } from "./state-directory.js";
export { systemProcesses, type NodeProcess, type Processes } from "./processes.js";

/** What starting, stopping and looking at the sandbox's process needs. */
export interface SandboxControl {
  readonly stateDirectory: string;
  readonly processes: Processes;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Who answers at an endpoint; asked over HTTP by default. */
  readonly identify?: ((endpoint: string) => Promise<Identity>) | undefined;
}

/** How the sandbox of a state directory is. */
export type SandboxStatus =
  | { readonly kind: "running"; readonly record: SandboxRecord }
  /** Its process is there and does not answer: stopped by a signal, or hung. */
  | { readonly kind: "silent"; readonly record: SandboxRecord }
  | { readonly kind: "stopped" };

/** A start may take this long; it takes about one second. */
const START_LIMIT_MS = 10_000;
/** A stop may take this long before the process is killed. */
const STOP_LIMIT_MS = 5_000;
/** The kernel needs a moment for a process that was killed. */
const KILL_LIMIT_MS = 2_000;
const LOOK_AGAIN_MS = 20;

/** How the sandbox is, found out by asking it: neither a left-over file nor a process id that is used again counts. */
export async function sandboxStatus(control: Omit<SandboxControl, "randomBytes">): Promise<SandboxStatus> {
  const record = await readRecord(control.stateDirectory);
  if (record === undefined || !control.processes.isAlive(record.pid)) return { kind: "stopped" };
  const identity = await identify(control, record);
  if (identity.kind === "sandbox" && identity.pid === record.pid) return { kind: "running", record };
  return identity.kind === "silent" ? { kind: "silent", record } : { kind: "stopped" };
}

/**
 * Starts the sandbox's process for `region`, unless one runs already in this state directory, whatever its region. Of
 * several that start at the same time, all end with the same one.
 * @returns what it tells about itself, and whether it was started now.
 * @throws EndpointError with the end of its log when it does not come up within ten seconds; the signal's reason.
 */
export async function startSandboxProcess(
  control: SandboxControl,
  region: string,
  signal: AbortSignal,
): Promise<{ readonly record: SandboxRecord; readonly started: boolean }> {
  const before = await sandboxStatus(control);
  if (before.kind === "running") return { record: before.record, started: false };
  return withLock(control, signal, async () => {
    const status = await sandboxStatus(control);
    if (status.kind === "running") return { record: status.record, started: false };
    if (status.kind === "silent") throw silent(status.record);
    return { record: await startDaemon(control, region, signal), started: true };
  });
}

/**
 * Stops the sandbox's process with everything that runs in it, and removes what it left.
 * @returns its record, or undefined when none was running.
 * @throws UsageError when its folder cannot be removed; the signal's reason.
 */
export async function stopSandboxProcess(
  control: SandboxControl,
  signal: AbortSignal,
): Promise<SandboxRecord | undefined> {
  return withLock(control, signal, async () => {
    const status = await sandboxStatus(control);
    if (status.kind !== "stopped") await endProcess(control, status.record, signal);
    await removeState(control.stateDirectory);
    return status.kind === "stopped" ? undefined : status.record;
  });
}

async function removeState(stateDirectory: string): Promise<void> {
  try {
    await rm(stateDirectory, { recursive: true, force: true });
  } catch (error) {
    throw new UsageError(`cannot remove the sandbox's folder ${stateDirectory}: ${errorText(error)}`, {
      hint: "Remove the folder by hand; no sandbox runs in it any more.",
      cause: error,
    });
  }
}

function withLock<T>(control: SandboxControl, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { processes, clock, randomBytes } = control;
  const lock = {
    // Beside the directory, which comes and goes with the sandbox.
    path: `${control.stateDirectory}.lock`,
    pid: processes.pid,
    isAlive: (pid: number) => processes.isAlive(pid),
    clock,
    nonce: randomBytes(8).toString("hex"),
  };
  return withStartLock(lock, signal, work);
}

async function startDaemon(control: SandboxControl, region: string, signal: AbortSignal): Promise<SandboxRecord> {
  const { stateDirectory, processes } = control;
  let pid: number | undefined;
  try {
    // What a killed sandbox left.
    await rm(stateDirectory, { recursive: true, force: true });
    await mkdir(stateDirectory, { recursive: true, mode: 0o700 });
    pid = await processes.startDaemon([stateDirectory, region], logPath(stateDirectory));
    return await waitUntilServing(control, pid, signal);
  } catch (error) {
    if (pid !== undefined) processes.signal(pid, "SIGKILL");
    const failure = signal.aborted ? error : new EndpointError(await failureText(control, error), startHint(error));
    await rm(stateDirectory, { recursive: true, force: true }).catch(() => undefined);
    throw failure;
  }
}

async function waitUntilServing(control: SandboxControl, pid: number, signal: AbortSignal): Promise<SandboxRecord> {
  const { clock, processes, stateDirectory } = control;
  const untilMs = clock.monotonicMs() + START_LIMIT_MS;
  while (clock.monotonicMs() < untilMs) {
    const record = await readRecord(stateDirectory);
    if (record?.pid === pid && (await identify(control, record)).kind === "sandbox") return record;
    if (!processes.isAlive(pid)) throw new Error("its process ended");
    await clock.sleep(LOOK_AGAIN_MS, signal);
  }
  throw new Error(`it did not serve within ${START_LIMIT_MS / 1000} s`);
}

/** The log's last lines say more than any guess. */
async function failureText({ stateDirectory }: SandboxControl, error: unknown): Promise<string> {
  const log = await readFile(logPath(stateDirectory), "utf8").catch(() => "");
  const lastLines = log.trimEnd().split("\n").slice(-5).join("\n");
  return `the sandbox did not start: ${errorText(error)}${lastLines === "" ? "" : `; its log ends:\n${lastLines}`}`;
}

function startHint(cause: unknown): { hint: string; cause: unknown } {
  return { hint: "Run `reflow-ec2 sandbox start` to try again.", cause };
}

function silent(record: SandboxRecord): EndpointError {
  return new EndpointError(`the sandbox's process ${record.pid} does not answer at ${record.endpoint}`, {
    hint: "Run `reflow-ec2 sandbox stop`, which ends it, and start it again.",
  });
}

async function endProcess(control: SandboxControl, record: SandboxRecord, signal: AbortSignal): Promise<void> {
  control.processes.signal(record.pid, "SIGTERM");
  if (await isGoneWithin(control, record, STOP_LIMIT_MS, signal)) return;
  control.processes.signal(record.pid, "SIGKILL");
  await isGoneWithin(control, record, KILL_LIMIT_MS, signal);
}

async function isGoneWithin(
  control: SandboxControl,
  record: SandboxRecord,
  limitMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const { clock } = control;
  const untilMs = clock.monotonicMs() + limitMs;
  do {
    if (await isGone(control, record)) return true;
    await clock.sleep(LOOK_AGAIN_MS, signal);
  } while (clock.monotonicMs() < untilMs);
  return false;
}

/** In a container whose first process reaps nobody, an ended process keeps its id; then its door tells. */
async function isGone(control: SandboxControl, record: SandboxRecord): Promise<boolean> {
  if (!control.processes.isAlive(record.pid)) return true;
  if ((await readRecord(control.stateDirectory)) !== undefined) return false;
  return (await identify(control, record)).kind === "nobody";
}

function identify(control: Omit<SandboxControl, "randomBytes">, { endpoint }: SandboxRecord): Promise<Identity> {
  return control.identify?.(endpoint) ?? askIdentity(endpoint, control.clock);
}
