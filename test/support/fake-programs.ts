import { constants } from "node:os";
import type { NotRunnable, ProgramEnd, Programs, RunningProgram, StartOutcome } from "../../src/programs.js";

/** A program of a fake world, from the inside. */
export interface FakeProgram {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The signals that it got; SIGKILL ends it. */
  readonly signals: NodeJS.Signals[];
  /** Ends it. */
  exit(code: number): void;
  /** Is told of each signal but SIGKILL; without it a signal kills. */
  onSignal: ((name: NodeJS.Signals) => void) | undefined;
}

const NOT_FOUND: NotRunnable = { kind: "not-runnable", exitCode: 127, problem: "not found" };

/** Programs in memory, by name. Each is called when it is started; it runs until it exits or is killed. */
export class FakePrograms implements Programs {
  readonly started: FakeProgram[] = [];
  /** Whether the terminal's keys reach programs by themselves. */
  foreground = false;

  constructor(
    private readonly bodies: Readonly<Record<string, (self: FakeProgram) => void>> = {},
    private readonly broken: Readonly<Record<string, NotRunnable>> = {},
  ) {}

  async check(name: string): Promise<NotRunnable | undefined> {
    return name in this.bodies || name in this.broken ? undefined : NOT_FOUND;
  }

  async start(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Promise<StartOutcome> {
    const broken = this.broken[command[0]];
    if (broken !== undefined) return broken;
    let end: (end: ProgramEnd) => void = () => undefined;
    const ended = new Promise<ProgramEnd>((resolve) => (end = resolve));
    const self: FakeProgram = {
      command,
      env,
      signals: [],
      exit: (code) => end({ kind: "exited", code }),
      onSignal: undefined,
    };
    const program: RunningProgram = {
      kill: (signal) => {
        self.signals.push(signal);
        if (signal !== "SIGKILL" && self.onSignal !== undefined) self.onSignal(signal);
        else end({ kind: "killed", signal, signalNumber: constants.signals[signal] });
      },
      hearsTerminal: () => this.foreground,
      ended,
    };
    this.started.push(self);
    this.bodies[command[0]]?.(self);
    return { kind: "started", program };
  }
}
