import { CommandError, InterruptedError, ReflowEc2Error } from "../../errors.js";

/** The exit code of a failure. */
export function ownExitCode(error: unknown): number {
  return error instanceof ReflowEc2Error ? error.exitCode : 1;
}

/** As `docker run` has it: something failed that is not the command that was to run. */
const AROUND = 125;

/**
 * The exit code of a failure before or around the command of `allocate -- CMD`, which must not be taken for the command's
 * own. A command that cannot be run has the shells' codes, and a signal is a signal whoever it ended.
 */
export function exitCodeAround(error: unknown): number {
  return error instanceof CommandError || error instanceof InterruptedError ? error.exitCode : AROUND;
}

/** Whether a command line is to run a command with an alloc, so far as it can be told before it is understood. */
export function namesCommand(argv: readonly string[]): boolean {
  const at = argv.indexOf("--");
  return at >= 0 && argv.slice(0, at).includes("allocate");
}

/** What made a command fail: what an aborted wait throws may be the platform's own error; the signal's reason says more. */
export function failureOf(signal: AbortSignal, thrown: unknown): unknown {
  return signal.aborted && !(thrown instanceof ReflowEc2Error) ? signal.reason : thrown;
}
