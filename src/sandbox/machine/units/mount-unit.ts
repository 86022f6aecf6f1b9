import { unitValue, type UnitFile } from "../../../cloudconfig/systemd-unit.js";
import type { JobResult, MachineWorld } from "../system/machine-world.js";
import { mountUnitName } from "./unit-loader.js";

/** How long systemd waits for a device (DefaultDeviceTimeoutSec). */
const DEVICE_TIMEOUT_MS = 90_000;
const DEVICE_POLL_MS = 1_000;

/** Options that ext4, or any file system, takes; another one fails the mount. */
const MOUNT_OPTION =
  /^(defaults|rw|ro|noatime|nodiratime|relatime|discard|nodiscard|nofail|noauto|exec|noexec|suid|nosuid|dev|nodev|sync|async|nobarrier|barrier=[01]|errors=(continue|remount-ro|panic)|commit=\d+|data=(journal|ordered|writeback)|x-systemd\.[a-z-]+(=.*)?)$/;

/** Writes a line to the machine's console. */
export type Log = (line: string) => void;

/** Waits until a block device is there; false when it has not come within systemd's time. */
export async function waitForDevice(world: MachineWorld, path: string, log: Log): Promise<boolean> {
  const { clock } = world.host;
  const startMs = clock.monotonicMs();
  while (world.devices.resolve(path) === undefined) {
    if (clock.monotonicMs() - startMs >= DEVICE_TIMEOUT_MS) {
      log(`Timed out waiting for device ${path}.`);
      return false;
    }
    await clock.sleep(DEVICE_POLL_MS, world.signal);
  }
  return true;
}

/** Starts a mount unit. */
export async function startMount(name: string, file: UnitFile, world: MachineWorld, log: Log): Promise<JobResult> {
  const what = unitValue(file, "Mount", "What");
  const where = unitValue(file, "Mount", "Where");
  const type = unitValue(file, "Mount", "Type") ?? "auto";
  const options = unitValue(file, "Mount", "Options") ?? "defaults";
  if (what === undefined || where === undefined) {
    log(`${name}: ${what === undefined ? "What" : "Where"}= setting is missing. Refusing.`);
    return "bad-setting";
  }
  if (mountUnitName(where) !== name) {
    log(`${name}: Where= setting doesn't match unit name (${where}). Refusing.`);
    return "bad-setting";
  }
  if (!(await waitForDevice(world, what, log))) {
    log(`Dependency failed for ${name} (What=${what}).`);
    return "dependency";
  }
  const problem = mountProblem(world, what, where, type, options);
  if (problem !== undefined) {
    log(`${name}: ${problem}`);
    log(`${name}: Mount process exited, code=exited, status=32/n/a`);
    return "failed";
  }
  const device = world.devices.find(what);
  if (device === undefined) return "failed";
  world.files.makeDirectory(where);
  world.devices.mounts.set(where, { device, type: "ext4" });
  return "done";
}

function mountProblem(
  world: MachineWorld,
  what: string,
  where: string,
  type: string,
  options: string,
): string | undefined {
  const content = world.devices.find(what)?.content;
  if (type !== "auto" && type !== "ext4") return `mount: ${where}: unknown filesystem type '${type}'.`;
  if (content?.kind !== "filesystem") {
    return `mount: ${where}: wrong fs type, bad option, bad superblock on ${what}, missing codepage or helper program.`;
  }
  const unknown = options.split(",").find((option) => !MOUNT_OPTION.test(option));
  return unknown === undefined
    ? undefined
    : `mount: ${where}: fsconfig system call failed: ext4: Unknown parameter '${unknown}'.`;
}
