import type { AccountPort } from "../account/ports.js";
import type { Instance } from "../cluster/ports.js";
import type { Generation, ReflowConfig } from "../config/model.js";
import type { Clock } from "../lib/clock.js";

/** A file as setup sees it. */
export interface FileLook {
  readonly text: string;
  /** Others than its owner may read it. */
  readonly openToOthers: boolean;
}

/** The files of this machine that setup reads and writes. Every method throws a ConfigError that names the path. */
export interface SetupFiles {
  /** Undefined where there is none. A byte-order mark is part of the text. */
  look(path: string): Promise<FileLook | undefined>;
  /** Runs `work`, which changes a file, while no other process of reflow-ec2 changes it. @throws what `work` throws, too */
  whileChanging<T>(path: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Writes a file of mode 0600 whole or not at all, in a folder that is made when missing. */
  replace(path: string, text: string): Promise<void>;
  /** Copies into a new file of mode 0600; one that is there already is left. */
  copy(from: string, to: string): Promise<void>;
  move(from: string, to: string): Promise<void>;
  /** Makes a file its owner's alone (mode 0600). */
  restrict(path: string): Promise<void>;
  /** Makes a TLS authority and writes it to a new file of mode 0600; one that is there already is left. */
  makeAuthority(path: string): Promise<"made" | "was-there">;
}

/** By what the members of a cluster are found. */
export interface ClusterIdentity {
  readonly generation: Generation;
  readonly name: string;
  readonly user: string;
}

/** Everything outside that setup touches. */
export interface SetupPorts {
  readonly account: AccountPort;
  readonly files: SetupFiles;
  readonly clock: Clock;
  /** Instances of the cluster that are not ending. */
  members(cluster: ClusterIdentity, signal: AbortSignal): Promise<readonly Instance[]>;
  /** Reads and checks the text of a configuration. @throws ConfigError with all its mistakes */
  parseConfig(text: string): ReflowConfig;
  /** The types that may be named under `instancetypes`. */
  readonly knownTypes: ReadonlySet<string>;
}

/** Which configuration setup is about, and where. */
export interface SetupTarget {
  readonly configPath: string;
  readonly region: string;
  /** `--cluster`. */
  readonly cluster: string | undefined;
  readonly login: string;
}
