import { InstanceError, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import { phaseText } from "../event-text.js";
import type { LaunchPhase } from "../events.js";
import { title, type Boot, type Booting } from "./booting.js";
import type { Milestone } from "./milestones.js";
import { USABLE_WITHIN_MS } from "./request.js";
import { BOOT_STEPS, type BootStep } from "./steps.js";

/** Where a launch stands: read when something outside ends it. */
export interface BootProgress {
  /** `members` while the cluster is looked at; `room` while its limits leave none for a launch. */
  phase: LaunchPhase | "members" | "room";
  problem: string;
  /** Seconds per phase done. */
  readonly timings: Record<string, number>;
  /** When RunInstances was sent, and each milestone first seen, by the monotonic clock. */
  readonly seenMs: Partial<Record<"sent" | Milestone, number>>;
}

/** Nothing has happened yet. */
export function noProgress(phase: BootProgress["phase"]): BootProgress {
  return { phase, problem: "", timings: {}, seenMs: {} };
}

/** Its deadline ends an instance from outside; whoever waits for it must be done a little earlier. */
const BOOT_LIMIT_MS = USABLE_WITHIN_MS - 30_000;

/**
 * Takes an accepted instance through all boot steps.
 * @throws InstanceError when a step's time is over or the machine ended, TrustError, ConfigError (another version),
 * or the signal's reason. The caller terminates the instance then.
 */
export async function bootInstance(
  core: ClusterCore,
  start: Booting,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Booting> {
  const late = (): Error =>
    new InstanceError(
      `${title(start)} did not become usable within ${BOOT_LIMIT_MS / 60_000} min, while ${waitedFor(progress)}`,
      { hint: "see the end of its console, or try again: another type or zone may do" },
    );
  return withDeadline(core.clock, BOOT_LIMIT_MS, signal, late, async (within) => {
    let booting = start;
    for (const step of BOOT_STEPS) booting = await runStep(core, step, booting, progress, within);
    return booting;
  });
}

async function runStep(
  core: ClusterCore,
  step: BootStep,
  booting: Booting,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Booting> {
  const instanceId = booting.instance.id;
  const startMs = core.clock.monotonicMs();
  progress.phase = step.phase;
  progress.problem = "";
  emit(core, { kind: "phase-started", phase: step.phase, instanceId, limitMs: step.limitMs });
  const boot: Boot = {
    core,
    phase: step.phase,
    note: (problem) => {
      if (problem !== progress.problem) emit(core, { kind: "phase-retried", phase: step.phase, instanceId, problem });
      progress.problem = problem;
    },
    mark: (milestone) => {
      progress.seenMs[milestone] ??= core.clock.monotonicMs();
    },
  };
  const late = (): Error =>
    new InstanceError(
      `${title(booting)} never became usable: ${waitedFor(progress)} took longer than ${step.limitMs / 60_000} min`,
      { hint: step.hint },
    );
  const done = await withDeadline(core.clock, step.limitMs, signal, late, (within) => step.run(boot, booting, within));
  const ms = core.clock.monotonicMs() - startMs;
  progress.timings[step.phase] = ms / 1_000;
  emit(core, { kind: "phase-done", phase: step.phase, instanceId, ms });
  return done;
}

/** E.g. `waiting for the bootstrap (connection refused)`. */
export function waitedFor({ phase, problem }: Pick<BootProgress, "phase" | "problem">): string {
  const waiting =
    phase === "members"
      ? "looking at the members of the cluster"
      : phase === "room"
        ? "waiting for room for another launch"
        : phaseText(phase);
  return `${waiting}${problem && ` (${problem})`}`;
}

/** The error of an allocate whose own time limit passed while it waited for a launch. */
export function timedOutWhile(progress: BootProgress, limitMs: number, subject: string): TimedOutError {
  return new TimedOutError(`${subject} timed out after ${limitMs / 1_000} s, while ${waitedFor(progress)}`, {
    hint: "give it more time with --timeout, or see what the instance waits for with -v",
  });
}
