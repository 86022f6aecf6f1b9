import { dataGiBFor, layOutDisks } from "../catalog/disks.js";
import type { ClusterSettings } from "../cluster/settings.js";
import type { VolumeRequest } from "../cluster/ports.js";
import { launchProblems } from "../config/launch-problems.js";
import type { ReflowConfig } from "../config/model.js";
import type { ConfigProblem } from "../errors.js";

const ROOT_DEVICE = "/dev/xvda";

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
    launchProblems: [...launchProblems({ ...config, region }), ...notUploaded(config)],
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

/** The root volume and the data volumes of a type. 2020 has gp2 roots, 2023 the type of the data volumes. */
function volumesFor({ generation, cluster, own }: ReflowConfig, instanceType: string): readonly VolumeRequest[] {
  const { diskType, diskSlices } = cluster;
  const { encrypted, iops, throughputMiBps } = own;
  const sizeGiB = dataGiBFor(cluster.disk, instanceType);
  const data = layOutDisks({ type: diskType, sizeGiB, slices: diskSlices }).volumes;
  return [
    {
      deviceName: ROOT_DEVICE,
      type: generation === 2020 ? "gp2" : rootType(diskType),
      sizeGiB: own.rootSizeGiB,
      encrypted,
    },
    ...data.map((volume) => ({ ...volume, type: diskType, encrypted, iops, throughputMiBps })),
  ];
}

/** Throughput-optimized disks cannot be booted from, and provisioned ones would be paid for twice. */
function rootType(diskType: string): string {
  return diskType === "gp2" ? "gp2" : "gp3";
}
