import type { ClusterSection, DiskType } from "../config/model.js";

/** A data volume to ask for. */
export interface DataVolume {
  /** The name in the block device mapping, `/dev/xvdb` on; NVMe types show it under another one. */
  readonly deviceName: string;
  readonly sizeGiB: number;
}

/** The data volumes of one instance. */
export interface DiskLayout {
  readonly volumes: readonly DataVolume[];
  /** What Reflow takes for the whole, GiB. For types that it does not size it is the size asked for, not the sum. */
  readonly totalGiB: number;
}

/** What is asked of the data disks. */
export interface DiskRequest {
  readonly type: DiskType;
  /** GiB over all volumes. */
  readonly sizeGiB: number;
  /** Volumes to stripe over; below 1 counts as 1. */
  readonly slices: number;
}

/** Device names go from xvdb to xvdz. */
export const MOST_SLICES = 25;

/**
 * Smallest volume that Reflow asks for, GiB, for the types that it sizes. st1 and sc1 are at EC2's minimum of today,
 * 125 GiB, where Reflow (2023) has 500 for st1 and leaves sc1 alone.
 */
const SMALLEST_GIB: Readonly<Partial<Record<DiskType, number>>> = { gp2: 1, gp3: 1, st1: 125, sc1: 125 };

/** gp2 gives its full 250 MiB/s from 334 GiB on; volumes above 200 GiB are raised to it (Reflow, configureEBS). */
const GP2_RAISED_ABOVE_GIB = 200;
const GP2_FULL_THROUGHPUT_GIB = 334;

/**
 * The data volumes for a size and a number of slices, by Reflow's rules: no volume below its type's useful minimum,
 * fewer slices rather than more space. io1, io2 and standard are divided as they are; use `checkVolume` on the result.
 */
export function layOutDisks(request: DiskRequest): DiskLayout {
  const asked = Math.min(Math.max(1, Math.trunc(request.slices)), MOST_SLICES);
  const perVolume = Math.floor(request.sizeGiB / asked);
  const smallest = SMALLEST_GIB[request.type];
  if (smallest === undefined) {
    return { volumes: dataVolumes(asked, perVolume), totalGiB: request.sizeGiB };
  }
  const raised = request.type === "gp2" && perVolume > GP2_RAISED_ABOVE_GIB;
  const sizeGiB = Math.max(perVolume, raised ? GP2_FULL_THROUGHPUT_GIB : smallest);
  const count = Math.min(asked, 1 + Math.floor(request.sizeGiB / sizeGiB));
  return { volumes: dataVolumes(count, sizeGiB), totalGiB: sizeGiB * count };
}

function dataVolumes(count: number, sizeGiB: number): DataVolume[] {
  return dataDeviceNames(count).map((deviceName) => ({ deviceName, sizeGiB }));
}

/** The first `count` names of data volumes in a block device mapping: `/dev/xvdb`, `/dev/xvdc` and so on. */
export function dataDeviceNames(count: number): string[] {
  const firstLetter = "b".charCodeAt(0);
  return Array.from({ length: count }, (_, index) => `/dev/xvd${String.fromCharCode(firstLetter + index)}`);
}

/** GiB of data disk for an instance type: the fixed size, else what the type's size word (`2xlarge`) stands for. */
export function dataGiBFor(disk: ClusterSection["disk"], instanceType: string): number {
  if (disk.kind === "fixed") return disk.sizeGiB;
  const sizeWord = instanceType.slice(instanceType.indexOf(".") + 1);
  const known = Object.hasOwn(disk.sizeGiBBySize, sizeWord) ? disk.sizeGiBBySize[sizeWord] : undefined;
  return known ?? disk.defaultGiB;
}
