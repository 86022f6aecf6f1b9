import type { ClusterSettings } from "../cluster/settings.js";
import { launchProblems } from "../config/launch-problems.js";
import type { ReflowConfig } from "../config/model.js";
import { volumeProblems, volumesFor } from "./volumes.js";

/**
 * What the core must know of a configuration.
 * @param config with a region and a version, which the caller has made sure of
 */
export function clusterSettings(config: ReflowConfig, region: string, version: string): ClusterSettings {
  const { cluster, own } = config;
  return {
    generation: config.generation,
    name: cluster.name,
    user: config.user,
    version,
    labels: config.labels,
    region,
    market: cluster.spot ? "spot" : "on-demand",
    instanceTypes: cluster.instanceTypes,
    architectures: own.architectures,
    ebsThroughputWeight: own.ebsThroughputWeight,
    spot: {
      api: own.spotApi,
      fallback: own.spotFallback,
      maxPrice: own.spotMaxPrice,
      probeDepth: cluster.spotProbeDepth,
    },
    refusalMs: own.refusalMinutes * 60_000,
    address: own.address,
    sweep: own.sweep,
    maxInstances: own.maxInstances,
    maxPendingInstances: cluster.maxPendingInstances,
    maxHourlyUsd: cluster.maxHourlyCostUsd,
    launchProblems: [...launchProblems({ ...config, region }), ...volumeProblems(config)],
    launch: {
      imageId: cluster.ami,
      reflowletImage: own.image,
      securityGroupIds: cluster.securityGroup === undefined ? [] : [cluster.securityGroup],
      subnetIds: cluster.subnets,
      zone: cluster.availabilityZone,
      publicAddress: own.publicAddress,
      instanceProfile: cluster.instanceProfile,
      keyName: cluster.keyName,
      metadataTokens: own.imds,
      metadataHopLimit: own.imdsHopLimit,
      bootstrapUrl: config.bootstrapUrl,
      detailedMonitoring: own.detailedMonitoring,
      volumesFor: (instanceType) => volumesFor(config, instanceType),
    },
  };
}
