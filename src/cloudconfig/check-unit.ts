import { ConfigError, type ConfigProblem } from "../errors.js";
import { parseUnit, unitValue, unitValues, type UnitFile } from "./systemd-unit.js";

/** Section that a kind of unit must have, by the suffix of its name. */
const OWN_SECTION: ReadonlyMap<string, string> = new Map([
  ["service", "Service"],
  ["mount", "Mount"],
  ["timer", "Timer"],
  ["socket", "Socket"],
  ["path", "Path"],
]);

/** Each starts a timer on its own; one is enough. */
const TIMER_TRIGGERS = [
  "OnActiveSec",
  "OnBootSec",
  "OnCalendar",
  "OnClockChange",
  "OnStartupSec",
  "OnTimezoneChange",
  "OnUnitActiveSec",
  "OnUnitInactiveSec",
];

/** Why systemd would refuse to load the unit; empty when it would not. */
export function checkUnit(name: string, content: string): readonly ConfigProblem[] {
  let unit: UnitFile;
  try {
    unit = parseUnit(content, name);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return missing(name, unit).map((message) => ({ source: name, key: "", message }));
}

function missing(name: string, unit: UnitFile): string[] {
  const kind = name.slice(name.lastIndexOf(".") + 1);
  const section = OWN_SECTION.get(kind);
  if (section === undefined) return [];
  if (!unit.sections.some((candidate) => candidate.name === section)) return [`has no section [${section}]`];
  switch (kind) {
    case "service":
      return checkService(unit);
    case "mount":
      return checkMount(name, unit);
    case "timer":
      return TIMER_TRIGGERS.some((key) => unitValue(unit, "Timer", key) !== undefined) ? [] : ["has no time to elapse"];
    default:
      return [];
  }
}

function checkService(unit: UnitFile): string[] {
  const commands = unitValues(unit, "Service", "ExecStart");
  const type = unitValue(unit, "Service", "Type") ?? (commands.length === 0 ? "oneshot" : "simple");
  const onlyStops = type === "oneshot" && unitValues(unit, "Service", "ExecStop").length > 0;
  if (commands.length === 0) return onlyStops ? [] : ["has no ExecStart"];
  if (commands.length > 1 && type !== "oneshot") return [`has ${commands.length} ExecStart, which only oneshot may`];
  // systemd.service(5): prefixes, then an absolute path, a specifier that gives one, or a bare name.
  const wrong = commands.filter((command) => /^[-@:+!|]*[^\s/%"'][^\s/]*\//.test(command));
  return wrong.map((command) => `${command} does not begin with an absolute path`);
}

function checkMount(name: string, unit: UnitFile): string[] {
  const where = unitValue(unit, "Mount", "Where");
  const problems: string[] = [];
  if (unitValue(unit, "Mount", "What") === undefined) problems.push("has no What");
  if (where === undefined) return [...problems, "has no Where"];
  const expected = `${escapePath(where)}.mount`;
  if (name !== expected) problems.push(`mounts on ${where}, so that it must be named ${expected}`);
  return problems;
}

/** The name that a path has in unit names, systemd.unit(5). */
function escapePath(path: string): string {
  const compact = path.split("/").filter(Boolean).join("/");
  if (compact === "") return "-";
  const escaped = Array.from(Buffer.from(compact), (byte, index) => {
    const character = String.fromCharCode(byte);
    if (character === "/") return "-";
    const plain = /[\w:.]/.test(character) && !(character === "." && index === 0);
    return plain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return escaped.join("");
}
