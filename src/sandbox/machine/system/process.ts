import type { MachineWorld } from "./machine-world.js";

/** A program that runs on a machine, and everything that it is given. */
export interface Process {
  readonly world: MachineWorld;
  /** The program's name and its arguments. */
  readonly argv: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
  /** The whole of its input. */
  readonly stdin: string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** Aborts when the process is to end: its unit is stopped, or the machine goes off. */
  readonly signal: AbortSignal;
}

/** Runs to its end and gives the exit status. Throws the signal's reason when that aborts. */
export type Program = (process: Process) => Promise<number>;

/** Waits until the process is to end. @throws the signal's reason, always. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
}

/** Hands complete lines on as they come. */
export class LineWriter {
  private rest = "";

  constructor(private readonly line: (line: string) => void) {}

  readonly write = (text: string): void => {
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    for (const line of lines) this.line(line);
  };

  /** Hands on what has no line end yet. */
  flush(): void {
    if (this.rest !== "") this.line(this.rest);
    this.rest = "";
  }
}

/** The running programs of a machine by their command lines, as `pgrep -f` sees them. */
export class ProcessTable {
  private readonly lines = new Map<number, string>();
  private nextId = 1_000;

  /** Puts a process into the table; gives its number. */
  add(commandLine: string): number {
    const id = this.nextId;
    this.nextId += 1;
    this.lines.set(id, commandLine);
    return id;
  }

  /** The process became another program. */
  replace(id: number, commandLine: string): void {
    this.lines.set(id, commandLine);
  }

  remove(id: number): void {
    this.lines.delete(id);
  }

  /** The numbers of all whose command line matches. */
  find(pattern: RegExp): readonly number[] {
    return [...this.lines].filter(([, line]) => pattern.test(line)).map(([id]) => id);
  }
}
