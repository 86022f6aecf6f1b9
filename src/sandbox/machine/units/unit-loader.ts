import { parseUnit, type UnitFile } from "../../../cloudconfig/systemd-unit.js";
import { ConfigError } from "../../../errors.js";
import type { MachineFiles } from "../system/file-system.js";

/** Where the cloud-config puts units. */
export const UNIT_DIRECTORY = "/etc/systemd/system";

/** Units that a Flatcar machine has by itself and that are up when user-data is applied. */
const SYSTEM_UNITS = new Set([
  "basic.target",
  "containerd.service",
  "docker.service",
  "docker.socket",
  "local-fs.target",
  "locksmithd.service",
  "multi-user.target",
  "network-online.target",
  "network.target",
  "sshd.socket",
  "sysinit.target",
  "system-config.target",
  "systemd-journald.service",
  "systemd-networkd.service",
  "systemd-resolved.service",
  "systemd-timesyncd.service",
  "time-sync.target",
  "update-engine.service",
]);

/** What became of looking a unit up. */
export type LoadedUnit =
  | { readonly kind: "loaded"; readonly file: UnitFile }
  /** One of the machine's own, already up. */
  | { readonly kind: "system" }
  | { readonly kind: "masked" }
  | { readonly kind: "not-found" }
  | { readonly kind: "bad-setting"; readonly problem: string };

/** Reads a unit with its drop-ins, in the order of their names. */
export function loadUnit(name: string, files: MachineFiles): LoadedUnit {
  if (files.kind(`${UNIT_DIRECTORY}/${name}.masked`) === "file") return { kind: "masked" };
  const text = files.readText(`${UNIT_DIRECTORY}/${name}`);
  if (text === undefined) return { kind: SYSTEM_UNITS.has(name) ? "system" : "not-found" };
  const directory = `${UNIT_DIRECTORY}/${name}.d`;
  const dropIns = files.list(directory).filter((file) => file.endsWith(".conf"));
  try {
    const sections = [
      ...parseUnit(text, name).sections,
      ...dropIns.flatMap(
        (file) => parseUnit(files.readText(`${directory}/${file}`) ?? "", `${name}.d/${file}`).sections,
      ),
    ];
    return { kind: "loaded", file: { sections } };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const problem = error.problems.map(({ line, message }) => `line ${line ?? "?"}: ${message}`).join("; ");
    return { kind: "bad-setting", problem: problem === "" ? error.message : problem };
  }
}

/** The path that a device unit stands for: `dev-disk-by\x2did-x.device` is `/dev/disk/by-id/x`. */
export function devicePath(unitName: string): string {
  const escaped = unitName.replace(/\.device$/, "").replaceAll("-", "/");
  return `/${escaped.replace(/\\x([0-9a-f]{2})/g, (_whole, hex: string) => String.fromCharCode(parseInt(hex, 16)))}`;
}

/** The name of the mount unit of a path: `/mnt/data` has `mnt-data.mount`. */
export function mountUnitName(path: string): string {
  const elements = path.split("/").filter((element) => element !== "");
  const escaped = elements.map((element) => element.replaceAll("-", "\\x2d"));
  return `${escaped.length === 0 ? "-" : escaped.join("-")}.mount`;
}
