import { sharedController } from "../../lib/abort.js";
import type { Clock } from "../../lib/clock.js";
import type { ProgramEnd, RunningProgram } from "../../programs.js";
import { ECHO_MS, type EndingSignal } from "../../signals.js";

/**
 * Stands between the user and a program that runs. A signal that asks to end is passed on, unless the program has it from
 * the terminal already; then the program has a time of grace, after which it is killed, as it is by a second signal that
 * is no echo of the first. Keys of the terminal are between the user and the program: they ask nothing of us.
 */
export class Supervisor {
  private readonly over = sharedController();
  /** When the program was asked to end. */
  private askedAtMs: number | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly program: RunningProgram,
    private readonly graceMs: number,
  ) {}

  /** Hears a signal. */
  readonly hear = (name: EndingSignal): void => {
    const fromKeys = name === "SIGINT" || name === "SIGQUIT";
    if (fromKeys && this.program.hearsTerminal()) return;
    if (this.askedAtMs === undefined) this.ask(name);
    else if (this.clock.monotonicMs() - this.askedAtMs >= ECHO_MS) this.program.kill("SIGKILL");
  };

  /** Makes the program end: there is nothing left that it could run on. */
  end(): void {
    if (this.askedAtMs === undefined) this.ask("SIGTERM");
  }

  /** Waits for the program's end. */
  async ended(): Promise<ProgramEnd> {
    const end = await this.program.ended;
    this.over.abort();
    return end;
  }

  private ask(name: EndingSignal): void {
    this.askedAtMs = this.clock.monotonicMs();
    this.program.kill(name);
    this.clock.sleep(this.graceMs, this.over.signal).then(
      () => this.program.kill("SIGKILL"),
      () => undefined,
    );
  }
}
