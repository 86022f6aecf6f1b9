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
