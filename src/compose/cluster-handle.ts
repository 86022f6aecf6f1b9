import type { AllocateRequest } from "../cluster/settings.js";
import type {
  AllocateOptions,
  ClusterDeps,
  ClusterHandle,
  ClusterTarget,
  Requirements,
} from "../commands/shared/cluster-handle.js";
import { claimMeasured, saveMeasured } from "./measured-file.js";
import { measuredResults } from "./measured-results.js";
import { openCluster, type ClusterEnvironment } from "./open-cluster.js";

/** Opens a cluster as the commands use it. @throws what openCluster throws. */
export async function openClusterHandle(
  environment: ClusterEnvironment,
  target: ClusterTarget,
  { signal, onEvent }: ClusterDeps,
): Promise<ClusterHandle> {
  signal.throwIfAborted();
  const { cluster, config, region, warnings, measuredPath } = await openCluster(environment, target, onEvent);
  return {
    config: { source: config.source, warnings, logLevel: config.logLevel },
    region,
    allocate: (requirements, options) => cluster.allocate(toRequest(requirements, options), options),
    planAllocate: (requirements, count, options) => {
      const request = toRequest(requirements, options);
      return cluster.planAllocate(Array<AllocateRequest>(count).fill(request), options);
    },
    hold: (uris, options) => cluster.hold(uris, options),
    free: (uris, options) => cluster.freeAll(uris, options),
    keepalive: (uris, { intervalMs, ...options }) => cluster.keepaliveAll(uris, intervalMs, options),
    probeTypes: (selection, max) => cluster.selectProbeTypes(selection, max),
    planProbe: (request, options) => cluster.planProbe(request, options),
    probe: (request, options) => cluster.probe(request, options),
    claimMeasured: () => claimMeasured(environment, measuredPath),
    saveMeasured: async (report) => {
      const results = measuredResults(report);
      // Also after Ctrl-C: what was measured until then was paid for.
      await saveMeasured(environment, measuredPath, results);
      return { path: measuredPath, types: results.length };
    },
    list: (options) => cluster.list(options),
    planTerminate: ({ selection, force, ...options }) => cluster.planTerminate(selection, { force, ...options }),
    terminate: (plan, options) => cluster.terminate(plan, options),
    close: () => cluster.close(),
  };
}

function toRequest(
  requirements: Requirements,
  { constraints: { type, ...constraints }, labels, timeoutMs }: AllocateOptions,
): AllocateRequest {
  return { requirements, labels, instanceType: type, ...constraints, timeoutMs };
}
