import { posix } from "node:path";

/** The system refuses a file; the message names the machine's path and says why. */
export class FileError extends Error {}

/** The longest name of a file, and the longest path, in bytes, as Linux has them. */
const LONGEST_NAME = 255;
const LONGEST_PATH = 4_095;

/** Files without a mode of their own get this one. */
const DEFAULT_MODE = 0o644;

/** A regular file. */
export interface TreeFile {
  readonly kind: "file";
  readonly content: Buffer;
  readonly mode: number;
}

/** What stands at a path of the tree. */
export type TreeNode = TreeFile | { readonly kind: "directory" };

const DIRECTORY: TreeNode = { kind: "directory" };

/**
 * Files and directories in memory, by normal absolute paths. A machine's steps work on these alone: hundreds of machines
 * boot at once in one process, and none may wait for a disk.
 */
export class FileTree {
  private readonly nodes = new Map<string, TreeNode>([["/", DIRECTORY]]);

  /** @param changed hears of every path that is made, changed or removed, parents first */
  constructor(private readonly changed: (path: string) => void) {}

  get(path: string): TreeNode | undefined {
    return this.nodes.get(path);
  }

  /** The names in a directory; none when it is not there. */
  names(path: string): readonly string[] {
    const prefix = path === "/" ? "/" : `${path}/`;
    return [...this.nodes.keys()].flatMap((each) => {
      const name = each.startsWith(prefix) ? each.slice(prefix.length) : "";
      return name === "" || name.includes("/") ? [] : [name];
    });
  }

  /** Writes a file and the directories above it; one that is there keeps its mode unless another is given. @throws FileError */
  write(path: string, content: string | Buffer, mode?: number): void {
    const before = this.nodes.get(path);
    if (before?.kind === "directory") throw new FileError(`${path}: Is a directory`);
    this.ensureDirectory(posix.dirname(path), path);
    const kept = mode ?? before?.mode ?? DEFAULT_MODE;
    this.set(path, { kind: "file", content: Buffer.from(content), mode: kept });
  }

  /** Makes a directory and those above it. @throws FileError */
  makeDirectory(path: string): void {
    this.ensureDirectory(path, path);
  }

  changeMode(path: string, mode: number): void {
    const node = this.nodes.get(path);
    if (node?.kind === "file") this.set(path, { ...node, mode });
  }

  /** Removes what stands at a path, with everything in it. */
  remove(path: string): void {
    for (const each of [...this.nodes.keys()]) {
      if (each !== path && !each.startsWith(`${path}/`)) continue;
      this.nodes.delete(each);
      this.changed(each);
    }
  }

  private ensureDirectory(directory: string, wanted: string): void {
    const node = this.nodes.get(directory);
    if (node?.kind === "directory") return;
    if (node !== undefined) throw new FileError(`${wanted}: Not a directory`);
    this.ensureDirectory(posix.dirname(directory), wanted);
    this.set(directory, DIRECTORY, wanted);
  }

  private set(path: string, node: TreeNode, wanted = path): void {
    if (Buffer.byteLength(posix.basename(path)) > LONGEST_NAME || Buffer.byteLength(path) > LONGEST_PATH) {
      throw new FileError(`${wanted}: File name too long`);
    }
    this.nodes.set(path, node);
    this.changed(path);
  }
}
