import { chmod, constants, copyFile, mkdir, rename, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { readConfigFile, type FileWords } from "../config/read-config.js";
import { ConfigError, errorText } from "../errors.js";
import { withChangeLock } from "../lib/change-lock.js";
import type { Clock } from "../lib/clock.js";
import { replaceFile } from "../lib/replace-file.js";
import type { SetupFiles } from "../setup/ports.js";
import { createAuthority, writeAuthorityFile } from "../tls/create-authority.js";

const WORDS: FileWords = {
  what: "file",
  whenMissing: "Make it, or name another.",
  another: "Name another file.",
};

/** The files of this machine, as setup wants them. */
export function setupFiles(clock: Clock, randomBytes: (length: number) => Buffer): SetupFiles {
  const suffix = (): string => `.${randomBytes(6).toString("hex")}`;
  return {
    async look(path) {
      const status = await stat(path).catch(() => undefined);
      if (status === undefined && (await isMissing(path))) return undefined;
      const text = await readConfigFile(path, WORDS, { keepMark: true });
      return { text, openToOthers: status !== undefined && (status.mode & 0o077) !== 0 };
    },
    whileChanging: (path, signal, work) => {
      const unwritable = (cause: unknown): ConfigError => failure(path, cause);
      return withChangeLock({ path, clock, nonce: randomBytes(8).toString("hex"), unwritable }, signal, work);
    },
    replace: (path, text) =>
      attempt(path, async () => {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await replaceFile(path, text, suffix());
      }),
    copy: (from, to) =>
      attempt(to, async () => {
        try {
          await copyFile(from, to, constants.COPYFILE_EXCL);
        } catch (error) {
          // The copy of another setup at the same millisecond.
          if (errorCode(error) !== "EEXIST") throw error;
        }
        await chmod(to, 0o600);
      }),
    move: (from, to) => attempt(from, () => rename(from, to)),
    restrict: (path) => attempt(path, () => chmod(path, 0o600)),
    async makeAuthority(path) {
      try {
        await writeAuthorityFile(path, await createAuthority({ nowMs: clock.nowMs() }));
        return "made";
      } catch (error) {
        // Another setup has made it meanwhile: it is the authority then.
        if (await isMissing(path)) throw error;
        return "was-there";
      }
    },
  };
}

async function isMissing(path: string): Promise<boolean> {
  try {
    await stat(path);
    return false;
  } catch (error) {
    return ["ENOENT", "ENOTDIR"].includes(errorCode(error));
  }
}

function errorCode(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

async function attempt(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw failure(path, error);
  }
}

function failure(path: string, cause: unknown): ConfigError {
  const message = `it cannot be written: ${errorText(cause)}`;
  return new ConfigError(`${path}: ${message}`, [{ source: path, key: "", message }], {
    hint: "Name a file in a folder that this user may write to, and run `reflow-ec2 setup` again.",
    cause,
  });
}
