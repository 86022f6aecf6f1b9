import type { BlockDevice } from "../system/block-devices.js";
import type { Process, Program } from "../system/process.js";
import { parseCommandLine } from "./command-line.js";

/** LVM ends with 5 when it could not do what was asked, and with 3 when the command line is wrong. */
const LVM_FAILED = 5;
const LVM_USAGE = 3;

const LVM_OPTIONS = { y: "flag", yes: "flag", q: "flag", f: "flag", force: "flag" } as const;

/** `pvcreate DEVICE…` */
const pvcreate: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), LVM_OPTIONS);
  if (line.error !== undefined) return complain(process, line.error, LVM_USAGE);
  if (line.operands.length === 0) return complain(process, "Please enter a physical volume path.", LVM_USAGE);
  for (const path of line.operands) {
    const device = process.world.devices.find(path);
    if (device === undefined) return complain(process, `No device found for ${path}.`, LVM_FAILED);
    if (device.content.kind === "partitions") {
      return complain(process, `Cannot use ${path}: device is partitioned`, LVM_FAILED);
    }
    if (process.world.devices.inUse(device)) {
      return complain(process, `Can't initialize physical volume "${path}", it is in use`, LVM_FAILED);
    }
    device.content = { kind: "physical-volume", group: undefined };
    process.stdout(`  Physical volume "${path}" successfully created.\n`);
  }
  return 0;
};

/** `vgcreate GROUP DEVICE…` */
const vgcreate: Program = async (process) => {
  const { devices } = process.world;
  const line = parseCommandLine(process.argv.slice(1), LVM_OPTIONS);
  const [name, ...paths] = line.operands;
  if (line.error !== undefined) return complain(process, line.error, LVM_USAGE);
  if (name === undefined || paths.length === 0) {
    return complain(process, "Please provide a volume group name and physical volumes", LVM_USAGE);
  }
  if (devices.groups.has(name)) return complain(process, `A volume group called ${name} already exists.`, LVM_FAILED);
  const members: BlockDevice[] = [];
  for (const path of paths) {
    const device = devices.find(path);
    if (device === undefined) return complain(process, `No device found for ${path}.`, LVM_FAILED);
    if (device.content.kind !== "physical-volume" || device.content.group !== undefined) {
      return complain(process, `${path}: not a free physical volume`, LVM_FAILED);
    }
    members.push(device);
  }
  for (const member of members) member.content = { kind: "physical-volume", group: name };
  devices.groups.set(name, { name, members, volumes: new Map() });
  process.stdout(`  Volume group "${name}" successfully created\n`);
  return 0;
};

/** `lvcreate -n NAME -l 100%VG [--stripes N --stripesize KiB] GROUP` */
const lvcreate: Program = async (process) => {
  const { devices } = process.world;
  const line = parseCommandLine(process.argv.slice(1), {
    ...LVM_OPTIONS,
    n: "value",
    name: "value",
    l: "value",
    extents: "value",
    i: "value",
    stripes: "value",
    I: "value",
    stripesize: "value",
    W: "value",
  });
  if (line.error !== undefined) return complain(process, line.error, LVM_USAGE);
  const [groupName] = line.operands;
  if (groupName === undefined) return complain(process, "Please provide a volume group name", LVM_USAGE);
  const group = devices.groups.get(groupName);
  if (group === undefined) return complain(process, `Volume group "${groupName}" not found`, LVM_FAILED);
  const name = line.options.get("n") ?? line.options.get("name") ?? "lvol0";
  const extents = line.options.get("l") ?? line.options.get("extents") ?? "";
  const [, percent] = /^(\d+)%(?:VG|FREE|PVS)$/.exec(extents) ?? [];
  if (percent === undefined) return complain(process, `Invalid argument for --extents: ${extents}`, LVM_USAGE);
  const stripes = Number(line.options.get("i") ?? line.options.get("stripes") ?? "1");
  const stripeKiB = Number(line.options.get("I") ?? line.options.get("stripesize") ?? "64");
  if (!Number.isInteger(stripes) || stripes < 1) return complain(process, "Invalid argument for --stripes", LVM_USAGE);
  if (!Number.isInteger(Math.log2(stripeKiB)) || stripeKiB < 4) {
    return complain(process, `Invalid stripe size ${stripeKiB}.00 KiB`, LVM_USAGE);
  }
  if (stripes > group.members.length) {
    const count = `(${stripes}) must not exceed number of physical volumes (${group.members.length})`;
    return complain(process, `Number of stripes ${count}`, LVM_FAILED);
  }
  if (group.volumes.has(name)) {
    return complain(process, `Logical Volume "${name}" already exists in volume group "${groupName}"`, LVM_FAILED);
  }
  devices.addLogicalVolume(group, name, Math.floor((devices.groupBytes(group) * Math.min(Number(percent), 100)) / 100));
  process.stdout(`  Logical volume "${name}" created.\n`);
  return 0;
};

/** `vgchange -a y GROUP`: groups of a sandbox machine are always active. */
const vgchange: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), { ...LVM_OPTIONS, a: "value", activate: "value" });
  if (line.error !== undefined) return complain(process, line.error, LVM_USAGE);
  const missing = line.operands.find((name) => !process.world.devices.groups.has(name));
  return missing === undefined ? 0 : complain(process, `Volume group "${missing}" not found`, LVM_FAILED);
};

/** `vgs`, `pvs` and `lvs` with a name or path: whether it is there. */
const lvmShow: Program = async (process) => {
  const { devices } = process.world;
  const line = parseCommandLine(process.argv.slice(1), { ...LVM_OPTIONS, o: "value", noheadings: "flag" });
  if (line.error !== undefined) return complain(process, line.error, LVM_USAGE);
  const kind = process.argv[0]?.split("/").at(-1) ?? "";
  for (const name of line.operands) {
    const known =
      kind === "vgs"
        ? devices.groups.has(name)
        : kind === "pvs"
          ? devices.find(name)?.content.kind === "physical-volume"
          : devices.find(`/dev/${name.replace(/^\/dev\//, "")}`) !== undefined;
    if (!known) return complain(process, `Failed to find "${name}"`, LVM_FAILED);
    process.stdout(`  ${name}\n`);
  }
  return 0;
};

/** `mkfs.ext4 DEVICE` */
const mkfsExt4: Program = async (process) => {
  const { devices, host, signal } = process.world;
  const line = parseCommandLine(process.argv.slice(1), { q: "flag", F: "flag", L: "value", E: "value", m: "value" });
  if (line.error !== undefined) return complain(process, line.error, 1);
  const [path] = line.operands;
  if (path === undefined) return complain(process, "Usage: mkfs.ext4 DEVICE", 1);
  const device = devices.find(path);
  if (device === undefined) return complain(process, `The file ${path} does not exist and no size was specified.`, 1);
  if (devices.inUse(device)) {
    return complain(process, `${path} is in use by the system; will not make a filesystem here!`, 1);
  }
  await host.clock.sleep(host.timings.formatMs, signal);
  device.content = { kind: "filesystem", type: "ext4" };
  return 0;
};

/** `blkid [-p] DEVICE`: 0 when anything is on it, 2 when it is blank or not there. */
const blkid: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), { p: "flag", o: "value", s: "value" });
  if (line.error !== undefined) return complain(process, line.error, 4);
  const [path] = line.operands;
  const content = path === undefined ? undefined : process.world.devices.find(path)?.content;
  if (path === undefined || content === undefined || content.kind === "blank") return 2;
  const type =
    content.kind === "filesystem"
      ? `TYPE="${content.type}"`
      : content.kind === "partitions"
        ? 'PTTYPE="gpt"'
        : 'TYPE="LVM2_member"';
  process.stdout(`${path}: ${type}\n`);
  return 0;
};

/** `mount [-t TYPE] [-o OPTIONS] DEVICE DIRECTORY` */
const mount: Program = async (process) => {
  const { devices, files } = process.world;
  const line = parseCommandLine(process.argv.slice(1), { t: "value", o: "value" });
  const [what, where] = line.operands;
  if (line.error !== undefined || what === undefined || where === undefined) {
    return complain(process, line.error ?? "bad usage", 1);
  }
  const device = devices.find(what);
  if (device === undefined) return complain(process, `${where}: special device ${what} does not exist.`, 32);
  if (device.content.kind !== "filesystem" || (line.options.get("t") ?? "ext4") !== device.content.type) {
    return complain(process, `${where}: wrong fs type, bad option, bad superblock on ${what}.`, 32);
  }
  if (files.kind(where) !== "directory") return complain(process, `${where}: mount point does not exist.`, 32);
  devices.mounts.set(where, { device, type: device.content.type });
  return 0;
};

/** `mountpoint [-q] DIRECTORY` */
const mountpoint: Program = async (process) => {
  const where = process.argv.slice(1).find((arg) => !arg.startsWith("-")) ?? "";
  return process.world.devices.mounts.has(where) ? 0 : 32;
};

/** The programs that handle disks. */
export const STORAGE_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ["pvcreate", pvcreate],
  ["vgcreate", vgcreate],
  ["lvcreate", lvcreate],
  ["vgchange", vgchange],
  ["vgs", lvmShow],
  ["pvs", lvmShow],
  ["lvs", lvmShow],
  ["mkfs.ext4", mkfsExt4],
  ["blkid", blkid],
  ["mount", mount],
  ["mountpoint", mountpoint],
]);

function complain(process: Process, message: string, status: number): number {
  process.stderr(`${process.argv[0]?.split("/").at(-1) ?? ""}: ${message}\n`);
  return status;
}
