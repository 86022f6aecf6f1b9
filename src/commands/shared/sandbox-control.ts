import type { ScenarioState, ScenarioTask } from "../../sandbox/control.js";
import type { Scenario } from "../../sandbox/scenario/schema.js";
import type { AccessKey } from "./cluster-handle.js";

/** A sandbox that answers. */
export interface RunningSandbox {
  readonly running: true;
  /** E.g. `http://127.0.0.1:41234`. */
  readonly endpoint: string;
  readonly region: string;
  readonly pid: number;
  /** Path of a ready-made configuration for it. */
  readonly config: string;
  readonly stateDirectory: string;
  /** What its account accepts. */
  readonly credentials: AccessKey;
}

/** No sandbox answers. */
export interface StoppedSandbox {
  readonly running: false;
  readonly stateDirectory: string;
}

export type { Scenario, ScenarioState, ScenarioTask };

/** How the sandbox is. */
export type SandboxStatus = RunningSandbox | StoppedSandbox;

/** The sandbox's background process, seen from the command line. */
export interface SandboxControl {
  /** @throws EndpointError when its process is there and does not answer. */
  status(): Promise<SandboxStatus>;
  /**
   * Starts one in the background, unless one answers already, whatever its region.
   * @param region by default that of the environment.
   */
  ensure(
    region: string | undefined,
    signal: AbortSignal,
  ): Promise<{ readonly sandbox: RunningSandbox; readonly started: boolean }>;
  /** Reads a scenario file. @throws ConfigError with all its mistakes. */
  readScenario(path: string): Promise<Scenario>;
  /**
   * Shows, sets or resets the scenario of the sandbox that runs, and gives what is in force then; undefined when none
   * runs.
   * @throws EndpointError when it does not answer.
   */
  scenario(task: ScenarioTask, signal: AbortSignal): Promise<ScenarioState | undefined>;
  /** Ends it and removes everything that it kept; false when none ran. */
  stop(signal: AbortSignal): Promise<boolean>;
}
