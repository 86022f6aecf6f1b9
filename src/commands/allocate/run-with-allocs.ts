import type { AllocateResult } from "../../cluster/results.js";
import { CommandError } from "../../errors.js";
import { sharedController } from "../../lib/abort.js";
import type { NotRunnable, ProgramEnd } from "../../programs.js";
import { interruptedBy, type EndingSignal } from "../../signals.js";
import type { World } from "../../world.js";
import type { ClusterSession } from "../shared/with-cluster.js";
import type { CommandLine } from "./afterwards.js";
import { allocEnvironment } from "./alloc-environment.js";
import { leaseLost } from "./hold.js";
import type { RunLog } from "./run-log.js";
import { Supervisor } from "./supervise.js";

/** What runs with the allocs. */
export interface Run {
  readonly command: CommandLine;
  readonly graceMs: number;
}

/**
 * Runs a command with allocs in its environment, keeps their leases alive meanwhile, and frees them at its end. When a
 * lease is lost the command is ended. Gives the command's exit code, as a shell would tell it.
 * @param tell tells of the allocs before the command starts
 * @throws LeaseLostError; CommandError when the command cannot be run; InterruptedError for a signal before it ran; what
 * `tell` throws. In every case the allocs are freed first.
 */
export async function runWithAllocs(
  world: World,
  { cluster }: ClusterSession,
  results: readonly [AllocateResult, ...AllocateResult[]],
  run: Run,
  log: RunLog,
  tell: () => Promise<void>,
): Promise<number> {
  const release = sharedController();
  const lost = sharedController();
  const signals = new SignalQueue(world);
  const holding = cluster.hold(
    results.map(({ alloc }) => alloc.uri),
    { signal: release.signal, onLost: () => lost.abort() },
  );
  try {
    world.signal.throwIfAborted();
    await tell();
    log.command = await runToEnd(world, run, allocEnvironment(results), signals, lost.signal);
  } finally {
    signals.end();
    release.abort();
    log.leases = await holding;
  }
  const loss = leaseLost(log.leases);
  if (loss !== undefined) throw loss;
  return exitCodeOf(log.command);
}

/** @throws CommandError, with what a shell would say, when a command cannot be run. */
export async function refuseUnrunnable(world: World, [program]: CommandLine): Promise<void> {
  const problem = await world.programs.check(program);
  if (problem !== undefined) throw notRunnable(program, problem);
}

async function runToEnd(
  world: World,
  { command, graceMs }: Run,
  env: Readonly<Record<string, string>>,
  signals: SignalQueue,
  lost: AbortSignal,
): Promise<ProgramEnd> {
  const [early] = signals.heard;
  if (early !== undefined) throw interruptedBy(early);
  const started = await world.programs.start(command, env);
  if (started.kind === "not-runnable") throw notRunnable(command[0], started);
  const supervisor = new Supervisor(world.clock, started.program, graceMs);
  signals.passTo(supervisor.hear);
  const onLost = (): void => supervisor.end();
  if (lost.aborted) onLost();
  lost.addEventListener("abort", onLost, { once: true });
  return supervisor.ended();
}

function notRunnable(program: string, { exitCode, problem }: NotRunnable): CommandError {
  return new CommandError(exitCode, `cannot run '${program}': ${problem}`, {
    hint:
      exitCode === 127
        ? "A program of the current folder needs ./ before its name; one with shell syntax needs sh -c '…'."
        : "A script needs 'chmod +x' and a first line that names its interpreter.",
  });
}

function exitCodeOf(end: ProgramEnd): number {
  return end.kind === "exited" ? end.code : 128 + end.signalNumber;
}

/** Keeps the signals that come before there is a program to pass them to. */
class SignalQueue {
  readonly heard: EndingSignal[] = [];
  readonly end: () => void;
  private hear = (name: EndingSignal): void => void this.heard.push(name);

  constructor(world: World) {
    this.end = world.divertSignals((name) => this.hear(name));
  }

  passTo(hear: (name: EndingSignal) => void): void {
    this.hear = hear;
    for (const name of this.heard) hear(name);
  }
}
