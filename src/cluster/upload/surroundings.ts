import type { Clock } from "../../lib/clock.js";
import type { ClusterEventBody } from "../events.js";

/** What an upload takes from its cluster. */
export interface Surroundings {
  readonly clock: Clock;
  /** What instances may run on. */
  readonly architectures: readonly ("x86_64" | "arm64")[];
  /** Tells everybody who listens. */
  readonly tell: (event: ClusterEventBody) => void;
}
