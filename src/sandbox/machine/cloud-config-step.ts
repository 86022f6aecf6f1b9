import type { CloudConfig, CloudFile, CloudUnit } from "../../cloudconfig/cloud-config.js";
import { decodeFileContent } from "../../cloudconfig/file-content.js";
import { parseCloudConfigText, REBOOT_STRATEGIES } from "../../cloudconfig/parse-cloud-config.js";
import { decodeUserData } from "../../cloudconfig/user-data.js";
import { ReflowEc2Error } from "../../errors.js";
import { remember } from "../../lib/remember.js";
import { ignoredKeys } from "./ignored-keys.js";
import type { MachineWorld } from "./system/machine-world.js";
import { FileError, MachineFiles } from "./system/file-system.js";
import { UNIT_DIRECTORY } from "./units/unit-loader.js";

/** Files without a mode of their own get this one. */
const DEFAULT_MODE = 0o644;

/**
 * Applies the user-data as coreos-cloudinit does on today's Flatcar: files, then all units written, enabled and
 * masked, then the commands in list order. What cannot be read is dropped as a whole. A start that fails is only
 * logged; a unit that does not exist or cannot be loaded ends the run.
 */
export async function applyCloudConfig(world: MachineWorld): Promise<void> {
  const log = (line: string): void => {
    if (!world.signal.aborted) world.host.console(`coreos-cloudinit: ${line}`);
  };
  if (world.host.userData === "") {
    log("no user-data");
    return;
  }
  const config = readCloudConfig(world, log);
  if (config === undefined) return;
  if (config.coreos.units.length === 0) log("the user-data has no units");
  for (const unit of config.coreos.units) writeUnit(world, unit);
  for (const unit of config.coreos.units) {
    if (unit.command === "") continue;
    const goesOn = await runCommand(world, unit, log);
    if (!goesOn) {
      log(`the units after ${unit.name} are not started`);
      return;
    }
  }
}

/** Machines that are launched together have the same user-data; reading it takes milliseconds. */
const REMEMBERED_LAUNCHES = 16;

const readUserData = remember(
  REMEMBERED_LAUNCHES,
  (userData): { readonly config: CloudConfig; readonly ignored: readonly string[] } => {
    const text = decodeUserData(userData);
    return { config: parseCloudConfigText(text), ignored: ignoredKeys(text) };
  },
);

/** Reads the user-data and writes its files; undefined, with a line on the console, when it cannot be applied. */
function readCloudConfig(world: MachineWorld, log: (line: string) => void): CloudConfig | undefined {
  try {
    const { config, ignored } = readUserData(world.host.userData);
    for (const key of ignored) log(`unknown key ${key} is ignored`);
    const { rebootStrategy } = config.coreos.update;
    if (!REBOOT_STRATEGIES.includes(rebootStrategy)) {
      log(`user-data is not applied: invalid value "${rebootStrategy}" for option "RebootStrategy"`);
      return undefined;
    }
    const contents = config.writeFiles.map((file) => [file, decodeFileContent(file)] as const);
    for (const [file, content] of contents) writeFile(world, file, content);
    return config;
  } catch (error) {
    if (error instanceof ReflowEc2Error) log(`user-data is not applied: ${error.message}`);
    else if (error instanceof FileError) log(`a file cannot be written: ${error.message}`);
    else throw error;
    return undefined;
  }
}

/** Users that a Flatcar image has; a file of anybody else's ends the run. */
const OWNER = /^(root|core|bin|daemon|nobody|messagebus|syslog|ntp|etcd|systemd-[a-z]+|\d+)?([:.]([\w-]+|\d+)?)?$/;

function writeFile(world: MachineWorld, file: CloudFile, content: Buffer): void {
  if (!OWNER.test(file.owner)) throw new FileError(`${file.path}: chown: invalid user: '${file.owner}'`);
  const mode = file.permissions === "" ? DEFAULT_MODE : parseInt(file.permissions, 8);
  world.files.write(MachineFiles.normalize(file.path), content, mode);
}

function writeUnit(world: MachineWorld, unit: CloudUnit): void {
  const path = `${UNIT_DIRECTORY}/${unit.name}`;
  if (unit.content !== "") world.files.write(path, unit.content, DEFAULT_MODE);
  for (const dropIn of unit.dropIns) world.files.write(`${path}.d/${dropIn.name}`, dropIn.content, DEFAULT_MODE);
  if (unit.mask) world.files.write(`${path}.masked`, "", DEFAULT_MODE);
}

/** Gives a unit its command; false when the run ends with it. */
async function runCommand(world: MachineWorld, unit: CloudUnit, log: (line: string) => void): Promise<boolean> {
  if (unit.command === "stop") {
    if (!world.units.isKnown(unit.name)) {
      log(`stop ${unit.name}: Unit ${unit.name} not loaded.`);
      return false;
    }
    world.units.stop(unit.name);
    return true;
  }
  if (unit.command.includes("restart")) world.units.stop(unit.name);
  const result = await world.units.start(unit.name);
  if (result !== "done") log(`result of "${unit.command}" on "${unit.name}": ${result}`);
  return result !== "not-found" && result !== "bad-setting";
}
