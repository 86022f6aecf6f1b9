import type { Process } from "../system/process.js";
import { FileError } from "../system/file-system.js";
import { ArithmeticError } from "./arithmetic.js";
import { BUILTINS } from "./builtins.js";
import { expandToFields, expandToText, globPaths, type Expansion } from "./expand-word.js";
import { parseScript } from "./parse-script.js";
import { ShellSyntaxError, type AndOr, type Command, type Pipeline, type Script, type Word } from "./script.js";
import { ExitSignal, LoopSignal, ShellState } from "./shell-state.js";
import { redirectStreams, type Streams } from "./streams.js";

/**
 * Runs the program that a command names and gives its status; what the shell does not know itself. Tells `complain`
 * when there is no such program, or it cannot be run.
 */
export type RunCommand = (process: Process, complain: (message: string) => void) => Promise<number>;

/** More rounds of a loop than any script of a boot has; one that never waits would hold the sandbox up. */
const MOST_ROUNDS = 5_000;

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
  /** The command that ran last, for the message of `set -e`. */
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
      streams.stderr(`${this.name}: line ${line}: ${this.lastName} ended with status ${state.status} (set -e)\n`);
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
    try {
      const expand = (word: Word): Promise<string> => expandToText(word, this.expansion(command, state, outer));
      const streams = await redirectStreams(command.redirects, outer, this.process.world.files, expand);
      await this.run(command, state, streams, tested);
      streams.finish();
    } catch (error) {
      if (!(error instanceof ArithmeticError || error instanceof FileError)) throw error;
      this.complain(outer, command, error.message);
      state.status = 1;
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
        state.status = 0;
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
        this.complain(streams, command, "the sandbox ends a loop after 5,000 rounds");
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
    const process: Process = {
      ...streams,
      world: this.process.world,
      argv: first === "exec" ? args : words,
      environment: state.environment(extra),
      signal: this.process.signal,
    };
    const status = await this.runCommand(process, (message) => this.complain(streams, command, message));
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
        // As in bash, `set -e` does not hold inside.
        state.status = await this.subshell((inner) => this.script(script, inner, { ...streams, stdout }, true), state);
        return output;
      },
      glob: (pattern) => globPaths(pattern, (directory) => this.process.world.files.list(directory)),
    };
  }

  private complain(streams: Streams, command: Command, message: string): void {
    streams.stderr(`${this.name}: line ${command.line}: ${message}\n`);
  }
}
