import type { MachineTimings } from "./machine/host.js";

/** How long the sandbox's EC2 and its machines take, in milliseconds. */
export interface SandboxTimings {
  /** From the launch to running. */
  readonly pendingMs: number;
  /** From TerminateInstances to terminated. */
  readonly shuttingDownMs: number;
  readonly machine: MachineTimings;
}

/** Quick enough that a whole life takes seconds, slow enough that every state can be seen. EC2 takes about a minute. */
export const defaultTimings: SandboxTimings = {
  pendingMs: 400,
  shuttingDownMs: 400,
  machine: {
    osBootMs: 400,
    formatMs: 100,
    downloadMs: 100,
    installMs: 200,
    reflowletStartMs: 300,
    powerOffMs: 400,
  },
};
