import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** The system refuses a file; the message names the machine's path and says why. */
export class FileError extends Error {}

/** What Unix says for the errors that a path can give. */
const REASONS: Readonly<Record<string, string>> = {
  // A file stands where a directory is to be.
  EEXIST: "Not a directory",
  EISDIR: "Is a directory",
  ENAMETOOLONG: "File name too long",
  ENOENT: "No such file or directory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
};

/** What stands at a path. */
export type FileKind = "file" | "directory" | "block" | "missing";

/** Device nodes and links below /dev, which exist in the machine's world only. */
export interface DeviceNodes {
  /** The kernel's name of the block device at a path, links followed; undefined when there is none. */
  resolve(path: string): string | undefined;
  /** Every path below /dev that is there now. */
  paths(): readonly string[];
}

/**
 * A machine's files: paths are the machine's, kept below one directory of the host whatever they say. Links exist
 * below /dev only, so nothing on the host can be reached through them. All calls are synchronous: files are few and
 * small, and a step of the boot is one step of the clock.
 */
export class MachineFiles {
  constructor(
    private readonly root: string,
    private readonly devices: DeviceNodes,
  ) {}

  /** The path without `.`, `..` and double slashes; it never leaves the root. */
  static normalize(path: string): string {
    const clean = posix.normalize(`/${path.replaceAll("\0", "")}`);
    return clean.length > 1 && clean.endsWith("/") ? clean.slice(0, -1) : clean;
  }

  kind(path: string): FileKind {
    const normal = MachineFiles.normalize(path);
    if (normal.startsWith("/dev/")) {
      if (this.devices.resolve(normal) !== undefined) return "block";
      if (normal === "/dev/null") return "file";
      if (this.devices.paths().some((device) => device.startsWith(`${normal}/`))) return "directory";
    }
    try {
      const status = statSync(this.host(normal), { throwIfNoEntry: false });
      if (status === undefined) return "missing";
      return status.isDirectory() ? "directory" : "file";
    } catch {
      // A file stands where a directory should, or the name is longer than names can be.
      return "missing";
    }
  }

  /** Whether a file may be run. */
  isExecutable(path: string): boolean {
    return this.kind(path) === "file" && (this.mode(path) & 0o111) !== 0;
  }

  /** Permission bits of an existing file. */
  mode(path: string): number {
    return statSync(this.host(path)).mode & 0o7777;
  }

  /** Size in bytes of an existing file. */
  size(path: string): number {
    return statSync(this.host(path)).size;
  }

  /** The bytes of a file; undefined when there is none. */
  read(path: string): Buffer | undefined {
    if (this.kind(path) !== "file" || MachineFiles.normalize(path) === "/dev/null") return undefined;
    return readFileSync(this.host(path));
  }

  /** The text of a file; undefined when there is none. */
  readText(path: string): string | undefined {
    return this.read(path)?.toString("utf8");
  }

  /**
   * Writes a file and the directories above it. A mode is set at once, so that nothing is readable in between.
   * @throws FileError
   */
  write(path: string, content: string | Buffer, mode?: number): void {
    const normal = MachineFiles.normalize(path);
    if (normal === "/dev/null") return;
    const host = this.host(normal);
    attempt(normal, () => {
      mkdirSync(dirname(host), { recursive: true });
      if (mode !== undefined) rmSync(host, { force: true });
      writeFileSync(host, content, { mode: mode ?? 0o644 });
      if (mode !== undefined) chmodSync(host, mode);
    });
  }

  /**
   * Makes a directory and those above it.
   * @throws FileError
   */
  makeDirectory(path: string): void {
    attempt(path, () => mkdirSync(this.host(path), { recursive: true }));
  }

  changeMode(path: string, mode: number): void {
    chmodSync(this.host(path), mode);
  }

  remove(path: string): void {
    rmSync(this.host(path), { recursive: true, force: true });
  }

  /** The names in a directory, sorted; none when it is not there. */
  list(path: string): readonly string[] {
    const normal = MachineFiles.normalize(path);
    const host = this.host(normal);
    const names = new Set(existsSync(host) && statSync(host).isDirectory() ? readdirSync(host) : []);
    const prefix = normal === "/" ? "/" : `${normal}/`;
    for (const device of this.devices.paths()) {
      if (device.startsWith(prefix)) names.add(device.slice(prefix.length).split("/")[0] ?? "");
    }
    return [...names].sort();
  }

  private host(path: string): string {
    return join(this.root, MachineFiles.normalize(path));
  }
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
    const reason = REASONS[code];
    if (reason === undefined) throw error;
    throw new FileError(`${path}: ${reason}`);
  }
}
