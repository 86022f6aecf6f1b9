import type { Clock } from "../../lib/clock.js";
import type { MachineFaults } from "./faults.js";

/** An EBS volume as the machine sees it. */
export interface MachineVolume {
  readonly volumeId: string;
  /** The name in the block device mapping, e.g. `/dev/xvdb`. */
  readonly deviceName: string;
  readonly sizeGiB: number;
  readonly root: boolean;
}

/** What the hardware of an instance type gives its machine. */
export interface MachineHardware {
  readonly instanceType: string;
  readonly cpus: number;
  /** What the operating system sees, in bytes. A reflowlet offers 95 % of it. */
  readonly memoryBytes: number;
  /** CPU features in Reflow's words; each is offered once per vCPU. */
  readonly features: readonly string[];
  /** EBS volumes show up as NVMe devices. */
  readonly ebsNvme: boolean;
}

/** How long things take on a machine, in milliseconds. */
export interface MachineTimings {
  /** From running to the first unit: kernel, network, cloud-config. */
  readonly osBootMs: number;
  /** The format-data unit. */
  readonly formatMs: number;
  /** Download of the bootstrap binary. */
  readonly downloadMs: number;
  /** From execimage to the end of the bootstrap's process. */
  readonly installMs: number;
  /** From there until the reflowlet has tagged itself and listens. */
  readonly reflowletStartMs: number;
  /** From power-off to EC2 saying terminated. */
  readonly powerOffMs: number;
}

/** Where objects (`s3://bucket/key`) are found. */
export interface ObjectStore {
  get(bucket: string, key: string): Promise<Buffer | undefined>;
}

/** What the sandbox's EC2 gives one machine. Everything a machine knows comes from here and from its user-data. */
export interface MachineHost {
  readonly instanceId: string;
  readonly region: string;
  readonly zone: string;
  readonly market: "spot" | "on-demand";
  readonly publicDnsName: string;
  readonly hardware: MachineHardware;
  readonly volumes: readonly MachineVolume[];
  readonly instanceProfile: boolean;
  /** Whether the metadata service answers only with a token; `optional` when left out. */
  readonly metadataTokens?: "required" | "optional";
  /** The user-data as the API received it, still base64; empty when there was none. */
  readonly userData: string;
  /** An empty directory that stands for the machine's root file system; removed by the owner after the end. */
  readonly directory: string;
  /** Where the machine may listen; the port stands for 9000 when it is another. */
  readonly listen: { readonly host: string; readonly port: number };
  readonly clock: Clock;
  /** `length` random bytes. */
  randomBytes(length: number): Buffer;
  readonly timings: MachineTimings;
  /** What goes wrong on this machine whatever its user-data; nothing when left out. */
  readonly faults?: MachineFaults;
  /** When EC2 takes the instance back, milliseconds since 1970; undefined until that has been told. */
  readonly reclaimMs?: () => number | undefined;
  readonly objects: ObjectStore;
  /** Sets tags on this instance through the EC2 endpoint, as the reflowlet does. */
  createTags(tags: Readonly<Record<string, string>>): Promise<void>;
  /** Adds a line to the console that GetConsoleOutput returns. */
  console(line: string): void;
  /** The machine has switched itself off; with shutdown behaviour `terminate` EC2 ends the instance. */
  poweredOff(reason: string): void;
}

/** A machine that EC2 has switched on. */
export interface Machine {
  /** Stops everything at once, as TerminateInstances does: listeners closed, connections dropped, timers gone. */
  destroy(): Promise<void>;
}

/** Switches a machine on: it boots its user-data. Never throws; what goes wrong is on the console. */
export type BootMachine = (host: MachineHost) => Machine;
