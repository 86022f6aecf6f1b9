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
  /** Ends it and removes everything that it kept; false when none ran. */
  stop(signal: AbortSignal): Promise<boolean>;
}
