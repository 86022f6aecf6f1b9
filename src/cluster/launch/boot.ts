import { InstanceError, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit, type ClusterContext } from "../context.js";
import { phaseText } from "../event-text.js";
import type { LaunchPhase } from "../events.js";
import { title, type Boot, type Booting } from "./booting.js";
import { BOOT_STEPS, type BootStep } from "./steps.js";

/** Where a launch stands: read when something outside ends it. */
export interface BootProgress {
  /** `members` while the cluster is looked at, before anything is launched. */
  phase: LaunchPhase | "members";
  problem: string;
  /** Seconds per phase done. */
  readonly timings: Record<string, number>;
}

/**
 * Takes an accepted instance through all boot steps.
 * @throws InstanceError when a step's time is over or the machine ended, TrustError, ConfigError (another version),
 * or the signal's reason. The caller terminates the instance then.
 */
export async function bootInstance(
  context: ClusterContext,
  start: Booting,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Booting> {
  let booting = start;
  for (const step of BOOT_STEPS) booting = await runStep(context, step, booting, progress, signal);
  return booting;
}

async function runStep(
  context: ClusterContext,
  step: BootStep,
  booting: Booting,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Booting> {
  const instanceId = booting.instance.id;
  const startMs = context.clock.monotonicMs();
  progress.phase = step.phase;
  progress.problem = "";
  emit(context, { kind: "phase-started", phase: step.phase, instanceId, limitMs: step.limitMs });
  const boot: Boot = {
    context,
    note: (problem) => {
      if (problem !== progress.problem)
        emit(context, { kind: "phase-retried", phase: step.phase, instanceId, problem });
      progress.problem = problem;
    },
  };
  const late = (): Error =>
    new InstanceError(
      `${title(booting)} never became usable: ${waitedFor(progress)} took longer than ${step.limitMs / 60_000} min`,
      { hint: step.hint },
    );
  const done = await withDeadline(context.clock, step.limitMs, signal, late, (within) =>
    step.run(boot, booting, within),
  );
  const ms = context.clock.monotonicMs() - startMs;
  progress.timings[step.phase] = ms / 1_000;
  emit(context, { kind: "phase-done", phase: step.phase, instanceId, ms });
  return done;
}

/** E.g. `waiting for the bootstrap (connection refused)`. */
export function waitedFor({ phase, problem }: Pick<BootProgress, "phase" | "problem">): string {
  const waiting = phase === "members" ? "looking at the members of the cluster" : phaseText(phase);
  return `${waiting}${problem && ` (${problem})`}`;
}

/** The error of an allocate whose own time limit passed while it waited for a launch. */
export function timedOutWhile(progress: BootProgress, limitMs: number, subject: string): TimedOutError {
  return new TimedOutError(`${subject} timed out after ${limitMs / 1_000} s, while ${waitedFor(progress)}`, {
    hint: "give it more time with --timeout, or see what the instance waits for with -v",
  });
}
