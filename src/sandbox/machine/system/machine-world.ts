import type { KeyPair } from "../../../tls/key-pair.js";
import type { MachineHost } from "../host.js";
import type { BlockDevices } from "./block-devices.js";
import type { MachineFiles } from "./file-system.js";
import type { ProcessTable } from "./process-table.js";

/** What a machine's programs may touch. */
export interface MachineWorld {
  readonly host: MachineHost;
  readonly files: MachineFiles;
  readonly devices: BlockDevices;
  readonly processes: ProcessTable;
  /** Aborts when the machine goes off. */
  readonly signal: AbortSignal;
  /** The key that the machine's TLS servers present; one for all machines of a sandbox, as each costs much time. */
  keyPair(): Promise<KeyPair>;
  /** Whether a unit is up, and starting one; what `systemctl` needs. */
  readonly units: UnitControl;
  /** Switches the machine off. */
  powerOff(reason: string): void;
}

/** How a start job ended, in systemd's words. */
export type JobResult = "done" | "failed" | "dependency" | "timeout" | "not-found" | "bad-setting";

/** Units as programs and the cloud-config handle them. */
export interface UnitControl {
  /** Starts a unit and waits for the job. Throws only when the machine goes off. */
  start(name: string): Promise<JobResult>;
  stop(name: string): void;
  isActive(name: string): boolean;
  /** Whether there is a unit of this name. */
  isKnown(name: string): boolean;
}
