import type { Clock } from "../lib/clock.js";
import type { Catalog } from "../catalog/model.js";
import type { PoolTransport } from "../pool/transport.js";
import type { ClusterEvent, ClusterEventBody, ClusterListener } from "./events.js";
import { eventLine } from "./event-text.js";
import type { BootstrapCheck, Ec2Port, EcrAuthenticator, ImageCache, ImageFeed } from "./ports.js";
import type { ClusterSettings, UserDataRequest } from "./settings.js";
import type { ClusterStatus } from "./status.js";
import type { ReflowletUpload } from "./upload/reflowlet-upload.js";

/** All that the core works with; everything from outside is handed in here. */
export interface ClusterContext {
  readonly settings: ClusterSettings;
  readonly ec2: Ec2Port;
  /** HTTPS to reflowlets and bootstraps. */
  readonly transport: PoolTransport;
  /** Absent when instances need no login for a container registry. */
  readonly authenticator?: EcrAuthenticator | undefined;
  /** The reflowlet's binary on this machine; absent when the settings name one that is uploaded. */
  readonly upload?: ReflowletUpload | undefined;
  /** Absent where only EC2 is asked for the newest image. */
  readonly imageFeed?: ImageFeed | undefined;
  readonly imageCache?: ImageCache | undefined;
  /** Absent where the bootstrap's URL cannot be asked for from here. */
  readonly checkBootstrap?: BootstrapCheck | undefined;
  readonly catalog: Catalog;
  /** Makes the base64 user-data of one launch. */
  readonly userData: (request: UserDataRequest) => Promise<string>;
  readonly clock: Clock;
  readonly randomBytes: (length: number) => Uint8Array;
  /** Hears what happens; see events.ts. */
  readonly onEvent?: ClusterListener | undefined;
  /** Gets each event as a line; see event-text.ts. */
  readonly log?: ClusterLog | undefined;
  /** Shows where each instance stands; see status.ts. */
  readonly status?: ClusterStatus | undefined;
}

/** Takes lines for a log; a cluster's warnings count as errors, as Reflow's logger has no level between. */
export type ClusterLog = (level: "error" | "info" | "debug", message: string) => void;

/** Tells everybody who listens, with the time. A listener that fails must not cost an instance that nobody ends. */
export function emit(context: ClusterContext, body: ClusterEventBody): void {
  const event: ClusterEvent = { atMs: context.clock.nowMs(), ...body };
  for (const tell of [context.onEvent, statusListener(context), logListener(context)]) {
    try {
      tell?.(event);
    } catch {
      // Whom could it be told?
    }
  }
}

function statusListener({ status }: ClusterContext): ClusterListener | undefined {
  return status && ((event) => status.hear(event));
}

function logListener({ log }: ClusterContext): ClusterListener | undefined {
  if (log === undefined) return undefined;
  return (event) => {
    const { loudness, text } = eventLine(event);
    log(loudness === "alarm" || loudness === "warning" ? "error" : loudness, text);
  };
}
