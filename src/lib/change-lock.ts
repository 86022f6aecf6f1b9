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
  /** How long others may keep the file, one after the other, and the error for longer. Default: as long as they do. */
  readonly limit?: { readonly ms: number; readonly late: () => Error };
}

/**
 * Runs `work`, which reads a file, changes it and writes it, while no other process does so: the later finds what the
 * earlier has written. The lock is a file beside it, of which nothing stays; the one of a process that was killed is taken
 * over after five seconds.
 * @throws what `work` throws; `unwritable` when the file's folder cannot be written; the limit's error; the signal's reason.
 */
export async function withChangeLock<T>(
  { path, clock, nonce, unwritable, limit }: ChangeLockOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  // Who changes a file through a link waits for who changes the file itself.
  const lock = {
    path: `${await targetOf(path)}.lock`,
    text: nonce,
    isHeld: untilUnchanged(clock, limit),
    clock,
    unwritable,
  };
  return withFileLock(lock, signal, work);
}

/**
 * Takes a lock for held until it has said the same for long: a process id would mean nothing on a shared disk. What it
 * gives throws once all locks together have been held for longer than the limit.
 */
function untilUnchanged(clock: Clock, limit: ChangeLockOptions["limit"]): (text: string) => boolean {
  const beganMs = clock.monotonicMs();
  let seen: { readonly text: string; readonly sinceMs: number } | undefined;
  return (text) => {
    if (limit !== undefined && clock.monotonicMs() - beganMs > limit.ms) throw limit.late();
    if (seen?.text !== text) seen = { text, sinceMs: clock.monotonicMs() };
    return clock.monotonicMs() - seen.sinceMs < LOCK_IS_STALE_MS;
  };
}
