import type { LeaseOutcome } from "../../cluster/lease/outcome.js";
import { errorText, ReflowEc2Error, UsageError } from "../../errors.js";
import type { ProgramEnd } from "../../programs.js";
import { runStatusJson, type RunFailure } from "../../terminal/json/run-status.js";
import type { World } from "../../world.js";
import { failureOf, ownExitCode } from "../shared/exit-code.js";

/** What is known of a run with allocs, filled in as it goes. */
export interface RunLog {
  /** How the command ended; undefined while it has not, or where there is none. */
  command: ProgramEnd | undefined;
  leases: readonly LeaseOutcome[];
}

/**
 * Does the work and writes how it ended to the status file, where one is wanted; before it begins, that it runs, so that
 * nobody takes an older file for this run's.
 * @param exitCodeOf the exit code of the process when the work fails with an error
 * @throws UsageError when the file cannot be written, before anything is done; otherwise what the work throws.
 */
export async function withStatusFile(
  world: World,
  path: string | undefined,
  exitCodeOf: (error: unknown) => number,
  work: (log: RunLog) => Promise<number>,
): Promise<number> {
  const log: RunLog = { command: undefined, leases: [] };
  if (path === undefined) return work(log);
  const write = (exitCode: number | undefined, failure?: RunFailure): Promise<void> =>
    world.replaceFile(path, `${JSON.stringify(runStatusJson({ ...log, exitCode, failure }), undefined, 2)}\n`);
  try {
    await write(undefined);
  } catch (error) {
    throw new UsageError(`--status-file '${path}' cannot be written: ${errorText(error)}`, {
      hint: "Name a file in a folder that you may write to.",
      cause: error,
    });
  }
  const finish = async (exitCode: number, failure?: RunFailure): Promise<void> => {
    try {
      await write(exitCode, failure);
    } catch (error) {
      world.stderr.write(`warning: --status-file '${path}' could not be written: ${errorText(error)}\n`);
    }
  };
  try {
    const code = await work(log);
    await finish(code);
    return code;
  } catch (error) {
    await finish(exitCodeOf(failureOf(world.signal, error)), describe(failureOf(world.signal, error)));
    throw error;
  }
}

function describe(error: unknown): RunFailure {
  return {
    exitCode: ownExitCode(error),
    code: error instanceof ReflowEc2Error ? error.code : "bug",
    reason: errorText(error),
  };
}
