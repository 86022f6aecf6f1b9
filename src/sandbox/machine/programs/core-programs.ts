import { patternToRegExp } from "../shell/pattern.js";
import { MachineFiles } from "../system/file-system.js";
import type { Process, Program } from "../system/process.js";
import { parseCommandLine } from "./command-line.js";
import { testCommand } from "./test-command.js";

const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600, d: 86_400 };

const echo: Program = async (process) => {
  const words = process.argv.slice(1);
  const newline = words[0] === "-n" ? "" : "\n";
  process.stdout((newline === "" ? words.slice(1) : words).join(" ") + newline);
  return 0;
};

const sleep: Program = async (process) => {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(process.argv[1] ?? "") ?? [];
  if (digits === undefined) return complain(process, `invalid time interval '${process.argv[1] ?? ""}'`);
  await process.world.host.clock.sleep(Number(digits) * (SECONDS_PER_UNIT[unit] ?? 1) * 1_000, process.signal);
  return 0;
};

const chmod: Program = async (process) => {
  const [mode = "", ...paths] = process.argv.slice(1).filter((word) => !/^-[a-zA-Z]$/.test(word) || word === "-x");
  const { files } = process.world;
  for (const path of paths) {
    if (files.kind(path) === "missing") return complain(process, `cannot access '${path}': No such file or directory`);
    const [, who = "", sign, bits = ""] = /^([ugoa]*)([+-])([rwx]+)$/.exec(mode) ?? [];
    if (/^[0-7]{3,4}$/.test(mode)) files.changeMode(path, parseInt(mode, 8));
    else if (sign === undefined) return complain(process, `invalid mode: '${mode}'`);
    else files.changeMode(path, changed(files.mode(path), who, sign === "+", bits));
  }
  return paths.length === 0 ? complain(process, "missing operand") : 0;
};

function changed(mode: number, who: string, add: boolean, bits: string): number {
  let mask = 0;
  for (const [letter, shift] of [
    ["u", 6],
    ["g", 3],
    ["o", 0],
  ] as const) {
    if (who !== "" && !who.includes(letter) && !who.includes("a")) continue;
    for (const [bit, value] of [
      ["r", 4],
      ["w", 2],
      ["x", 1],
    ] as const) {
      if (bits.includes(bit)) mask |= value << shift;
    }
  }
  return add ? mode | mask : mode & ~mask;
}

const mkdir: Program = async (process) => {
  for (const path of operands(process)) process.world.files.makeDirectory(path);
  return 0;
};

const rm: Program = async (process) => {
  const { files } = process.world;
  const force = process.argv.slice(1).some((word) => /^-\w*f/.test(word));
  for (const path of operands(process)) {
    if (files.kind(path) === "missing" && !force) {
      return complain(process, `cannot remove '${path}': No such file or directory`);
    }
    if (MachineFiles.normalize(path) === "/") return complain(process, "it is dangerous to operate recursively on '/'");
    files.remove(path);
  }
  return 0;
};

const touch: Program = async (process) => {
  const { files } = process.world;
  for (const path of operands(process)) if (files.kind(path) === "missing") files.write(path, "");
  return 0;
};

const cat: Program = async (process) => {
  const paths = process.argv.slice(1);
  for (const path of paths.length === 0 ? ["-"] : paths) {
    const text = path === "-" ? process.stdin : process.world.files.readText(path);
    if (text === undefined) return complain(process, `${path}: No such file or directory`);
    process.stdout(text);
  }
  return 0;
};

const copy: Program = async (process) => {
  const { files } = process.world;
  const [from = "", to = ""] = operands(process);
  const content = files.read(from);
  if (content === undefined) return complain(process, `cannot stat '${from}': No such file or directory`);
  files.write(files.kind(to) === "directory" ? `${to}/${from.split("/").at(-1)}` : to, content, files.mode(from));
  if (process.argv[0]?.endsWith("mv") === true) files.remove(from);
  return 0;
};

const ls: Program = async (process) => {
  const { files } = process.world;
  const paths = operands(process);
  for (const path of paths.length === 0 ? ["/"] : paths) {
    const kind = files.kind(path);
    if (kind === "missing") {
      complain(process, `cannot access '${path}': No such file or directory`);
      return 2;
    }
    const names = kind === "directory" ? files.list(path) : [path];
    process.stdout(names.map((name) => `${name}\n`).join(""));
  }
  return 0;
};

/** `find DIRECTORY [-maxdepth N] [-name PATTERN] [-type f|d]` */
const find: Program = async (process) => {
  const { files } = process.world;
  const [start = ".", ...words] = process.argv.slice(1);
  const option = (name: string): string | undefined => {
    const at = words.indexOf(name);
    return at < 0 ? undefined : words[at + 1];
  };
  for (let at = 0; at < words.length; at += 2) {
    const [word = "", value] = words.slice(at);
    if (!word.startsWith("-")) return complain(process, `paths must precede expression: '${word}'`);
    if (!["-maxdepth", "-mindepth", "-name", "-type"].includes(word)) {
      return complain(process, `unknown predicate '${word}'`);
    }
    if (value === undefined) return complain(process, `missing argument to '${word}'`);
    if (word.endsWith("depth") && !/^\d+$/.test(value)) {
      return complain(process, `Expected a positive decimal integer argument to ${word}, but got '${value}'`);
    }
  }
  if (files.kind(start) === "missing") return complain(process, `'${start}': No such file or directory`);
  const matches = patternToRegExp(option("-name") ?? "*");
  const type = option("-type");
  const walk = (path: string, depth: number): void => {
    const kind = files.kind(path);
    const wanted = type === undefined || (type === "d" ? "directory" : "file") === kind;
    if (wanted && matches.test(path.split("/").at(-1) ?? "")) process.stdout(`${path}\n`);
    if (kind !== "directory" || depth >= Number(option("-maxdepth") ?? "20")) return;
    for (const name of files.list(path)) walk(path === "/" ? `/${name}` : `${path}/${name}`, depth + 1);
  };
  walk(start, 0);
  return 0;
};

const readlink: Program = async (process) => {
  const [path = ""] = operands(process);
  const target = process.world.devices.resolve(path) ?? (process.world.files.kind(path) === "missing" ? "" : path);
  if (target === "") return 1;
  process.stdout(`${target}\n`);
  return 0;
};

const seq: Program = async (process) => {
  const numbers = process.argv.slice(1).map(Number);
  const [first = 1, last = 0] = numbers.length === 1 ? [1, numbers[0]] : numbers;
  if (numbers.some((number) => !Number.isInteger(number)) || last - first > 100_000) {
    return complain(process, `invalid argument: '${process.argv.slice(1).join(" ")}'`);
  }
  for (let number = first; number <= last; number += 1) process.stdout(`${number}\n`);
  return 0;
};

const date: Program = async (process) => {
  const now = process.world.host.clock.nowMs();
  const format = process.argv.slice(1).find((word) => word.startsWith("+"));
  process.stdout(`${format === "+%s" ? Math.floor(now / 1_000) : new Date(now).toISOString()}\n`);
  return 0;
};

const basename: Program = async (process) => {
  process.stdout(`${(process.argv[1] ?? "").replace(/\/+$/, "").split("/").at(-1) ?? ""}\n`);
  return 0;
};

const dirname: Program = async (process) => {
  process.stdout(`${(process.argv[1] ?? "").replace(/\/+[^/]*\/*$/, "") || "/"}\n`);
  return 0;
};

const lsblk: Program = async (process) => {
  const disks = process.world.devices.all().filter((device) => !device.path.startsWith("/dev/mapper/"));
  process.stdout(disks.map(({ path }) => `${path.slice("/dev/".length)}\n`).join(""));
  return 0;
};

/** `docker login`; containers are nothing that a sandbox machine runs. */
const docker: Program = async (process) => {
  const [verb, ...rest] = process.argv.slice(1);
  const line = parseCommandLine(rest, { u: "value", p: "value", username: "value", "password-stdin": "flag" });
  if (verb !== "login" || line.operands.length === 0) {
    return complain(process, `${verb ?? ""}: the sandbox knows \`docker login\` only`);
  }
  process.stdout("Login Succeeded\n");
  return 0;
};

/** The everyday programs of a Flatcar machine, as far as scripts of user-data use them. */
export const CORE_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ["true", async () => 0],
  ["false", async () => 1],
  ["sync", async () => 0],
  ["udevadm", async () => 0],
  ["modprobe", async () => 0],
  ["chown", async () => 0],
  ["echo", echo],
  ["sleep", sleep],
  ["chmod", chmod],
  ["mkdir", mkdir],
  ["rm", rm],
  ["touch", touch],
  ["cat", cat],
  ["cp", copy],
  ["mv", copy],
  ["ls", ls],
  ["find", find],
  ["readlink", readlink],
  ["seq", seq],
  ["date", date],
  ["basename", basename],
  ["dirname", dirname],
  ["lsblk", lsblk],
  ["docker", docker],
  ["test", testCommand],
  ["[", testCommand],
]);

function operands(process: Process): readonly string[] {
  return process.argv.slice(1).filter((word) => !word.startsWith("-"));
}

function complain(process: Process, message: string): number {
  process.stderr(`${process.argv[0]?.split("/").at(-1) ?? ""}: ${message}\n`);
  return 1;
}
