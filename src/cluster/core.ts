import type { ClusterContext } from "./context.js";
import { LaunchPreparation } from "./launch/preparation.js";
import { RefusalMemory } from "./refusal-memory.js";
import { ClusterWatch } from "./watch.js";

/** How long an offering without capacity is left alone; Karpenter's figure. */
const REFUSED_MS = 3 * 60_000;

/** A cluster's context with what the cluster remembers between its calls. */
export interface ClusterCore extends ClusterContext {
  readonly preparation: LaunchPreparation;
  readonly watch: ClusterWatch;
  readonly refusals: RefusalMemory;
  /** The zones that sell a type, as far as they were asked for. */
  readonly soldIn: Map<string, ReadonlySet<string>>;
}

/** A core that remembers nothing yet. */
export function clusterCore(context: ClusterContext): ClusterCore {
  return {
    ...context,
    preparation: new LaunchPreparation(context),
    watch: new ClusterWatch(context),
    refusals: new RefusalMemory(context.clock, REFUSED_MS),
    soldIn: new Map(),
  };
}
