import type { ClusterContext } from "./context.js";
import { LaunchPreparation } from "./launch/preparation.js";

/** A cluster's context with what the cluster remembers between its calls. */
export interface ClusterCore extends ClusterContext {
  readonly preparation: LaunchPreparation;
}

/** A core that remembers nothing yet. */
export function clusterCore(context: ClusterContext): ClusterCore {
  return { ...context, preparation: new LaunchPreparation(context) };
}
