import type { Process, Program } from "../system/process.js";
import { parseCommandLine } from "./command-line.js";

/** `systemctl VERB [UNIT…]` */
const systemctl: Program = async (process) => {
  const { world } = process;
  const words = process.argv.slice(1).filter((word) => !word.startsWith("-"));
  const [verb = "", ...names] = words;
  const units = names.map((name) => (name.includes(".") ? name : `${name}.service`));
  switch (verb) {
    case "poweroff":
    case "halt":
    case "reboot":
      world.powerOff(`systemctl ${verb}`);
      return 0;
    case "start":
    case "restart": {
      const results = await Promise.all(units.map((unit) => world.units.start(unit)));
      return results.every((result) => result === "done") ? 0 : 1;
    }
    case "stop":
      for (const unit of units) world.units.stop(unit);
      return 0;
    case "is-active": {
      const active = units.some((unit) => world.units.isActive(unit));
      if (!process.argv.includes("--quiet") && !process.argv.includes("-q")) {
        process.stdout(active ? "active\n" : "inactive\n");
      }
      return active ? 0 : 3;
    }
    case "daemon-reload":
    case "enable":
    case "disable":
    case "mask":
      return 0;
    default:
      process.stderr(`Unknown command verb '${verb}'.\n`);
      return 1;
  }
};

const powerOff: Program = async (process) => {
  process.world.powerOff(process.argv.join(" "));
  return 0;
};

const hostname: Program = async (process) => {
  process.stdout(`${process.world.host.instanceId}\n`);
  return 0;
};

/** `pgrep [-f] PATTERN`: 0 and the process numbers when a running program matches. */
const pgrep: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), { f: "flag", full: "flag" });
  if (line.error !== undefined) return usage(process, line.error);
  const whole = line.options.has("f") || line.options.has("full");
  const [pattern] = line.operands;
  if (pattern === undefined) return usage(process, "no matching criteria specified");
  try {
    const found = process.world.processes.find(new RegExp(pattern), whole ? "line" : "name");
    for (const id of found) process.stdout(`${id}\n`);
    return found.length === 0 ? 1 : 0;
  } catch {
    return usage(process, `${pattern}: not a regular expression`);
  }
};

/** The programs that ask or tell the machine's systemd and process table. */
export const SYSTEM_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ["systemctl", systemctl],
  ["poweroff", powerOff],
  ["shutdown", powerOff],
  ["halt", powerOff],
  ["pgrep", pgrep],
  ["hostname", hostname],
]);

function usage(process: Process, message: string): number {
  process.stderr(`${process.argv[0] ?? ""}: ${message}\n`);
  return 2;
}
