import { open, type FileHandle } from "node:fs/promises";
import type { BinaryFile, OpenBinary } from "../cluster/ports.js";
import { ConfigError, errorText } from "../errors.js";

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "it may not be read",
  EPERM: "it may not be read",
};

/**
 * A file of this machine as the cluster uploads it.
 * @param path as the configuration has it; `~/` stands for the home
 */
export function binaryFile(path: string, home: string): BinaryFile {
  const place = path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
  return {
    path: place,
    async open() {
      let handle: FileHandle | undefined;
      try {
        handle = await open(place, "r");
        const stats = await handle.stat();
        if (stats.isFile()) return { kind: "open", binary: openBinary(place, handle, stats.size) };
        await handle.close();
        return { kind: "unusable", problem: stats.isDirectory() ? "it is a directory" : "it is no file" };
      } catch (error) {
        await handle?.close().catch(() => undefined);
        return { kind: "unusable", problem: problemOf(error) };
      }
    },
  };
}

function openBinary(path: string, handle: FileHandle, sizeBytes: number): OpenBinary {
  return {
    sizeBytes,
    async read(offset, length) {
      const content = Buffer.allocUnsafe(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await read(path, handle, content, done, offset + done);
        if (bytesRead === 0)
          throw new ConfigError(`${path} became shorter while it was read`, [], { hint: "try again" });
        done += bytesRead;
      }
      return content;
    },
    close: () => handle.close(),
  };
}

async function read(
  path: string,
  handle: FileHandle,
  into: Buffer,
  at: number,
  position: number,
): Promise<{ readonly bytesRead: number }> {
  try {
    return await handle.read(into, at, into.length - at, position);
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${errorText(error)}`, [], { cause: error });
  }
}

function problemOf(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  return PROBLEMS[code] ?? errorText(error);
}
