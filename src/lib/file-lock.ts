import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Clock } from "./clock.js";
import { systemErrorCode } from "./system-error.js";

/** How often a lock that somebody holds is looked at again. */
const LOOK_AGAIN_MS = 50;

/** What a lock works with. */
export interface FileLockOptions {
  /** The file that is the lock. */
  readonly path: string;
  /** What the file says while it is held; no other holder's is the same, and it makes a file's name. */
  readonly text: string;
  /** Whether the holder of a lock that says this still wants it; asked at every look. */
  readonly isHeld: (text: string) => boolean;
  readonly clock: Clock;
  /** The error for a lock that cannot be written. */
  readonly unwritable: (cause: unknown) => Error;
}

/**
 * Runs `work` while no other process that asks for the same lock does. The lock is a file that is made exclusively and
 * names its holder; a file that nobody holds any more is taken over.
 * @throws what `work` throws; `unwritable` when the lock's folder cannot be written; the signal's reason.
 */
export async function withFileLock<T>(
  options: FileLockOptions,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const { path, text } = options;
  while (!(await tryCreate(options))) {
    const held = await readText(path);
    if (held === undefined || options.isHeld(held)) await options.clock.sleep(LOOK_AGAIN_MS, signal);
    else await removeStale(options, held);
  }
  try {
    return await work();
  } finally {
    if ((await readText(path)) === text) await rm(path, { force: true });
  }
}

/** Makes the lock with its text in it, in one step: a lock without a name would be nobody's. */
async function tryCreate({ path, text, unwritable }: FileLockOptions): Promise<boolean> {
  const draft = `${path}.${fileName(text)}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeFile(draft, text, { mode: 0o600 });
    return await tryLink(draft, path);
  } catch (error) {
    throw unwritable(error);
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

/**
 * Moves the stale file out of the way before looking at it again: of two processes that found it stale only one
 * succeeds, and one that moved a new holder's lock puts it back.
 */
async function removeStale({ path, text, unwritable }: FileLockOptions, stale: string): Promise<void> {
  const grave = `${path}.stale.${fileName(text)}`;
  try {
    await rename(path, grave);
  } catch (error) {
    // Somebody else was faster.
    if (systemErrorCode(error) === "ENOENT") return;
    throw unwritable(error);
  }
  if ((await readText(grave)) !== stale) await link(grave, path).catch(() => undefined);
  await rm(grave, { force: true });
}

function fileName(text: string): string {
  return text.trim().replaceAll(" ", ".");
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return undefined;
  }
}
