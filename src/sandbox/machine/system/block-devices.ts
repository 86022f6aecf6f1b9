import type { MachineHardware, MachineVolume } from "../host.js";
import type { DeviceNodes } from "./file-system.js";

/** What is written on a block device. */
export type DeviceContent =
  | { readonly kind: "blank" }
  /** The root disk's partition table. */
  | { readonly kind: "partitions" }
  | { readonly kind: "physical-volume"; group: string | undefined }
  | { readonly kind: "filesystem"; readonly type: string };

/** A disk, or a logical volume. */
export interface BlockDevice {
  /** The kernel's path, e.g. `/dev/nvme1n1` or `/dev/mapper/data_group-data_vol`. */
  readonly path: string;
  readonly bytes: number;
  readonly root: boolean;
  content: DeviceContent;
}

/** A volume group and what was made in it. */
export interface VolumeGroup {
  readonly name: string;
  readonly members: readonly BlockDevice[];
  readonly volumes: Map<string, BlockDevice>;
}

/** A mounted file system. */
export interface Mount {
  readonly device: BlockDevice;
  readonly type: string;
}

/** LVM keeps its records at the start of each physical volume, in units of 4 MiB. */
const EXTENT_BYTES = 4 * 2 ** 20;
const GIB = 2 ** 30;

/** The disks of a machine, what is on them, and where they are mounted. */
export class BlockDevices implements DeviceNodes {
  readonly groups = new Map<string, VolumeGroup>();
  readonly mounts = new Map<string, Mount>();
  private readonly devices = new Map<string, BlockDevice>();
  private readonly links = new Map<string, string>();

  constructor(volumes: readonly MachineVolume[], hardware: MachineHardware) {
    for (const [path, volume] of hardware.ebsNvme ? nvmeNames(volumes) : xenNames(volumes)) {
      this.devices.set(path, {
        path,
        bytes: volume.sizeGiB * GIB,
        root: volume.root,
        content: volume.root ? { kind: "partitions" } : { kind: "blank" },
      });
      if (hardware.ebsNvme) {
        const serial = volume.volumeId.replace("-", "");
        this.links.set(`/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${serial}`, path);
        this.links.set(`/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${serial}_1`, path);
      }
    }
  }

  /** Every disk, then every logical volume. */
  all(): readonly BlockDevice[] {
    return [...this.devices.values()];
  }

  /** The device at a path or behind a link. */
  find(path: string): BlockDevice | undefined {
    const kernelPath = this.resolve(path);
    return kernelPath === undefined ? undefined : this.devices.get(kernelPath);
  }

  resolve(path: string): string | undefined {
    const target = this.links.get(path) ?? path;
    return this.devices.has(target) ? target : undefined;
  }

  paths(): readonly string[] {
    return [...this.devices.keys(), ...this.links.keys()];
  }

  /** Whether a device is part of a group or mounted, so that nothing may be made on it. */
  inUse(device: BlockDevice): boolean {
    if (device.content.kind === "physical-volume" && device.content.group !== undefined) return true;
    return [...this.mounts.values()].some((mount) => mount.device === device);
  }

  /** What a group of physical volumes can hold. */
  groupBytes(group: VolumeGroup): number {
    return group.members.reduce((sum, member) => sum + member.bytes - EXTENT_BYTES, 0);
  }

  /** Adds a logical volume with its nodes `/dev/mapper/G-V` and `/dev/G/V`. */
  addLogicalVolume(group: VolumeGroup, name: string, bytes: number): BlockDevice {
    const escape = (text: string): string => text.replaceAll("-", "--");
    const path = `/dev/mapper/${escape(group.name)}-${escape(name)}`;
    const device: BlockDevice = { path, bytes, root: false, content: { kind: "blank" } };
    this.devices.set(path, device);
    this.links.set(`/dev/${group.name}/${name}`, path);
    group.volumes.set(name, device);
    return device;
  }

  /** The bytes that programs see free on a new file system: ext4 keeps about 1.6 % for its tables. */
  usableBytes(device: BlockDevice): number {
    return Math.floor((device.bytes * 0.984) / 4096) * 4096;
  }
}

/** Xen shows volumes under the names of the mapping, `sd` as `xvd`. */
function xenNames(volumes: readonly MachineVolume[]): readonly (readonly [string, MachineVolume])[] {
  return volumes.map((volume) => [volume.deviceName.replace("/dev/sd", "/dev/xvd"), volume]);
}

/**
 * NVMe numbers follow the order in which the controllers answered, not the mapping. As a rule the root answers first;
 * the data volumes come in the order of their ids, which are random, so that whoever counts on the mapping is found
 * out.
 */
function nvmeNames(volumes: readonly MachineVolume[]): readonly (readonly [string, MachineVolume])[] {
  const order = [...volumes].sort((a, b) => Number(b.root) - Number(a.root) || (a.volumeId < b.volumeId ? -1 : 1));
  return order.map((volume, index) => [`/dev/nvme${index}n1`, volume]);
}
