import { access, appendFile, readFile } from "node:fs/promises";
import { homedir, userInfo } from "node:os";
import type { Readable, Writable } from "node:stream";
import type { ClusterDeps, ClusterHandle, ClusterTarget } from "./commands/shared/cluster-handle.js";
import type { InstanceCatalogue } from "./commands/shared/instance-catalogue.js";
import type { SandboxControl } from "./commands/shared/sandbox-control.js";
import type { Doctor } from "./doctor/doctor.js";
import type { SetupHandle } from "./commands/shared/setup-handle.js";
import { sharedController } from "./lib/abort.js";
import { type Clock, systemClock } from "./lib/clock.js";
import { deferred } from "./lib/deferred.js";
import type { Programs } from "./programs.js";
import { type DivertSignals, type SignalSource, watchSignals } from "./signals.js";
import { ClosedPipeError } from "./terminal/closed-pipe.js";
import type { ColorLevel } from "./terminal/colors.js";
import type { TextOutput } from "./terminal/output.js";
import { type StandardStream, wrapStandardStream } from "./terminal/process-output.js";
import type { StartSpinner } from "./terminal/progress.js";
import { askLine } from "./terminal/prompt.js";
import type { UserDataRenderer } from "./userdata/rendering.js";

/** Everything outside of the program that it touches. */
export interface World {
  /** The command line, without the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** The user's login name. */
  readonly login: string;
  readonly platform: NodeJS.Platform;
  /** Results go here, and nothing else. */
  readonly stdout: TextOutput;
  /** Progress, warnings, questions and errors go here. */
  readonly stderr: TextOutput;
  readonly stdin: {
    readonly isTTY: boolean;
    /** Asks on standard error; empty at the end of the input. */
    question(text: string, signal: AbortSignal): Promise<string>;
    /** All that comes, or a beginning of it that is longer than `maxBytes`. */
    read(maxBytes: number, signal: AbortSignal): Promise<Uint8Array>;
  };
  readonly clock: Clock;
  randomBytes(length: number): Buffer;
  /** Aborts at Ctrl-C and its like with an InterruptedError, and with a ClosedPipeError when nobody reads stdout. */
  readonly signal: AbortSignal;
  /** While signals are diverted they do not abort, and a second one does not end the program. */
  readonly divertSignals: DivertSignals;
  /** The programs that the user wants to be run. */
  readonly programs: Programs;
  /** What to say when the user leaves by a second Ctrl-C, before the cleaning up is done. */
  onForcedExit(lastWords: () => string): void;
  /** Spinners on standard error, loaded when first needed. */
  loadSpinner(colorLevel: ColorLevel): Promise<StartSpinner>;
  /**
   * Resolves when the output has been taken.
   * @throws PartialError when it could not be written; the signal's reason when nobody has taken it a moment after that
   */
  flush(): Promise<void>;
  fileExists(path: string): Promise<boolean>;
  /** The text of a file. @throws what the system says */
  readFile(path: string): Promise<string>;
  /** Adds to the end of a file, which is made where there is none. @throws what the system says */
  appendFile(path: string, text: string): Promise<void>;
  /** Writes a file of mode 0600, or of the mode it has, whole or not at all. @throws what the system says */
  replaceFile(path: string, text: string, mode?: "private" | "keep"): Promise<void>;
  /** Runs `work`, which changes a file, while no other process changes it this way. @throws what the system says, and work */
  whileChanging<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** The region that the shared AWS files give a profile, or the default one. */
  profileRegion(profile: string | undefined): Promise<string | undefined>;
  openCluster(target: ClusterTarget, deps: ClusterDeps): Promise<ClusterHandle>;
  /** Looks at the user-data of a cluster that need not be there yet. */
  openRenderer(target: ClusterTarget, deps: ClusterDeps): Promise<UserDataRenderer>;
  /** Looks at what a launch depends on, whatever of it is missing. */
  openDoctor(target: ClusterTarget): Promise<Doctor>;
  /** The instance types as a configuration, or the defaults, see them. */
  openInstanceCatalogue(target: ClusterTarget, deps: ClusterDeps): Promise<InstanceCatalogue>;
  /** Setup of an account for a configuration that need not be there yet. */
  openSetup(target: ClusterTarget): Promise<SetupHandle>;
  readonly sandbox: SandboxControl;
}

/** What is used of the process. */
export interface HostProcess extends SignalSource {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly stdout: StandardStream;
  readonly stderr: StandardStream & Writable;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly pid: number;
  readonly execPath: string;
  kill(pid: number, signal: string | number): boolean;
  exitCode?: number | string | null | undefined;
  exit(code: number): void;
  once(event: "exit", listener: () => void): unknown;
  removeAllListeners(event: NodeJS.Signals): unknown;
}

/** The world, and the door out of it. */
export interface RealWorld extends World {
  /**
   * The command is over. What is still under way keeps the process; a reader that does not read does not, once there was a
   * signal.
   */
  leave(exitCode: number): void;
}

/** Time that a reader has who has not read everything when a signal comes. */
const LAST_READ_MS = 1_000;

/**
 * The real world of a process. Heavy parts are loaded when they are first needed.
 * @param isTerminal whether a descriptor is one of a terminal that is still there
 */
export function createWorld(process: HostProcess, isTerminal: (fd: number) => boolean = isTerminalNow): RealWorld {
  const controller = sharedController();
  const { signal } = controller;
  let lastWords = (): string => "";
  /** A signal has come, whoever heard it. */
  let signalled = false;
  const divert = watchSignals(
    process,
    systemClock,
    (error) => controller.abort(error),
    (error) => {
      process.stderr.write(lastWords());
      process.exit(error.exitCode);
    },
  );
  const stdout = wrapStandardStream(process.stdout, "standard output", () => controller.abort(new ClosedPipeError()));
  // Without a reader of its messages a command still does its work.
  const stderr = wrapStandardStream(process.stderr, "standard error", () => undefined);
  const sandbox = async (): Promise<SandboxControl> =>
    (await import("./compose/sandbox-control.js")).sandboxControl(world, process);
  const programs = async (): Promise<Programs> => (await import("./programs.js")).systemPrograms(process.env);
  const world: RealWorld = {
    argv: process.argv.slice(2),
    env: process.env,
    home: homedir(),
    login: loginName(process.env),
    platform: process.platform,
    stdout,
    stderr,
    stdin: {
      // Read when asked: looking at standard input opens it.
      get isTTY() {
        return process.stdin.isTTY === true;
      },
      question: (text, signal) => askLine(process.stdin, process.stderr, text, signal),
      read: async (maxBytes, signal) => (await import("./lib/read-all.js")).readAll(process.stdin, maxBytes, signal),
    },
    clock: systemClock,
    // By way of the global, as importing node:crypto costs every start some ten milliseconds.
    randomBytes: (length) => Buffer.from(crypto.getRandomValues(new Uint8Array(length))),
    signal,
    divertSignals: (hear) =>
      divert((name) => {
        signalled = true;
        hear(name);
      }),
    programs: {
      check: async (name) => (await programs()).check(name),
      start: async (command, env) => (await programs()).start(command, env),
    },
    onForcedExit: (words) => {
      lastWords = words;
    },
    loadSpinner: async (colorLevel) => (await import("./terminal/spinner.js")).spinnersOn(process.stderr, colorLevel),
    flush: () => inTime(stdout.flush(), signal),
    fileExists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    readFile: (path) => readFile(path, "utf8"),
    appendFile: (path, text) => appendFile(path, text),
    replaceFile: async (path, text, mode) =>
      (await import("./lib/replace-file.js")).replaceFile(
        path,
        text,
        `.${process.pid}`,
        mode === "keep" ? "keep" : undefined,
      ),
    whileChanging: async (path, signal, work) =>
      (await import("./lib/change-lock.js")).withChangeLock(
        {
          path,
          clock: systemClock,
          nonce: world.randomBytes(8).toString("hex"),
          unwritable: (cause) => (cause instanceof Error ? cause : new Error(String(cause))),
        },
        signal,
        work,
      ),
    profileRegion: async (profile) => (await import("./compose/open-cluster.js")).profileRegion(profile),
    openCluster: async (target, deps) =>
      (await import("./compose/cluster-handle.js")).openClusterHandle(world, target, deps),
    openRenderer: async (target, { onEvent }) =>
      (await import("./compose/render.js")).openRenderer(world, target, onEvent),
    openDoctor: async (target) => (await import("./compose/open-doctor.js")).openDoctor(world, target),
    openInstanceCatalogue: async (target) =>
      (await import("./compose/instance-catalogue.js")).openInstanceCatalogue(world, target),
    openSetup: async (target) => (await import("./compose/open-setup.js")).openSetup(world, target),
    sandbox: {
      status: async () => (await sandbox()).status(),
      ensure: async (region, signal) => (await sandbox()).ensure(region, signal),
      readScenario: async (path) => (await sandbox()).readScenario(path),
      scenario: async (task, signal) => (await sandbox()).scenario(task, signal),
      stop: async (signal) => (await sandbox()).stop(signal),
    },
    leave: (exitCode) => {
      process.exitCode = exitCode;
      // Nothing else is under way when there is nothing to say.
      const exit = (): void => (lastWords() === "" ? process.exit(exitCode) : undefined);
      const linger = (): void => void setTimeout(exit, LAST_READ_MS).unref();
      if (signalled || signal.aborted) linger();
      else signal.addEventListener("abort", linger, { once: true });
      process.once("exit", () => dieWithTerminal(process, isTerminal));
    },
  };
  return world;
}

/** Loaded at the end of those who have a terminal: it would cost every start some milliseconds. */
function isTerminalNow(fd: number): boolean {
  return process.getBuiltinModule("node:tty").isatty(fd);
}

/**
 * Node ends with an assertion of its own where it cannot give a terminal that has gone its modes back; SIGHUP, by which the
 * terminal told so, ends it before that.
 */
function dieWithTerminal(process: HostProcess, isTerminal: (fd: number) => boolean): void {
  // Not standard input: looking at it opens it.
  const hasGone = ({ isTTY }: StandardStream, fd: number): boolean => isTTY === true && !isTerminal(fd);
  if (!hasGone(process.stdout, 1) && !hasGone(process.stderr, 2)) return;
  process.removeAllListeners("SIGHUP");
  process.kill(process.pid, "SIGHUP");
}

/** What comes of `written`; a moment after the signal aborts, its reason. */
async function inTime(written: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = sharedController();
  const { promise: late, reject } = deferred<never>();
  const onAbort = (): void => {
    const moment = systemClock.sleep(LAST_READ_MS, over.signal);
    moment.then(() => reject(signal.reason)).catch(() => undefined);
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true, signal: over.signal });
  try {
    await Promise.race([written, late]);
  } finally {
    over.abort();
  }
}

/** The login name; containers may run under an id that no name belongs to. */
function loginName(env: HostProcess["env"]): string {
  try {
    return userInfo().username;
  } catch {
    return env.USER ?? env.LOGNAME ?? "unknown";
  }
}
