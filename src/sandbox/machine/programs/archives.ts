import type { Process, Program } from "../system/process.js";
import { parseCommandLine, type OptionTable } from "./command-line.js";
import { HELPER_PROGRAM } from "./program-file.js";

const UNZIP_OPTIONS: OptionTable = { o: "flag", q: "flag", j: "flag", d: "value" };
const TAR_OPTIONS: OptionTable = {
  x: "flag",
  z: "flag",
  f: "value",
  C: "value",
  "strip-components": "value",
  wildcards: "flag",
};

/** `unzip [-o -q -j] ARCHIVE NAME… -d DIRECTORY` */
const unzip: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), UNZIP_OPTIONS);
  const [archive = "", ...names] = line.operands;
  if (line.error !== undefined) return complain(process, line.error, 10);
  if (!isArchive(process, archive)) return complain(process, `cannot find or open ${archive}, or it is no archive`, 9);
  unpack(process, names, line.options.get("d") ?? "/");
  return 0;
};

/** `tar -xzf ARCHIVE -C DIRECTORY NAME…` */
const tar: Program = async (process) => {
  const line = parseCommandLine(process.argv.slice(1), TAR_OPTIONS);
  const archive = line.options.get("f") ?? "";
  if (line.error !== undefined) return complain(process, line.error, 64);
  if (!isArchive(process, archive)) return complain(process, `${archive}: Cannot open, or not an archive`, 2);
  unpack(process, line.operands, line.options.get("C") ?? "/");
  return 0;
};

/** Downloads of helper programs give one text whatever the URL; as an archive it holds whatever is asked of it. */
function isArchive(process: Process, path: string): boolean {
  return process.world.files.readText(path) === HELPER_PROGRAM;
}

function unpack(process: Process, names: readonly string[], directory: string): void {
  for (const name of names) {
    process.world.files.write(`${directory}/${name.split("/").at(-1) ?? ""}`, HELPER_PROGRAM, 0o644);
  }
}

/** The programs that unpack archives. */
export const ARCHIVE_PROGRAMS: ReadonlyMap<string, Program> = new Map([
  ["unzip", unzip],
  ["tar", tar],
]);

function complain(process: Process, message: string, status: number): number {
  process.stderr(`${process.argv[0] ?? ""}: ${message}\n`);
  return status;
}
