import type { DiskType } from "../config/model.js";

/** A closed range. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What EC2 accepts for a volume of a type. */
export interface VolumeLimits {
  readonly sizeGiB: Range;
  /** Provisioned operations a second; undefined where the type takes none. */
  readonly iops?: Range & {
    /** Must be given. */
    readonly required: boolean;
    /** Provisioned operations per GiB at most. */
    readonly perGiB: number;
  };
  /** Provisioned MiB/s; undefined where the type takes none. */
  readonly throughputMiBps?: Range & {
    /** MiB/s per provisioned operation at most. */
    readonly perIops: number;
  };
}

/**
 * Limits by volume type. Sizes, IOPS and throughput from the API model of EC2 (EbsBlockDevice and CreateVolume in
 * @aws-sdk/client-ec2 3.1169.0), the ratios from the Amazon EBS User Guide. Older texts have 16 TiB, 16,000 IOPS and
 * 1,000 MiB/s for gp3, and 500 GiB as the least for st1 and sc1.
 */
export const VOLUME_LIMITS: Readonly<Record<DiskType, VolumeLimits>> = {
  gp2: { sizeGiB: { min: 1, max: 16_384 } },
  gp3: {
    sizeGiB: { min: 1, max: 65_536 },
    iops: { min: 3_000, max: 80_000, required: false, perGiB: 500 },
    throughputMiBps: { min: 125, max: 2_000, perIops: 0.25 },
  },
  io1: {
    sizeGiB: { min: 4, max: 16_384 },
    iops: { min: 100, max: 64_000, required: true, perGiB: 50 },
  },
  io2: {
    sizeGiB: { min: 4, max: 65_536 },
    iops: { min: 100, max: 256_000, required: true, perGiB: 1_000 },
  },
  st1: { sizeGiB: { min: 125, max: 16_384 } },
  sc1: { sizeGiB: { min: 125, max: 16_384 } },
  standard: { sizeGiB: { min: 1, max: 1_024 } },
};

/** What every gp3 volume has without being asked for it. */
const GP3_BASELINE_IOPS = 3_000;

/** A volume as it would be asked for. */
export interface VolumeAsked {
  readonly type: DiskType;
  readonly sizeGiB: number;
  readonly iops?: number | undefined;
  readonly throughputMiBps?: number | undefined;
}

/** One reason to refuse a volume. */
export interface VolumeProblem {
  /** What is wrong, or missing. */
  readonly field: "sizeGiB" | "iops" | "throughputMiBps";
  /** A sentence with the value and the limit. */
  readonly message: string;
}

/** Why EC2 would refuse the volume; empty when it would not. */
export function checkVolume(volume: VolumeAsked): VolumeProblem[] {
  const limits = VOLUME_LIMITS[volume.type];
  const problems = {
    sizeGiB: checkRange(volume.type, "a size", "GiB", volume.sizeGiB, limits.sizeGiB),
    iops: checkIops(volume, limits.iops),
    throughputMiBps: checkThroughput(volume, limits.throughputMiBps),
  };
  const fields = ["sizeGiB", "iops", "throughputMiBps"] as const;
  return fields.flatMap((field) => problems[field].map((message) => ({ field, message })));
}

function checkIops(volume: VolumeAsked, limit: VolumeLimits["iops"]): string[] {
  const { type, sizeGiB, iops } = volume;
  if (limit === undefined) return iops === undefined ? [] : [`${type} volumes take no iops; use gp3, io1 or io2`];
  if (iops === undefined) return limit.required ? [`${type} volumes need iops`] : [];
  const outside = checkRange(type, "iops", "a second", iops, limit);
  if (outside.length > 0) return outside;
  const most = sizeGiB * limit.perGiB;
  // The baseline of gp3 is free of the ratio.
  if (iops <= most || iops === limit.min) return [];
  return [`${iops} iops are too many for ${sizeGiB} GiB of ${type}, which takes ${most} at most`];
}

function checkThroughput(volume: VolumeAsked, limit: VolumeLimits["throughputMiBps"]): string[] {
  const { type, throughputMiBps } = volume;
  if (throughputMiBps === undefined) return [];
  if (limit === undefined) return [`${type} volumes take no throughput; use gp3`];
  const outside = checkRange(type, "a throughput", "MiB/s", throughputMiBps, limit);
  if (outside.length > 0) return outside;
  const iops = volume.iops ?? GP3_BASELINE_IOPS;
  const most = iops * limit.perIops;
  if (throughputMiBps <= most) return [];
  return [`a throughput of ${throughputMiBps} MiB/s needs ${throughputMiBps / limit.perIops} iops, not ${iops}`];
}

function checkRange(type: DiskType, what: string, unit: string, value: number, range: Range): string[] {
  if (Number.isInteger(value) && value >= range.min && value <= range.max) return [];
  return [`${type} volumes have ${what} of ${range.min} to ${range.max} ${unit}, not ${value}`];
}
