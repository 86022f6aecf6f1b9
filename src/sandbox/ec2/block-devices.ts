import { Ec2ApiError, invalidCombination, invalidValue } from "../protocol/ec2-error.js";
import type { Parameters } from "../protocol/parameters.js";
import type { ImageRecord } from "./records.js";

/** A volume that a launch makes. */
export interface BlockDevice {
  readonly deviceName: string;
  readonly type: string;
  readonly sizeGiB: number;
  readonly iops: number | undefined;
  readonly throughputMiBps: number | undefined;
  readonly encrypted: boolean;
  readonly deleteOnTermination: boolean;
  readonly snapshotId: string | undefined;
}

interface VolumeTypeLimits {
  readonly leastGiB: number;
  readonly mostGiB: number;
  /** Provisioned operations a second; absent where the type takes none. */
  readonly iops?: { readonly least: number; readonly most: number; readonly usual?: number };
  /** MiB/s. */
  readonly throughput?: { readonly least: number; readonly most: number; readonly usual: number };
}

/** Limits of 2026 from the EC2 API's own description of EbsBlockDevice. */
const volumeTypes: ReadonlyMap<string, VolumeTypeLimits> = new Map<string, VolumeTypeLimits>([
  ["standard", { leastGiB: 1, mostGiB: 1024 }],
  ["gp2", { leastGiB: 1, mostGiB: 16_384 }],
  [
    "gp3",
    {
      leastGiB: 1,
      mostGiB: 65_536,
      iops: { least: 3000, most: 80_000, usual: 3000 },
      throughput: { least: 125, most: 2000, usual: 125 },
    },
  ],
  ["io1", { leastGiB: 4, mostGiB: 16_384, iops: { least: 100, most: 64_000 } }],
  ["io2", { leastGiB: 4, mostGiB: 65_536, iops: { least: 100, most: 256_000 } }],
  ["st1", { leastGiB: 125, mostGiB: 16_384 }],
  ["sc1", { leastGiB: 125, mostGiB: 16_384 }],
]);

const mappingError = (message: string): Ec2ApiError => new Ec2ApiError("InvalidBlockDeviceMapping", message);

/**
 * The volumes of a launch: those of `BlockDeviceMapping.N`, and the image's root volume, which a mapping of its device
 * name changes.
 * @throws Ec2ApiError for devices named twice, unknown types, sizes and speeds out of bounds.
 */
export function readBlockDevices(parameters: Parameters, image: ImageRecord): readonly BlockDevice[] {
  const mappings = parameters.list("BlockDeviceMapping");
  const names = new Set<string>();
  const devices: BlockDevice[] = [];
  for (const mapping of mappings) {
    const deviceName = mapping.text("DeviceName");
    if (deviceName === undefined) throw mappingError("Each block-device mapping must name a device.");
    if (names.has(deviceName)) {
      throw mappingError(`The device '${deviceName}' is used in more than one block-device mapping`);
    }
    names.add(deviceName);
    // Instance store volumes and suppressed devices make no EBS volume.
    if (!mapping.member("Ebs").given) continue;
    devices.push(readVolume(mapping.member("Ebs"), deviceName, image));
  }
  if (names.has(image.rootDeviceName)) return devices;
  return [defaultRoot(image), ...devices];
}

function defaultRoot(image: ImageRecord): BlockDevice {
  return {
    deviceName: image.rootDeviceName,
    type: "gp2",
    sizeGiB: image.rootSizeGiB,
    iops: usualIops("gp2", image.rootSizeGiB),
    throughputMiBps: undefined,
    encrypted: false,
    deleteOnTermination: true,
    snapshotId: image.rootSnapshotId,
  };
}

function readVolume(ebs: Parameters, deviceName: string, image: ImageRecord): BlockDevice {
  const root = deviceName === image.rootDeviceName;
  const type = ebs.text("VolumeType") ?? "gp2";
  const limits = volumeTypes.get(type);
  if (limits === undefined)
    throw invalidValue("volumeType", type, `Expected one of ${[...volumeTypes.keys()].join(", ")}.`);
  const sizeGiB = ebs.integer("VolumeSize") ?? (root ? image.rootSizeGiB : undefined);
  if (sizeGiB === undefined) throw mappingError("The request must contain the parameter size or snapshotId");
  if (root && sizeGiB < image.rootSizeGiB) {
    throw mappingError(
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${image.rootSnapshotId}', expect size >= ${image.rootSizeGiB}GB`,
    );
  }
  checkSize(type, sizeGiB, limits);
  return {
    deviceName,
    type,
    sizeGiB,
    iops: readIops(ebs, type, sizeGiB, limits),
    throughputMiBps: readThroughput(ebs, type, limits),
    encrypted: ebs.boolean("Encrypted") ?? false,
    deleteOnTermination: ebs.boolean("DeleteOnTermination") ?? root,
    snapshotId: root ? image.rootSnapshotId : ebs.text("SnapshotId"),
  };
}

function checkSize(type: string, sizeGiB: number, limits: VolumeTypeLimits): void {
  const { leastGiB, mostGiB } = limits;
  if (sizeGiB < leastGiB) {
    throw new Ec2ApiError(
      "InvalidParameterValue",
      `Volume of ${sizeGiB}GiB is too small for volume type ${type}; minimum is ${leastGiB}GiB.`,
    );
  }
  if (sizeGiB > mostGiB) {
    throw new Ec2ApiError(
      "InvalidParameterValue",
      `Volume of ${sizeGiB}GiB is too large for volume type ${type}; maximum is ${mostGiB}GiB.`,
    );
  }
}

function readIops(ebs: Parameters, type: string, sizeGiB: number, limits: VolumeTypeLimits): number | undefined {
  const iops = ebs.integer("Iops");
  if (limits.iops === undefined) {
    if (iops !== undefined) throw invalidCombination(`The parameter iops is not supported for ${type} volumes.`);
    return usualIops(type, sizeGiB);
  }
  if (iops === undefined) {
    if (limits.iops.usual !== undefined) return limits.iops.usual;
    throw new Ec2ApiError("MissingParameter", `The parameter iops must be specified for ${type} volumes.`);
  }
  checkBounds("iops", iops, limits.iops, `volume iops of ${type}`);
  return iops;
}

/** gp2 gives 3 operations a second and GiB, at least 100 and at most 16,000. Other types without setting tell none. */
function usualIops(type: string, sizeGiB: number): number | undefined {
  return type === "gp2" ? Math.min(Math.max(100, 3 * sizeGiB), 16_000) : undefined;
}

function readThroughput(ebs: Parameters, type: string, limits: VolumeTypeLimits): number | undefined {
  const throughput = ebs.integer("Throughput");
  if (limits.throughput === undefined) {
    if (throughput !== undefined) {
      throw invalidCombination(`The parameter throughput is not supported for ${type} volumes.`);
    }
    return undefined;
  }
  if (throughput !== undefined)
    checkBounds("throughput", throughput, limits.throughput, `volume throughput of ${type}`);
  return throughput ?? limits.throughput.usual;
}

function checkBounds(name: string, value: number, bounds: { least: number; most: number }, what: string): void {
  if (value < bounds.least) throw invalidValue(name, value, `Minimum ${what} is ${bounds.least}.`);
  if (value > bounds.most) throw invalidValue(name, value, `Maximum ${what} is ${bounds.most}.`);
}
