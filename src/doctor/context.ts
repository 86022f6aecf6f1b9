import type { AccountPort } from "../account/ports.js";
import type { ClusterContext } from "../cluster/context.js";
import type { Listing } from "../cluster/list.js";
import type { BinaryFile, ObjectPort } from "../cluster/ports.js";
import type { ReflowConfig } from "../config/model.js";
import type { ConfigError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import type { Authority } from "../tls/authority.js";
import type { RenderedUserData } from "../userdata/rendering.js";

/** Everything that a doctor looks at, handed in. */
export interface DoctorParts {
  readonly configuration: ConfigurationState;
  /** What the file says; the defaults where it cannot be read. */
  readonly config: ReflowConfig;
  readonly clock: Clock;
  /** Mode of a file, e.g. 0o600; undefined where there is none, or modes mean nothing. */
  readonly fileMode: (path: string) => Promise<number | undefined>;
  /** What the sources of credentials give. @throws AccessError where they give none */
  readonly credentials: (signal: AbortSignal) => Promise<FoundCredentials>;
  /** @throws ConfigError where there is no region, or none that the catalogue knows */
  readonly place: () => Promise<Place>;
  /** The authority. @throws ConfigError */
  readonly authority: () => Promise<Authority>;
  /** @throws ConfigError where none can be made */
  readonly userData: (signal: AbortSignal) => Promise<RenderedUserData>;
  readonly objects: () => Promise<ObjectPort>;
  /** The file that `reflow-ec2: binary` names. */
  readonly binary: BinaryFile | undefined;
}

/** What can be said once there is a region. */
export interface Place {
  readonly region: string;
  readonly account: AccountPort;
  /** What a launch works with. */
  readonly core: ClusterContext;
  /** The members, each asked. */
  list(signal: AbortSignal): Promise<Listing>;
}

/** What became of reading the configuration. */
export type ConfigurationState =
  | { readonly kind: "read" }
  | { readonly kind: "missing"; readonly error: ConfigError }
  | { readonly kind: "broken"; readonly error: ConfigError };

/** Credentials without what is secret of them. */
export interface FoundCredentials {
  readonly accessKeyId: string;
  readonly isTemporary: boolean;
  /** Milliseconds since 1970, where it is known. */
  readonly expiresMs: number | undefined;
}
