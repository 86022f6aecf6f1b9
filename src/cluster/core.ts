import type { ClusterContext } from "./context.js";
import { LaunchPreparation } from "./launch/preparation.js";
import { LikelyLaunch } from "./likely-launch.js";
import { EC2_PACE, MachinePace, PROBE_PACE, type Pace } from "./poll.js";
import { RefusalMemory } from "./refusal-memory.js";
import { SpotMarket } from "./spot/market.js";
import { SpotProbe } from "./spot/probe.js";
import { ClusterWatch } from "./watch.js";

/** A cluster's context with what the cluster remembers between its calls. */
export interface ClusterCore extends ClusterContext {
  readonly preparation: LaunchPreparation;
  readonly watch: ClusterWatch;
  readonly refusals: RefusalMemory;
  readonly machinePace: MachinePace;
  /** How often EC2 is asked about an instance that boots. */
  readonly instancePace: Pace;
  readonly likelyLaunch: LikelyLaunch;
  readonly spotMarket: SpotMarket;
  readonly spotProbe: SpotProbe;
  /** The zones that sell a type, as far as they were asked for. */
  readonly soldIn: Map<string, ReadonlySet<string>>;
}

/** A core that remembers nothing yet. */
export function clusterCore(context: ClusterContext): ClusterCore {
  return {
    ...context,
    preparation: new LaunchPreparation(context),
    watch: new ClusterWatch(context),
    refusals: new RefusalMemory(context.clock, context.settings.refusalMs),
    machinePace: new MachinePace(),
    instancePace: context.settings.launch.isProbe === true ? PROBE_PACE : EC2_PACE,
    likelyLaunch: new LikelyLaunch(context),
    spotMarket: new SpotMarket(context),
    spotProbe: new SpotProbe(context),
    soldIn: new Map(),
  };
}
