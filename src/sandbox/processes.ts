import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { systemErrorCode } from "../lib/system-error.js";

/** What starting and stopping the sandbox needs of the system's processes. */
export interface Processes {
  /** This process's own id. */
  readonly pid: number;
  /**
   * Starts the sandbox's process, detached from this one and its terminal, its output added to `logPath`.
   * @returns its process id. @throws Error when it cannot be started.
   */
  startDaemon(args: readonly string[], logPath: string): Promise<number>;
  /** Whether a process of that id is there. */
  isAlive(pid: number): boolean;
  /** Sends a signal; a process that has gone meanwhile is no error. */
  signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void;
}

/** The parts of Node's `process` that are needed, and the program to start. */
export interface NodeProcess {
  readonly pid: number;
  readonly execPath: string;
  kill(pid: number, signal: string | number): boolean;
}

/** The system's own processes. `daemonPath` is the bundled entry of the sandbox's process. */
export function systemProcesses(node: NodeProcess, daemonPath: string): Processes {
  return {
    pid: node.pid,
    async startDaemon(args, logPath) {
      const log = openSync(logPath, "a", 0o600);
      try {
        const child = spawn(node.execPath, [daemonPath, ...args], {
          cwd: "/",
          detached: true,
          stdio: ["ignore", log, log],
        });
        await new Promise<void>((resolve, reject) => {
          child.once("spawn", resolve);
          child.once("error", reject);
        });
        child.unref();
        return child.pid ?? 0;
      } finally {
        closeSync(log);
      }
    },
    isAlive(pid) {
      try {
        node.kill(pid, 0);
        return true;
      } catch (error) {
        // Somebody else's process is alive too.
        return systemErrorCode(error) === "EPERM";
      }
    },
    signal(pid, signal) {
      try {
        node.kill(pid, signal);
      } catch {
        // Gone already.
      }
    },
  };
}
