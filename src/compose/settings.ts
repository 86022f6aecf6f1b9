import type { ClusterSettings } from "../cluster/settings.js";
import { launchProblems } from "../config/launch-problems.js";
import type { ReflowConfig } from "../config/model.js";
import type { ConfigProblem } from "../errors.js";
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
    address: own.address,
    sweep: own.sweep,
    maxInstances: own.maxInstances,
    maxPendingInstances: cluster.maxPendingInstances,
    maxHourlyUsd: cluster.maxHourlyCostUsd,
    launchProblems: [...launchProblems({ ...config, region }), ...volumeProblems(config), ...notUploaded(config)],
    launch: {
      imageId: cluster.ami,
      reflowletImage: own.image ?? "",
      securityGroupIds: cluster.securityGroup === undefined ? [] : [cluster.securityGroup],
      subnetId: cluster.subnets[0],
      zone: cluster.availabilityZone,
      instanceProfile: cluster.instanceProfile,
      keyName: cluster.keyName,
      metadataTokens: own.imds,
      detailedMonitoring: own.detailedMonitoring,
      volumesFor: (instanceType) => volumesFor(config, instanceType),
    },
  };
}

/** Until a binary is uploaded by us, only one that is uploaded already can be launched. */
function notUploaded({ own, source, repositoryBucket = "BUCKET" }: ReflowConfig): readonly ConfigProblem[] {
  if (own.image !== undefined || own.binary === undefined) return [];
  const message = `uploading ${own.binary} is not possible yet: upload it yourself, and name it with \`image: s3://${repositoryBucket}/KEY\``;
  return [{ source, key: "reflow-ec2.binary", message }];
}
