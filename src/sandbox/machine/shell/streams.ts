import { FileError, type MachineFiles } from "../system/file-system.js";
import type { Redirect, Word } from "./script.js";

/** Where a command's input comes from and its output goes. */
export interface Streams {
  readonly stdin: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** Streams of a command after its redirections. */
export interface RedirectedStreams extends Streams {
  /** Writes what went to files; to be called when the command has ended. Throws a FileError. */
  readonly finish: () => void;
}

/**
 * The streams of a command with redirections, in their order.
 * @throws FileError
 */
export async function redirectStreams(
  redirects: readonly Redirect[],
  outer: Streams,
  files: MachineFiles,
  expand: (word: Word) => Promise<string>,
): Promise<RedirectedStreams> {
  let { stdin, stdout, stderr } = outer;
  const finishers: (() => void)[] = [];
  for (const { descriptor, kind, target } of redirects) {
    const text = await expand(target);
    if (kind === "read") {
      const content = text === "/dev/null" ? "" : files.readText(text);
      if (content === undefined) throw new FileError(`${text}: No such file or directory`);
      stdin = content;
      continue;
    }
    let sink = text === "2" ? stderr : stdout;
    if (kind !== "duplicate") {
      let content = kind === "append" ? (files.readText(text) ?? "") : "";
      sink = (more) => void (content += more);
      finishers.push(() => files.write(text, content));
    }
    if (descriptor === 2) stderr = sink;
    else stdout = sink;
  }
  return { stdin, stdout, stderr, finish: () => finishers.forEach((finish) => finish()) };
}
