import type { ClusterEvent } from "../../cluster/events.js";
import type { World } from "../../world.js";
import type { ClusterHandle } from "./cluster-handle.js";
import { type Console, LEVELS, openConsole } from "./console.js";
import type { GlobalOptions } from "./global-options.js";
import { LaunchLedger } from "./launch-ledger.js";
import { resolveTarget } from "./sandbox-target.js";

/** What a command that uses a cluster works with. */
export interface ClusterSession {
  readonly cluster: ClusterHandle;
  readonly console: Console;
}

/**
 * Opens the cluster that the flags mean, lets `work` use it, and closes it. What the cluster does is told on standard
 * error, except for the events that `isTold` is not true of.
 */
export async function withCluster(
  world: World,
  globals: GlobalOptions,
  signal: AbortSignal,
  work: (session: ClusterSession) => Promise<void>,
  isTold: (event: ClusterEvent) => boolean = () => true,
): Promise<void> {
  const console = await openConsole(world, globals);
  const { progress } = console;
  const ledger = new LaunchLedger();
  world.onForcedExit(() => ledger.lastWords());
  try {
    const target = await resolveTarget(world, globals, progress, signal);
    const cluster = await world.openCluster(target, {
      signal,
      onEvent: (event) => {
        ledger.onEvent(event);
        if (isTold(event)) progress.onEvent(event);
      },
    });
    try {
      if (!globals.quiet && globals.verbosity === 0) progress.setLevel(LEVELS[cluster.config.logLevel]);
      for (const warning of cluster.config.warnings) progress.warn(warning);
      await work({ cluster, console });
    } finally {
      cluster.close();
    }
  } finally {
    // What has been begun may still be ending, and a spinner that starts now would never stop.
    progress.leave();
  }
}
