import type { Process } from "../system/process.js";
import { ArithmeticError } from "./arithmetic.js";
import { BUILTINS } from "./builtins.js";
import { expandToFields, expandToText, globPaths, type Expansion } from "./expand-word.js";
import { parseScript } from "./parse-script.js";
import { ShellSyntaxError, type AndOr, type Command, type Pipeline, type Script } from "./script.js";
import { ExitSignal, LoopSignal, ShellState } from "./shell-state.js";

/** Runs the program that a command names, and gives its status; what the shell does not know itself. */
export type RunCommand = (process: Process) => Promise<number>;

/** Where a command's input comes from and its output goes. */
interface Streams {
  readonly stdin: string;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
}

/** More rounds of a loop than any script of a boot has; one that never waits would hold the sandbox up. */
const MOST_ROUNDS = 100_000;

/**
 * Runs a script as bash does and gives its exit status.
 * @param name what messages begin with: the script's path, or `bash`
 */
export async function runScript(name: string, text: string, process: Process, runCommand: RunCommand): Promise<number> {
  const state = new ShellState([name, ...process.argv.slice(1)], process.environment);
  const shell = new Shell(name, process, runCommand);
  try {
    const streams: Streams = {
      stdin: process.stdin,
      stdout: (text) => process.stdout(text),
      stderr: (text) => process.stderr(text),
    };
    await shell.script(parseScript(text), state, streams, false);
    return state.status;
  } catch (error) {
    if (error instanceof ExitSignal) return error.status;
    if (error instanceof LoopSignal) return state.status;
    if (error instanceof ShellSyntaxError) {
      process.stderr(`${name}: ${error.message}\n`);
      return 2;
    }
    throw error;
  }
}

class Shell {
  /** The command that ran last, for the message of \`set -e\`. */
  private lastName = "";

  constructor(
    private readonly name: string,
    private readonly process: Process,
    private readonly runCommand: RunCommand,
  ) {}

  /** @param tested the status is asked for by an `if` or the like, so that a failure does not end the shell. */
  async script(script: Script, state: ShellState, streams: Streams, tested: boolean): Promise<void> {
    for (const step of script) await this.andOr(step, state, streams, tested);
  }

  private async andOr(step: AndOr, state: ShellState, streams: Streams, tested: boolean): Promise<void> {
    await this.pipeline(step.first, state, streams, tested || step.rest.length > 0);
    for (const [index, { operator, pipeline }] of step.rest.entries()) {
      if ((state.status === 0) !== (operator === "&&")) continue;
      await this.pipeline(pipeline, state, streams, tested || index < step.rest.length - 1);
    }
  }

  private async pipeline(pipeline: Pipeline, state: ShellState, streams: Streams, tested: boolean): Promise<void> {
    const { commands, negated } = pipeline;
    const [only] = commands;
    if (commands.length === 1 && only !== undefined) await this.command(only, state, streams, tested || negated);
    else await this.pipe(commands, state, streams);
    if (negated) state.status = state.status === 0 ? 1 : 0;
    else if (state.status !== 0 && state.stopOnError && !tested) {
      const line = commands.at(-1)?.line ?? 0;
      streams.stderr(`${this.name}: line ${line}: ${this.lastName} ended with status ${state.status}, and set -e\n`);
      throw new ExitSignal(state.status);
    }
  }

  /** Commands whose output is the next one's input, each in a shell of its own. */
  private async pipe(commands: readonly Command[], state: ShellState, streams: Streams): Promise<void> {
    let input = streams.stdin;
    let failed = 0;
    for (const [index, command] of commands.entries()) {
      const last = index === commands.length - 1;
      let output = "";
      const stdout = last ? streams.stdout : (text: string): void => void (output += text);
      state.status = await this.subshell(
        (inner) => this.command(command, inner, { ...streams, stdin: input, stdout }, true),
        state,
      );
      if (state.status !== 0) failed = state.status;
      input = output;
    }
    if (state.pipeFail) state.status = failed;
  }

  /** Runs a part with a copy of the state; gives the status with which it ends. */
  private async subshell(part: (inner: ShellState) => Promise<void>, state: ShellState): Promise<number> {
    const inner = state.fork();
    try {
      await part(inner);
      return inner.status;
    } catch (error) {
      if (error instanceof ExitSignal) return error.status;
      throw error;
    }
  }

  private async command(command: Command, state: ShellState, outer: Streams, tested: boolean): Promise<void> {
    const streams = await this.redirect(command, state, outer);
    if (streams === undefined) state.status = 1;
    else {
      try {
        await this.run(command, state, streams, tested);
      } catch (error) {
        if (!(error instanceof ArithmeticError)) throw error;
        this.complain(streams, command, error.message);
        state.status = 1;
      }
      streams.finish();
    }
  }

  private async run(command: Command, state: ShellState, streams: Streams, tested: boolean): Promise<void> {
    switch (command.kind) {
      case "simple":
        return this.simple(command, state, streams);
      case "group":
        return this.script(command.body, state, streams, tested);
      case "if": {
        for (const branch of command.branches) {
          await this.script(branch.condition, state, streams, true);
          if (state.status === 0) return this.script(branch.body, state, streams, tested);
        }
        state.status = 0;
        return command.otherwise === undefined ? undefined : this.script(command.otherwise, state, streams, tested);
      }
      case "for": {
        const values = await expandToFields(command.words, this.expansion(command, state, streams));
        state.status = 0;
        const rounds = values[Symbol.iterator]();
        return this.loop(command, streams, tested, state, async () => {
          const round = rounds.next();
          if (round.done === true) return false;
          state.set(command.name, round.value);
          return true;
        });
      }
      case "while": {
        let status = 0;
        await this.loop(command, streams, tested, state, async () => {
          status = state.status;
          await this.script(command.condition, state, streams, true);
          return (state.status === 0) !== command.until;
        });
        state.status = status;
      }
    }
  }

  private async loop(
    command: Extract<Command, { kind: "for" | "while" }>,
    streams: Streams,
    tested: boolean,
    state: ShellState,
    next: () => Promise<boolean>,
  ): Promise<void> {
    for (let round = 0; await next(); round += 1) {
      if (round >= MOST_ROUNDS) {
        this.complain(streams, command, "the sandbox ends a loop after 100,000 rounds");
        throw new ExitSignal(1);
      }
      try {
        await this.script(command.body, state, streams, tested);
      } catch (error) {
        if (!(error instanceof LoopSignal)) throw error;
        if (error.levels > 1) throw new LoopSignal(error.kind, error.levels - 1);
        if (error.kind === "break") return;
      }
    }
  }

  private async simple(
    command: Extract<Command, { kind: "simple" }>,
    state: ShellState,
    streams: Streams,
  ): Promise<void> {
    // Without a command the status is that of the last substitution.
    const before = state.status;
    state.status = 0;
    const expansion = this.expansion(command, state, streams, before);
    const words = await expandToFields(command.words, expansion);
    const values: [string, string][] = [];
    for (const { name, value } of command.assignments) {
      const text = await expandToText(value, expansion);
      if (words.length === 0) state.set(name, text);
      values.push([name, text]);
    }
    this.lastName = words[0] ?? command.assignments[0]?.name ?? "";
    if (words.length > 0) state.status = await this.runWords(words, command, new Map(values), state, streams);
  }

  private async runWords(
    words: readonly string[],
    command: Command,
    extra: ReadonlyMap<string, string>,
    state: ShellState,
    streams: Streams,
  ): Promise<number> {
    const [first = "", ...args] = words;
    const builtin = BUILTINS.get(first);
    if (builtin !== undefined) {
      return builtin(args, state, (text) => this.complain(streams, command, text.trimEnd()));
    }
    if (first === "exec" && args.length === 0) return 0;
    const status = await this.runCommand({
      world: this.process.world,
      argv: first === "exec" ? args : words,
      environment: state.environment(extra),
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: streams.stderr,
      signal: this.process.signal,
    });
    if (status === 127 || status === 126) {
      const reason = status === 127 ? "command not found" : "Permission denied";
      this.complain(streams, command, `${first === "exec" ? (args[0] ?? "") : first}: ${reason}`);
    }
    if (first === "exec") throw new ExitSignal(status);
    return status;
  }

  private expansion(command: Command, state: ShellState, streams: Streams, status = state.status): Expansion {
    return {
      variable: (name) => {
        const value = name === "?" ? String(status) : state.get(name);
        if (value === undefined && state.stopOnUnset) {
          this.complain(streams, command, `${name}: unbound variable`);
          throw new ExitSignal(1);
        }
        return value;
      },
      run: async (script) => {
        let output = "";
        const stdout = (text: string): void => void (output += text);
        state.status = await this.subshell((inner) => this.script(script, inner, { ...streams, stdout }, false), state);
        return output;
      },
      glob: (pattern) => globPaths(pattern, (directory) => this.process.world.files.list(directory)),
    };
  }

  /** The streams of a command after its redirections; undefined, with a message, when a file is not there. */
  private async redirect(
    command: Command,
    state: ShellState,
    outer: Streams,
  ): Promise<(Streams & { finish(): void }) | undefined> {
    const { files } = this.process.world;
    const sinks: [(text: string) => void, (text: string) => void] = [outer.stdout, outer.stderr];
    const finishers: (() => void)[] = [];
    let stdin = outer.stdin;
    for (const { descriptor, kind, target } of command.redirects) {
      const text = await expandToText(target, this.expansion(command, state, outer));
      if (kind === "read") {
        const content = text === "/dev/null" ? "" : files.readText(text);
        if (content === undefined) {
          this.complain(outer, command, `${text}: No such file or directory`);
          return undefined;
        }
        stdin = content;
      } else if (kind === "duplicate") {
        sinks[descriptor === 2 ? 1 : 0] = text === "2" ? sinks[1] : sinks[0];
      } else {
        let content = kind === "append" ? (files.readText(text) ?? "") : "";
        sinks[descriptor === 2 ? 1 : 0] = (more) => void (content += more);
        finishers.push(() => files.write(text, content));
      }
    }
    const [stdout, stderr] = sinks;
    return { stdin, stdout, stderr, finish: () => finishers.forEach((finish) => finish()) };
  }

  private complain(streams: Streams, command: Command, message: string): void {
    streams.stderr(`${this.name}: line ${command.line}: ${message}\n`);
  }
}
