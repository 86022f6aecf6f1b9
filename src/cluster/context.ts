import type { Clock } from "../lib/clock.js";
import type { Catalog } from "../catalog/model.js";
import type { PoolTransport } from "../pool/transport.js";
import type { ClusterEvent, ClusterListener } from "./events.js";
import type { Ec2Port, EcrAuthenticator } from "./ports.js";
import type { ClusterSettings, UserDataRequest } from "./settings.js";

/** All that the core works with; everything from outside is handed in here. */
export interface ClusterContext {
  readonly settings: ClusterSettings;
  readonly ec2: Ec2Port;
  /** HTTPS to reflowlets and bootstraps. */
  readonly transport: PoolTransport;
  /** Absent when instances need no login for a container registry. */
  readonly authenticator?: EcrAuthenticator | undefined;
  readonly catalog: Catalog;
  /** Makes the base64 user-data of one launch. */
  readonly userData: (request: UserDataRequest) => Promise<string>;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Hears what happens; see events.ts. */
  readonly onEvent?: ClusterListener | undefined;
}

type EventBody = ClusterEvent extends infer E ? (E extends ClusterEvent ? Omit<E, "atMs"> : never) : never;

/** Tells the listener, with the time. */
export function emit(context: ClusterContext, event: EventBody): void {
  context.onEvent?.({ atMs: context.clock.nowMs(), ...event });
}
