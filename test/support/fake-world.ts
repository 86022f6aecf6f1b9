import { sharedController } from "../../src/lib/abort.js";
import { openDoctor } from "../../src/compose/open-doctor.js";
import { openInstanceCatalogue } from "../../src/compose/instance-catalogue.js";
import { openRenderer } from "../../src/compose/render.js";
import { main } from "../../src/main.js";
import type { RunningSandbox, SandboxStatus } from "../../src/commands/shared/sandbox-control.js";
import { readScenarioFile } from "../../src/sandbox/scenario/read-scenario.js";
import type { Scenario } from "../../src/sandbox/scenario/schema.js";
import type { World } from "../../src/world.js";
import { type EndingSignal, interruptedBy } from "../../src/signals.js";
import { FakeClock } from "./fake-clock.js";
import { FakeCluster } from "./fake-cluster.js";
import { FakePrograms } from "./fake-programs.js";
import { SetupWorld } from "./setup-world.js";

/** What of a world is not as everywhere else. */
export interface FakeWorldOptions {
  readonly cluster?: FakeCluster;
  readonly env?: Readonly<Record<string, string>>;
  /** Whether standard input, output and error are terminals: all (true), none (false, as in a CI job), or each. */
  readonly terminal?: boolean | { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Width of the terminal. */
  readonly columns?: number;
  /** What the user answers, question by question; then the input ends. */
  readonly answers?: readonly string[];
  /** What comes through standard input. */
  readonly input?: string | Uint8Array;
  /** What files hold, by path. */
  readonly texts?: Readonly<Record<string, string>>;
  /** Paths that exist. */
  readonly files?: readonly string[];
  /** Programs that commands may run. */
  readonly programs?: FakePrograms;
  /** The account and the files that setup works on. */
  readonly setup?: SetupWorld;
  /** The sandbox runs already. */
  readonly sandboxRuns?: boolean;
  /** What the shared AWS files say. */
  readonly profileRegion?: string;
}

/** The sandbox that a fake world can start. */
export const FAKE_SANDBOX: RunningSandbox = {
  running: true,
  endpoint: "http://127.0.0.1:4566",
  region: "us-west-2",
  pid: 4711,
  config: "/home/ada/.local/state/reflow-ec2/sandbox/config.yaml",
  stateDirectory: "/home/ada/.local/state/reflow-ec2/sandbox",
  credentials: { accessKeyId: "AKIASANDBOX", secretAccessKey: "sandbox-secret" },
};

/**
 * The outside as the program sees it: streams that remember, a clock that stands still, a cluster and a sandbox in
 * memory. Spinners leave a line `[text suffix]` on standard error when they start and when their text changes.
 */
export class FakeWorld implements World {
  stdoutText = "";
  stderrText = "";
  /** What would be said at a second Ctrl-C. */
  lastWords: () => string = () => "";
  sandboxStatus: SandboxStatus;
  /** What is in force in the sandbox. */
  scenario: Scenario = {};
  readonly cluster: FakeCluster;
  readonly clock = new FakeClock();
  readonly env: Readonly<Record<string, string>>;
  readonly home = "/home/ada";
  readonly login = "ada";
  readonly platform = "linux";
  readonly stdout: World["stdout"];
  readonly stderr: World["stderr"];
  readonly stdin: World["stdin"];
  readonly sandbox: World["sandbox"];
  readonly programs: FakePrograms;
  /** What was written to each file, version by version. */
  readonly written = new Map<string, string[]>();
  /** The mode that each was last written with. */
  readonly modes = new Map<string, "private" | "keep">();
  private readonly controller = sharedController();
  private diverted: ((name: EndingSignal) => void) | undefined;

  constructor(
    readonly argv: readonly string[],
    private readonly options: FakeWorldOptions = {},
  ) {
    const { terminal = false, columns = 80, answers = [] } = options;
    const tty = typeof terminal === "boolean" ? { stdin: terminal, stdout: terminal, stderr: terminal } : terminal;
    this.cluster = options.cluster ?? new FakeCluster();
    this.programs = options.programs ?? new FakePrograms();
    this.env = options.env ?? {};
    this.stdout = {
      isTTY: tty.stdout,
      columns: tty.stdout ? columns : undefined,
      write: (text) => void (this.stdoutText += text),
    };
    this.stderr = {
      isTTY: tty.stderr,
      columns: tty.stderr ? columns : undefined,
      write: (text) => void (this.stderrText += text),
    };
    const pending = [...answers];
    this.stdin = {
      isTTY: tty.stdin,
      question: async (text, signal) => {
        signal.throwIfAborted();
        const answer = pending.shift() ?? "";
        this.stderrText += `${text}${answer}\n`;
        return answer;
      },
      read: async (maxBytes, signal) => {
        signal.throwIfAborted();
        return Buffer.from(options.input ?? "").subarray(0, maxBytes + 1);
      },
    };
    const stopped = { running: false, stateDirectory: FAKE_SANDBOX.stateDirectory } as const;
    this.sandboxStatus = options.sandboxRuns === true ? FAKE_SANDBOX : stopped;
    this.sandbox = {
      status: async () => this.sandboxStatus,
      ensure: async (region = FAKE_SANDBOX.region) => {
        if (this.sandboxStatus.running) return { sandbox: this.sandboxStatus, started: false };
        const sandbox = { ...FAKE_SANDBOX, region };
        this.sandboxStatus = sandbox;
        return { sandbox, started: true };
      },
      readScenario: (path) => readScenarioFile(path),
      scenario: async (task) => {
        if (!this.sandboxStatus.running) return undefined;
        if (task.kind !== "show") this.scenario = task.kind === "set" ? task.scenario : {};
        return { sinceMs: this.clock.nowMs(), seed: 7, scenario: this.scenario, calls: { RunInstances: 2 } };
      },
      stop: async () => {
        const { running } = this.sandboxStatus;
        this.sandboxStatus = stopped;
        return running;
      },
    };
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Aborts everything, as Ctrl-C and a closed pipe do. */
  abort(reason: Error): void {
    this.controller.abort(reason);
  }

  /** Sends the program a signal. */
  send(name: EndingSignal): void {
    if (this.diverted !== undefined) this.diverted(name);
    else this.abort(interruptedBy(name));
  }

  divertSignals(hear: (name: EndingSignal) => void): () => void {
    this.diverted = hear;
    return () => (this.diverted = undefined);
  }

  async replaceFile(path: string, text: string, mode: "private" | "keep" = "private"): Promise<void> {
    if (path.startsWith("/forbidden/")) throw new Error("permission denied");
    this.written.set(path, [...(this.written.get(path) ?? []), text]);
    this.modes.set(path, mode);
  }

  async whileChanging<T>(_path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    return work();
  }

  async profileRegion(): Promise<string | undefined> {
    return this.options.profileRegion;
  }

  randomBytes(length: number): Buffer {
    return Buffer.alloc(length, 7);
  }

  onForcedExit(lastWords: () => string): void {
    this.lastWords = lastWords;
  }

  async loadSpinner(): ReturnType<World["loadSpinner"]> {
    return (text, suffix) => {
      const show = (now: string): void => void (this.stderrText += `[${now} ${suffix()}]\n`);
      show(text);
      return { setText: show, write: (lines) => void (this.stderrText += lines), stop: () => undefined };
    };
  }

  async flush(): Promise<void> {}

  async fileExists(path: string): Promise<boolean> {
    return this.options.files?.includes(path) ?? false;
  }

  async readFile(path: string): Promise<string> {
    const text = this.written.get(path)?.at(-1) ?? this.options.texts?.[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  }

  async appendFile(path: string, text: string): Promise<void> {
    this.written.set(path, [...(this.written.get(path) ?? []), text]);
  }

  openCluster(...[target, deps]: Parameters<World["openCluster"]>): ReturnType<World["openCluster"]> {
    return this.cluster.open(target, deps);
  }

  openSetup(target: Parameters<World["openSetup"]>[0]): ReturnType<World["openSetup"]> {
    return (this.options.setup ?? new SetupWorld()).open(target);
  }

  /** The real one: it needs no more than a configuration. */
  openRenderer(...[target, { onEvent }]: Parameters<World["openRenderer"]>): ReturnType<World["openRenderer"]> {
    return openRenderer(this, target, onEvent);
  }

  /** The real one: whatever it does not find is a finding. */
  openDoctor(...[target]: Parameters<World["openDoctor"]>): ReturnType<World["openDoctor"]> {
    return openDoctor(this, target);
  }

  /** The real one: it needs no configuration. */
  openInstanceCatalogue(
    ...[target]: Parameters<World["openInstanceCatalogue"]>
  ): ReturnType<World["openInstanceCatalogue"]> {
    return openInstanceCatalogue(this, target);
  }
}

/** What a command line came to. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in a fake world. */
export async function runProgram(argv: readonly string[], options: FakeWorldOptions = {}): Promise<Outcome> {
  return runIn(new FakeWorld(argv, options));
}

/** Runs the command line of a world that the test goes on looking at. */
export async function runIn(world: FakeWorld): Promise<Outcome> {
  const code = await main(world);
  return { code, stdout: world.stdoutText, stderr: world.stderrText };
}
