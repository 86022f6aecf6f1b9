import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { TreeNode } from "./file-tree.js";

/** Bits of a mode that a usual umask takes away. */
const MASKED_BITS = 0o022;

/** Lets one piece of work after the other use the disk. */
export class DiskQueue {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param rest waited for after each piece. Files are the dearest part of a boot: those of hundreds of machines must not
   * take the processor from the machines themselves.
   */
  constructor(private readonly rest: () => Promise<void> = async () => undefined) {}

  /** Runs `work` when all earlier work is done, however that ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.catch(() => undefined).then(this.rest);
    return next;
  }
}

/**
 * Writes a machine's files to a directory of the host, for whoever wants to look at them: behind the machine, which
 * never waits for it.
 */
export class DiskMirror {
  /** Paths that changed since they were written. */
  private readonly stale = new Set<string>();
  private readonly written = new Set<string>();
  private readonly made = new Set<string>();
  private working: Promise<void> | undefined;
  private writing: Promise<void> | undefined;
  private failure: unknown;
  private closed = false;

  constructor(
    private readonly root: string,
    private readonly nodeAt: (path: string) => TreeNode | undefined,
    private readonly queue: DiskQueue,
  ) {}

  /** Notes that what stands at a path is another thing now. */
  changed(path: string): void {
    if (this.closed) return;
    this.stale.add(path);
    this.working ??= this.work();
  }

  /** Resolves when everything is written. @throws Error when the disk does not take it. */
  async settled(): Promise<void> {
    while (this.working !== undefined) await this.working;
    if (this.failure !== undefined) throw this.failure as Error;
  }

  /** Writes no more, and waits for the file that is being written, but not for its turn. */
  async close(): Promise<void> {
    this.closed = true;
    this.stale.clear();
    await this.writing?.catch(() => undefined);
  }

  private async work(): Promise<void> {
    try {
      for (const path of this.stale) {
        await this.queue.run(async () => {
          // What changes while it is written is written again; nothing is when the mirror was closed meanwhile.
          if (!this.stale.delete(path)) return;
          this.writing = this.write(path, join(this.root, path));
          await this.writing;
        });
      }
    } catch (error) {
      // A mirror with gaps would lie.
      this.failure = error;
      this.closed = true;
    } finally {
      this.working = undefined;
    }
  }

  private async write(path: string, place: string): Promise<void> {
    const node = this.nodeAt(path);
    if (node?.kind === "directory") return this.makeDirectory(place);
    if (node === undefined || this.written.has(path)) {
      await rm(place, { recursive: true, force: true });
      this.written.delete(path);
      this.made.clear();
    }
    if (node === undefined) return;
    await this.makeDirectory(dirname(place));
    await writeFile(place, node.content, { mode: node.mode });
    if ((node.mode & MASKED_BITS) !== 0) await chmod(place, node.mode);
    this.written.add(path);
  }

  private async makeDirectory(place: string): Promise<void> {
    if (this.made.has(place)) return;
    await mkdir(place, { recursive: true });
    this.made.add(place);
  }
}
