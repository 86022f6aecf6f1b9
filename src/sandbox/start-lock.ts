import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { errorText, UsageError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { systemErrorCode } from "./system-error.js";

/** How often a lock that somebody holds is looked at again. */
const LOOK_AGAIN_MS = 50;

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
 * Runs `work` while no other process that asks for the same lock does. The lock is a file that is made exclusively and
 * names its holder; a file left by a process that is gone is taken over.
 * @throws what `work` throws; UsageError when the lock's folder cannot be written; the signal's reason.
 */
export async function withStartLock<T>(
  options: StartLockOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const text = `${options.pid} ${options.nonce}\n`;
  while (!(await tryCreate(options.path, text))) {
    const held = await readText(options.path);
    const holder = Number(/^[0-9]+/.exec(held ?? "")?.[0]);
    if (held === undefined || (holder > 0 && options.isAlive(holder))) {
      await options.clock.sleep(LOOK_AGAIN_MS, signal);
    } else {
      await removeStale(options.path, held, options.nonce);
    }
  }
  try {
    return await work();
  } finally {
    if ((await readText(options.path)) === text) await rm(options.path, { force: true });
  }
}

/** Makes the lock with its text in it, in one step: a lock without a name would be nobody's. */
async function tryCreate(path: string, text: string): Promise<boolean> {
  const draft = `${path}.${text.trim().replace(" ", ".")}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, text, { mode: 0o600 });
    return await tryLink(draft, path);
  } catch (error) {
    throw unwritable(path, error);
  } finally {
    await rm(draft, { force: true }).catch(() => undefined);
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}

function unwritable(path: string, error: unknown): UsageError {
  return new UsageError(`cannot lock the sandbox's state with ${path}: ${errorText(error)}`, {
    hint: "Make the folder writable, or name another one with XDG_STATE_HOME.",
    cause: error,
  });
}

/**
 * Moves the stale file out of the way before looking at it again: of two processes that found it stale only one
 * succeeds, and one that moved a new holder's lock puts it back.
 */
async function removeStale(path: string, stale: string, nonce: string): Promise<void> {
  const grave = `${path}.stale.${nonce}`;
  try {
    await rename(path, grave);
  } catch (error) {
    // Somebody else was faster.
    if (systemErrorCode(error) === "ENOENT") return;
    throw unwritable(path, error);
  }
  if ((await readText(grave)) !== stale) await link(grave, path).catch(() => undefined);
  await rm(grave, { force: true });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
