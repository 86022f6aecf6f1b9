import { posix } from "node:path";
import { DiskMirror, DiskQueue } from "./disk-mirror.js";
import { FileTree, type TreeFile } from "./file-tree.js";

export { FileError } from "./file-tree.js";

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
 * A machine's files: paths are the machine's, and never leave its root whatever they say. Links exist below /dev only.
 * All calls are synchronous: a step of the boot is one step of the clock. A directory of the host follows behind.
 */
export class MachineFiles {
  private readonly tree: FileTree;
  private readonly mirror: DiskMirror;

  constructor(
    /** The directory of the host. */
    root: string,
    private readonly devices: DeviceNodes,
    /** What several machines write their directories by. */
    queue = new DiskQueue(),
  ) {
    this.mirror = new DiskMirror(root, (path) => this.tree.get(path), queue);
    this.tree = new FileTree((path) => this.mirror.changed(path));
  }

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
    return this.tree.get(normal)?.kind ?? "missing";
  }

  /** Whether a file may be run. */
  isExecutable(path: string): boolean {
    return this.kind(path) === "file" && (this.mode(path) & 0o111) !== 0;
  }

  /** Permission bits of an existing file. */
  mode(path: string): number {
    return this.file(path)?.mode ?? 0;
  }

  /** Size in bytes of an existing file. */
  size(path: string): number {
    return this.file(path)?.content.length ?? 0;
  }

  /** The bytes of a file; undefined when there is none. */
  read(path: string): Buffer | undefined {
    return this.file(path)?.content;
  }

  /** The text of a file; undefined when there is none. */
  readText(path: string): string | undefined {
    return this.read(path)?.toString("utf8");
  }

  /**
   * Writes a file and the directories above it.
   * @throws FileError
   */
  write(path: string, content: string | Buffer, mode?: number): void {
    const normal = MachineFiles.normalize(path);
    if (normal !== "/dev/null") this.tree.write(normal, content, mode);
  }

  /**
   * Makes a directory and those above it.
   * @throws FileError
   */
  makeDirectory(path: string): void {
    this.tree.makeDirectory(MachineFiles.normalize(path));
  }

  changeMode(path: string, mode: number): void {
    this.tree.changeMode(MachineFiles.normalize(path), mode);
  }

  remove(path: string): void {
    this.tree.remove(MachineFiles.normalize(path));
  }

  /** The names in a directory, sorted; none when it is not there. */
  list(path: string): readonly string[] {
    const normal = MachineFiles.normalize(path);
    const names = new Set(this.tree.names(normal));
    const prefix = normal === "/" ? "/" : `${normal}/`;
    for (const device of this.devices.paths()) {
      if (device.startsWith(prefix)) names.add(device.slice(prefix.length).split("/")[0] ?? "");
    }
    return [...names].sort();
  }

  /** Resolves when the directory of the host has everything. @throws Error when its disk does not take it. */
  settled(): Promise<void> {
    return this.mirror.settled();
  }

  /** Lets the directory of the host be as it is. */
  close(): Promise<void> {
    return this.mirror.close();
  }

  private file(path: string): TreeFile | undefined {
    const node = this.tree.get(MachineFiles.normalize(path));
    return node?.kind === "file" ? node : undefined;
  }
}
