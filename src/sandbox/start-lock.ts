import { errorText, UsageError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { withFileLock } from "../lib/file-lock.js";

/** What the lock works with. */
export interface StartLockOptions {
  /** The file that is the lock. */
  readonly path: string;
  /** This process's id. */
  readonly pid: number;
  /** Whether a process of that id is there. */
  readonly isAlive: (pid: number) => boolean;
  readonly clock: Clock;
  /** Random text that tells this holder from any other of the same process id. */
  readonly nonce: string;
}

/**
 * Runs `work` while no other process that asks for the same lock does. A lock left by a process that is gone is taken
 * over.
 * @throws what `work` throws; UsageError when the lock's folder cannot be written; the signal's reason.
 */
export function withStartLock<T>(
  { path, pid, isAlive, clock, nonce }: StartLockOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const lock = {
    path,
    text: `${pid} ${nonce}\n`,
    isHeld: (text: string) => {
      const holder = Number(/^[0-9]+/.exec(text)?.[0]);
      return holder > 0 && isAlive(holder);
    },
    clock,
    unwritable: (cause: unknown) =>
      new UsageError(`cannot lock the sandbox's state with ${path}: ${errorText(cause)}`, {
        hint: "Make the folder writable, or name another one with XDG_STATE_HOME.",
        cause,
      }),
  };
  return withFileLock(lock, signal, work);
}
