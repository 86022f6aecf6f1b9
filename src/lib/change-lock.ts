import type { Clock } from "./clock.js";
import { withFileLock } from "./file-lock.js";
import { targetOf } from "./replace-file.js";

/** Changing a file takes milliseconds: a lock that has not changed for so long is of a process that died. */
const LOCK_IS_STALE_MS = 5_000;

/** What a change of a file that others change too works with. */
export interface ChangeLockOptions {
  /** The file that is to be changed, there already or not. */
  readonly path: string;
  readonly clock: Clock;
  /** Random text that tells this holder from all others. */
  readonly nonce: string;
  /** The error for a lock that cannot be written. */
  readonly unwritable: (cause: unknown) => Error;
}

/**
 * Runs `work`, which reads a file, changes it and writes it, while no other process does so: the later finds what the
 * earlier has written. The lock is a file beside it, of which nothing stays; the one of a process that was killed is taken
 * over after five seconds.
 * @throws what `work` throws; `unwritable` when the file's folder cannot be written; the signal's reason.
 */
export async function withChangeLock<T>(
  { path, clock, nonce, unwritable }: ChangeLockOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  // Who changes a file through a link waits for who changes the file itself.
  const lock = { path: `${await targetOf(path)}.lock`, text: nonce, isHeld: untilUnchanged(clock), clock, unwritable };
  return withFileLock(lock, signal, work);
}

/** Takes a lock for held until it has said the same for long: a process id would mean nothing on a shared disk. */
function untilUnchanged(clock: Clock): (text: string) => boolean {
  let seen: { readonly text: string; readonly sinceMs: number } | undefined;
  return (text) => {
    if (seen?.text !== text) seen = { text, sinceMs: clock.monotonicMs() };
    return clock.monotonicMs() - seen.sinceMs < LOCK_IS_STALE_MS;
  };
}
