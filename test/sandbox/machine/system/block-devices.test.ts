import { describe, expect, it } from "@jest/globals";
import { BlockDevices } from "../../../../src/sandbox/machine/system/block-devices.js";

const HARDWARE = { instanceType: "m5.large", cpus: 2, memoryBytes: 8e9, features: [], ebsNvme: true };

const VOLUMES = [
  { volumeId: "vol-0fff", deviceName: "/dev/xvda", sizeGiB: 200, root: true },
  { volumeId: "vol-0ccc", deviceName: "/dev/xvdb", sizeGiB: 10, root: false },
  { volumeId: "vol-0bbb", deviceName: "/dev/sdc", sizeGiB: 20, root: false },
];

const GIB = 2 ** 30;

describe("the volumes of a machine", () => {
  it("keep the names of the mapping on Xen types", () => {
    const devices = new BlockDevices(VOLUMES, { ...HARDWARE, ebsNvme: false });
    expect(devices.all().map(({ path, bytes }) => [path, bytes])).toEqual([
      ["/dev/xvda", 200 * GIB],
      ["/dev/xvdb", 10 * GIB],
      ["/dev/xvdc", 20 * GIB],
    ]);
  });

  it("have numbers of their own on NVMe types, and links that tell them apart", () => {
    const devices = new BlockDevices(VOLUMES, HARDWARE);
    const link = (id: string): string | undefined => {
      return devices.resolve(`/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol${id}`);
    };
    expect(devices.all().map(({ path, bytes }) => [path, bytes])).toEqual([
      ["/dev/nvme0n1", 200 * GIB],
      ["/dev/nvme1n1", 20 * GIB],
      ["/dev/nvme2n1", 10 * GIB],
    ]);
    expect([link("0fff"), link("0bbb"), link("0ccc"), link("0ddd")]).toEqual([
      "/dev/nvme0n1",
      "/dev/nvme1n1",
      "/dev/nvme2n1",
      undefined,
    ]);
  });

  it("become one logical volume less LVM's records, and a file system less its tables", () => {
    const devices = new BlockDevices(VOLUMES, HARDWARE);
    const members = devices.all().filter(({ root }) => !root);
    const group = { name: "my-group", members, volumes: new Map() };
    const volume = devices.addLogicalVolume(group, "vol", devices.groupBytes(group));
    expect({ path: volume.path, bytes: volume.bytes, usable: devices.usableBytes(volume) }).toEqual({
      path: "/dev/mapper/my--group-vol",
      bytes: 30 * GIB - 8 * 2 ** 20,
      usable: Math.floor(((30 * GIB - 8 * 2 ** 20) * 0.984) / 4096) * 4096,
    });
    expect(devices.find("/dev/my-group/vol")).toBe(volume);
  });
});
