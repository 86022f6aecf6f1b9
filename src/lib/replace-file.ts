import { appendFile, chmod, readlink, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/** For its owner alone. */
const PRIVATE = 0o600;

/** Names of what a process has open: behind them may be a file that others write to as well. */
const OPEN_FILE = /^\/dev\/(stdout|stderr|fd\/\d+)$|^\/proc\/(self|\d+)\/fd\/\d+$/;

/**
 * Writes a file, by default for its owner's eyes alone, whole or not at all: who reads it meanwhile sees the old content
 * or the new. A symbolic link stays one, also one to what is not there yet. What is no regular file, such as `/dev/null` or
 * a pipe, is written to, and so is what `/dev/stdout` and its like mean, at its end.
 * @param draftSuffix makes the name of the draft beside it, e.g. `.4711`
 * @param mode `keep` for that of the file that is there
 * @throws what the system says.
 */
export async function replaceFile(
  path: string,
  text: string,
  draftSuffix: string,
  mode: number | "keep" = PRIVATE,
): Promise<void> {
  if (OPEN_FILE.test(path)) return appendFile(path, text);
  const resolved = await realpath(path).catch(() => undefined);
  const present = await stat(resolved ?? path).catch(() => undefined);
  // It is there under no name, such as a log that was deleted while it is open: a link to it must not be replaced.
  if (resolved === undefined && present !== undefined) return appendFile(path, text);
  const target = resolved ?? (await targetOf(path));
  if (present !== undefined && !present.isFile()) return writeFile(target, text);
  const draft = `${target}${draftSuffix}`;
  try {
    await writeFile(draft, text, { mode: mode === "keep" ? PRIVATE : mode, flag: "wx" });
    // By itself, as the mode that a file is made with is less the umask.
    if (mode === "keep" && present !== undefined) await chmod(draft, present.mode & 0o777);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/** What a path leads to through links, there or not. */
export async function targetOf(path: string, links = 0): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const next = links < MOST_LINKS ? await readlink(path).catch(() => undefined) : undefined;
    return next === undefined ? path : targetOf(resolve(dirname(path), next), links + 1);
  }
}
