import { dataGiBFor, layOutDisks } from "../catalog/disks.js";
import { checkVolume, type VolumeAsked, type VolumeProblem } from "../catalog/volume-limits.js";
import type { VolumeRequest } from "../cluster/ports.js";
import type { ReflowConfig } from "../config/model.js";
import type { ConfigProblem } from "../errors.js";

const ROOT_DEVICE = "/dev/xvda";

/** The root volume and the data volumes of a type. 2020 has gp2 roots, 2023 the type of the data volumes. */
export function volumesFor(config: ReflowConfig, instanceType: string): readonly VolumeRequest[] {
  const { generation, cluster, own } = config;
  const root: VolumeRequest = {
    deviceName: ROOT_DEVICE,
    type: generation === 2020 ? "gp2" : rootType(cluster.diskType),
    sizeGiB: own.rootSizeGiB,
    encrypted: own.encrypted,
  };
  return [root, ...dataVolumes(config, dataGiBFor(cluster.disk, instanceType))];
}

/** Throughput-optimized disks cannot be booted from, and provisioned ones would be paid for twice. */
function rootType(diskType: string): string {
  return diskType === "gp2" ? "gp2" : "gp3";
}

function dataVolumes({ cluster, own }: ReflowConfig, sizeGiB: number): readonly (VolumeRequest & VolumeAsked)[] {
  const { diskType: type, diskSlices: slices } = cluster;
  const { encrypted, iops, throughputMiBps } = own;
  const { volumes } = layOutDisks({ type, sizeGiB, slices });
  return volumes.map((volume) => ({ ...volume, type, encrypted, iops, throughputMiBps }));
}

/** Why EC2 would refuse the data volumes of an instance that the configuration allows; each reason once. */
export function volumeProblems(config: ReflowConfig): readonly ConfigProblem[] {
  const { disk } = config.cluster;
  const keys: Readonly<Record<VolumeProblem["field"], string>> = {
    sizeGiB: `ec2cluster.${disk.kind === "fixed" ? "diskspace" : "instancesizetodiskspace"}`,
    iops: "reflow-ec2.iops",
    throughputMiBps: "reflow-ec2.throughputmibps",
  };
  const problems = dataSizesGiB(config.cluster)
    .flatMap((sizeGiB) => dataVolumes(config, sizeGiB))
    .flatMap(checkVolume)
    .map(({ field, message }): ConfigProblem => ({ source: config.source, key: keys[field], message }));
  return [...new Map(problems.map((problem) => [problem.message, problem])).values()];
}

/** All sizes that the data of an instance may have: of the types that may be launched, where the file names these. */
function dataSizesGiB({ disk, instanceTypes }: ReflowConfig["cluster"]): readonly number[] {
  if (disk.kind === "fixed") return [disk.sizeGiB];
  if (instanceTypes.length > 0) return instanceTypes.map((type) => dataGiBFor(disk, type));
  return [...Object.values(disk.sizeGiBBySize), disk.defaultGiB];
}
