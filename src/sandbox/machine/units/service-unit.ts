import { unitValue, unitValues, type UnitFile } from "../../../cloudconfig/systemd-unit.js";
import { withDeadline } from "../../../lib/deadline.js";
import { resolveCommand, runCommand } from "../programs/run-command.js";
import type { JobResult, MachineWorld } from "../system/machine-world.js";
import { LineWriter } from "../system/process.js";
import { parseExecLine } from "./exec-line.js";
import type { Log } from "./mount-unit.js";
import { parseTimeSpan } from "./time-span.js";

/** What a service needs to run. */
export interface ServiceContext {
  readonly name: string;
  readonly file: UnitFile;
  readonly world: MachineWorld;
  /** Aborts when the service is stopped or the machine goes off. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Keeps an eye on what runs after the start job is done. */
  background(task: Promise<void>): void;
  /** The service ended by itself after its start job was done. */
  ended(result: "done" | "failed"): void;
}

/** The status that systemd gives when a program cannot be run at all. */
const EXEC_FAILED = 203;
const DEFAULT_RESTART_MS = 100;
const DEFAULT_ENVIRONMENT = [
  ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/opt/bin"],
  ["LANG", "C.UTF-8"],
] as const;

/** systemd gives up on a service that was started so often within so short a time. */
const START_LIMIT = { burst: 5, withinMs: 10_000 };

/** The start job timed out. */
class StartTimeout extends Error {}

const SERVICE_TYPES = ["simple", "exec", "oneshot", "forking", "notify", "notify-reload", "dbus", "idle"];

/** The type of a service; one that systemd does not know counts as none, which `ignored` is told. */
export function serviceType(file: UnitFile, ignored: (given: string) => void = () => undefined): string {
  const given = unitValue(file, "Service", "Type");
  if (given !== undefined && SERVICE_TYPES.includes(given)) return given;
  if (given !== undefined) ignored(given);
  return unitValues(file, "Service", "ExecStart").length === 0 ? "oneshot" : "simple";
}

/** Starts a service; a oneshot is waited for, others run on in the background. */
export async function startService(context: ServiceContext): Promise<JobResult> {
  const { name, file, world, log } = context;
  const commands = unitValues(file, "Service", "ExecStart");
  const type = serviceType(file, (given) => log(`${name}: Failed to parse service type, ignoring: ${given}`));
  if (commands.length === 0) {
    log(`${name}: Service has no ExecStart=. Refusing.`);
    return "bad-setting";
  }
  if (type !== "oneshot" && commands.length > 1) {
    log(`${name}: Service has more than one ExecStart= setting, which is only allowed for Type=oneshot. Refusing.`);
    return "bad-setting";
  }
  const environment = readEnvironment(context);
  if (environment === undefined) return "failed";
  const limitMs = startLimitMs(file, type);
  const before = unitValues(file, "Service", "ExecStartPre");
  const start = async (signal: AbortSignal): Promise<JobResult> => {
    if (!(await runAll(context, before, environment, signal, "Control"))) return "failed";
    if (type === "oneshot") {
      return (await runAll(context, commands, environment, signal, "Main")) ? "done" : "failed";
    }
    context.background(supervise(context, before, commands, environment));
    return "done";
  };
  if (limitMs === undefined) return start(context.signal);
  try {
    const { clock } = world.host;
    return await withDeadline(clock, limitMs, context.signal, () => new StartTimeout(), start);
  } catch (error) {
    if (!(error instanceof StartTimeout)) throw error;
    log(`${name}: start operation timed out. Terminating.`);
    return "timeout";
  }
}

function startLimitMs(file: UnitFile, type: string): number | undefined {
  const text = unitValue(file, "Service", "TimeoutStartSec") ?? unitValue(file, "Service", "TimeoutSec");
  if (text !== undefined) return parseTimeSpan(text) || undefined;
  return type === "oneshot" ? undefined : 90_000;
}

/** Runs a service that stays, and again when it ended and its unit says so. */
async function supervise(
  context: ServiceContext,
  before: readonly string[],
  commands: readonly string[],
  environment: ReadonlyMap<string, string>,
): Promise<void> {
  const { name, file, world, signal, log } = context;
  const { clock } = world.host;
  const restart = unitValue(file, "Service", "Restart") ?? "no";
  const pauseMs = parseTimeSpan(unitValue(file, "Service", "RestartSec") ?? "") ?? DEFAULT_RESTART_MS;
  let starts: number[] = [];
  for (;;) {
    const nowMs = clock.monotonicMs();
    starts = [...starts.filter((startMs) => nowMs - startMs < START_LIMIT.withinMs), nowMs];
    if (starts.length > START_LIMIT.burst) {
      log(`${name}: Start request repeated too quickly.`);
      return context.ended("failed");
    }
    const well = await runAll(context, commands, environment, signal, "Main");
    const again = restart === "always" || restart === (well ? "on-success" : "on-failure");
    if (!again) return context.ended(well ? "done" : "failed");
    log(`${name}: Scheduled restart job.`);
    await clock.sleep(pauseMs, signal);
    while (!(await runAll(context, before, environment, signal, "Control"))) await clock.sleep(pauseMs, signal);
  }
}

/** Runs commands in order up to the first that fails; says whether all went well. */
async function runAll(
  context: ServiceContext,
  lines: readonly string[],
  environment: ReadonlyMap<string, string>,
  signal: AbortSignal,
  role: "Control" | "Main",
): Promise<boolean> {
  const { name, world, log } = context;
  for (const text of lines) {
    const line = parseExecLine(text, name, environment);
    if (line === undefined) {
      log(`${name}: Invalid command line: ${text}`);
      return false;
    }
    const path = line.argv[0] ?? "";
    const status = await runOne(context, line.argv, environment, signal);
    if (status === 0) continue;
    const word = status === EXEC_FAILED ? "EXEC" : status === 1 ? "FAILURE" : "n/a";
    log(`${name}: ${role} process exited, code=exited, status=${status}/${word} (${path})`);
    if (!line.failureAllowed) return false;
  }
  signal.throwIfAborted();
  world.signal.throwIfAborted();
  return true;
}

async function runOne(
  { name, world, log }: ServiceContext,
  argv: readonly string[],
  environment: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<number> {
  const path = argv[0] ?? "";
  const resolved = resolveCommand(path, { world });
  if (resolved.kind !== "program") {
    const reason = resolved.kind === "not-found" ? "No such file or directory" : resolved.reason;
    log(`${name}: Failed at step EXEC spawning ${path}: ${reason}`);
    return EXEC_FAILED;
  }
  const output = new LineWriter((line) => log(`${name}: ${line}`));
  const errors = new LineWriter((line) => log(`${name}: ${line}`));
  try {
    return await runCommand({
      world,
      argv,
      environment,
      stdin: "",
      stdout: output.write,
      stderr: errors.write,
      signal,
    });
  } finally {
    output.flush();
    errors.flush();
  }
}

/** `Environment=` and `EnvironmentFile=`; undefined, with a line on the console, when a file is missing. */
function readEnvironment({ name, file, world, log }: ServiceContext): ReadonlyMap<string, string> | undefined {
  const environment = new Map<string, string>(DEFAULT_ENVIRONMENT);
  for (const line of unitValues(file, "Service", "Environment")) {
    for (const [, quoted, plain] of line.matchAll(/"([^"]*)"|(\S+)/g)) assign(environment, quoted ?? plain ?? "");
  }
  for (const value of unitValues(file, "Service", "EnvironmentFile")) {
    const path = value.replace(/^-/, "");
    const text = world.files.readText(path);
    if (text === undefined && value === path) {
      log(`${name}: Failed to load environment files: ${path}: No such file or directory`);
      return undefined;
    }
    for (const line of (text ?? "").split("\n")) if (!/^\s*[#;]/.test(line)) assign(environment, line.trim());
  }
  return environment;
}

function assign(environment: Map<string, string>, text: string): void {
  const [, name, value = ""] = /^(\w+)=([^]*)$/.exec(text) ?? [];
  if (name !== undefined) environment.set(name, value.replace(/^(["'])([^]*)\1$/, "$2"));
}
