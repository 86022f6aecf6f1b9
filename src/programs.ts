import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { constants as system } from "node:os";
import { delimiter, join } from "node:path";
import { isatty } from "node:tty";

/** How a program ended. */
export type ProgramEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: string; readonly signalNumber: number };

/** A program that was started. */
export interface RunningProgram {
  /** Sends a signal; nothing happens when it has ended. */
  kill(signal: NodeJS.Signals): void;
  /** Whether Ctrl-C, typed now, reaches the program by itself, as both are in the foreground of a terminal. */
  hearsTerminal(): boolean;
  readonly ended: Promise<ProgramEnd>;
}

/** A program that cannot be run; the codes are those of shells. */
export interface NotRunnable {
  readonly kind: "not-runnable";
  /** 127 when it is not found, 126 when it is there. */
  readonly exitCode: 126 | 127;
  /** E.g. `permission denied`. */
  readonly problem: string;
}

/** What starting a program came to. */
export type StartOutcome = { readonly kind: "started"; readonly program: RunningProgram } | NotRunnable;

/** The user's programs, as commands run them. */
export interface Programs {
  /** Why a program cannot be run, without running it; undefined where nothing speaks against it. */
  check(name: string): Promise<NotRunnable | undefined>;
  /** Starts a program on the standard streams of this process; `env` is added to the environment. Never throws. */
  start(command: readonly [string, ...string[]], env: Readonly<Record<string, string>>): Promise<StartOutcome>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The programs of this machine, seen from a process with `environment`. */
export function systemPrograms(environment: Environment): Programs {
  return {
    check: (name) => checkProgram(name, environment["PATH"] ?? ""),
    start: (command, env) => startProgram(command, { ...environment, ...env }),
  };
}

async function checkProgram(name: string, path: string): Promise<NotRunnable | undefined> {
  const places = name.includes("/") ? [name] : path.split(delimiter).map((folder) => join(folder || ".", name));
  let found: NotRunnable | undefined;
  for (const place of places) {
    const error = await problemWith(place);
    if (error === undefined) return undefined;
    if (error !== "ENOENT" && error !== "ENOTDIR") found = notRunnable(error);
  }
  return found ?? notRunnable("ENOENT");
}

async function problemWith(path: string): Promise<string | undefined> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isDirectory() ? "EISDIR" : undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function startProgram([file, ...args]: readonly [string, ...string[]], env: Environment): Promise<StartOutcome> {
  return new Promise((resolve) => {
    const failed = (error: unknown): void => resolve(notRunnable(codeOf(error), NO_INTERPRETER));
    try {
      const child = spawn(file, args, { env, stdio: "inherit" });
      const ended = new Promise<ProgramEnd>((resolveEnd) => {
        child.once("exit", (code, signal) => resolveEnd(endOf(code, signal)));
      });
      // Stays: a signal that may not be sent, to a program that changed its user, is told here too.
      child.on("error", failed);
      child.once("spawn", () =>
        resolve({
          kind: "started",
          program: { kill: (signal) => void child.kill(signal), hearsTerminal: inForeground, ended },
        }),
      );
    } catch (error) {
      // Node throws what is wrong with the call, and what it has no event for, such as a list of arguments too long.
      failed(error);
    }
  });
}

function endOf(code: number | null, signal: NodeJS.Signals | null): ProgramEnd {
  if (signal === null) return { kind: "exited", code: code ?? 0 };
  return { kind: "killed", signal, signalNumber: system.signals[signal] };
}

/**
 * Whether this process is in the foreground of its terminal, whose keys then signal its whole group. Linux tells; where
 * it cannot be asked, a terminal is taken to have us in its foreground.
 */
function inForeground(): boolean {
  try {
    return isForeground(readFileSync("/proc/self/stat", "utf8"));
  } catch {
    return isatty(0) || isatty(2);
  }
}

/** Judges a line of `/proc/<pid>/stat`. */
export function isForeground(statLine: string): boolean {
  // The name before it, in parentheses, may hold anything.
  const fields = statLine.slice(statLine.lastIndexOf(")") + 2).split(" ");
  const [, , group, , terminal, terminalGroup] = fields;
  return terminal !== "0" && group === terminalGroup;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: "not found",
  EACCES: "permission denied",
  EISDIR: "it is a folder",
  E2BIG: "its arguments and its environment are too long",
};

/** The system says of a script without its interpreter what it says of no script at all. */
const NO_INTERPRETER = ", or the interpreter that its first line names is not";

function notRunnable(code: string, notFoundToo = ""): NotRunnable {
  const problem = PROBLEMS[code] ?? code;
  if (code === "ENOENT") return { kind: "not-runnable", exitCode: 127, problem: `${problem}${notFoundToo}` };
  return { kind: "not-runnable", exitCode: 126, problem };
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : String(error);
}
