import type { Generation } from "../../../pool/resources.js";
import { runBootstrap } from "../reflow/run-bootstrap.js";
import { runReflowlet } from "../reflow/run-reflowlet.js";
import { runScript } from "../shell/run-script.js";
import { FileError } from "../system/file-system.js";
import { untilAborted, type Process, type Program } from "../system/process.js";
import { ARCHIVE_PROGRAMS } from "./archives.js";
import { CORE_PROGRAMS } from "./core-programs.js";
import { curl, wget } from "./curl.js";
import { readProgramFile, type ProgramFile } from "./program-file.js";
import { STORAGE_PROGRAMS } from "./storage.js";
import { SYSTEM_PROGRAMS } from "./system-programs.js";

/** Statuses by which a shell says that a command is not there, or is no program. */
const NOT_FOUND = 127;
const NOT_EXECUTABLE = 126;

/** Where Flatcar keeps its own programs; a sandbox machine has them without files. */
const SYSTEM_DIRECTORY = /^(?:\/usr)?(?:\/local)?\/s?bin\/(?<name>[^/]+)$/;

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ...CORE_PROGRAMS,
  ...STORAGE_PROGRAMS,
  ...SYSTEM_PROGRAMS,
  ...ARCHIVE_PROGRAMS,
  ["curl", curl],
  ["wget", wget],
  ["bash", runShell],
  ["sh", runShell],
  ["env", runEnv],
  ["sudo", (process) => runCommand({ ...process, argv: process.argv.slice(1) })],
]);

/** How a command can be run, or why it cannot. */
export type Resolved =
  | { readonly kind: "program"; readonly program: Program }
  | { readonly kind: "not-found" }
  | { readonly kind: "not-executable"; readonly reason: string };

/** Finds the program that a name or path stands for. */
export function resolveCommand(name: string, { world }: Pick<Process, "world">): Resolved {
  const system = name.includes("/") ? SYSTEM_DIRECTORY.exec(name)?.groups?.["name"] : name;
  const path = name.includes("/") ? name : `/opt/bin/${name}`;
  if (world.files.kind(path) === "file") {
    if (!world.files.isExecutable(path)) return { kind: "not-executable", reason: "Permission denied" };
    const file = readProgramFile(world.files.read(path) ?? Buffer.alloc(0));
    if (file === undefined) return { kind: "not-executable", reason: "Exec format error" };
    if (file.kind === "bad-interpreter") return { kind: "not-executable", reason: "No such file or directory" };
    return { kind: "program", program: (process) => runProgramFile(file, path, process) };
  }
  const program = system === undefined ? undefined : PROGRAMS.get(system);
  return program === undefined ? { kind: "not-found" } : { kind: "program", program };
}

/**
 * Runs a command to its end; 127 when there is no such program, 126 when the file is none.
 * @param complain hears why it cannot be run; by default it is told on standard error
 */
export async function runCommand(
  process: Process,
  complain: (message: string) => void = (message) => process.stderr(`${message}\n`),
): Promise<number> {
  process.signal.throwIfAborted();
  const name = process.argv[0] ?? "";
  const resolved = resolveCommand(name, process);
  switch (resolved.kind) {
    case "not-found":
      complain(`${name}: ${name.includes("/") ? "No such file or directory" : "command not found"}`);
      return NOT_FOUND;
    case "not-executable":
      complain(`${name}: ${resolved.reason}`);
      return NOT_EXECUTABLE;
    case "program":
      try {
        return await resolved.program(process);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        complain(`${name}: ${error.message}`);
        return 1;
      }
  }
}

/** Runs a program file; one that replaces its process runs on under the same number. */
async function runProgramFile(file: ProgramFile, path: string, process: Process): Promise<number> {
  const { processes, files } = process.world;
  const id = processes.add(process.argv.join(" "));
  try {
    const end = await runKind(file, path, process, 2023);
    if (typeof end === "number") return end;
    processes.replace(id, end.argv.join(" "));
    const next = end.argv[0] ?? "";
    const installed = readProgramFile(files.read(next) ?? Buffer.alloc(0));
    if (installed === undefined) return NOT_EXECUTABLE;
    const last = await runKind(installed, next, { ...process, argv: end.argv }, end.generation);
    return typeof last === "number" ? last : NOT_EXECUTABLE;
  } finally {
    processes.remove(id);
  }
}

/** A process that became another program, of the generation of its bootstrap. */
interface Replaced {
  readonly argv: readonly string[];
  readonly generation: Generation;
}

async function runKind(
  file: ProgramFile,
  path: string,
  process: Process,
  generation: Generation,
): Promise<number | Replaced> {
  switch (file.kind) {
    case "bootstrap": {
      const end = await runBootstrap(file.generation, process);
      return end.kind === "exit" ? end.status : { argv: end.argv, generation: file.generation };
    }
    case "reflowlet":
      return runReflowlet({ generation, version: file.version }, process);
    case "true":
      return 0;
    case "helper":
      return untilAborted(process.signal);
    case "script":
      return runScript(path, optionsFirst(file.options) + file.text, process, runCommand);
    case "bad-interpreter":
      return NOT_FOUND;
  }
}

/** `bash [-e] -c TEXT`, or `bash [-e] FILE [ARG…]`. */
async function runShell(process: Process): Promise<number> {
  const words = process.argv.slice(1);
  let options = "";
  while (words[0]?.startsWith("-") === true && !words[0].includes("c")) options += ` ${words.shift() ?? ""}`;
  const name = process.argv[0] ?? "bash";
  const [first, ...rest] = words;
  if (first === undefined) return runScript(name, process.stdin, process, runCommand);
  if (first.startsWith("-")) {
    const [text, ...args] = rest;
    if (text === undefined) {
      process.stderr(`${name}: -c: option requires an argument\n`);
      return 2;
    }
    const letters = first.replace(/[-c]/g, "");
    const set = optionsFirst(options + (letters === "" ? "" : ` -${letters}`));
    return runScript(name, set + text, { ...process, argv: [name, ...args.slice(1)] }, runCommand);
  }
  const text = process.world.files.readText(first);
  if (text === undefined) {
    process.stderr(`${name}: ${first}: No such file or directory\n`);
    return NOT_FOUND;
  }
  return runScript(first, optionsFirst(options) + text, { ...process, argv: [first, ...rest] }, runCommand);
}

/** The options of the shell's own command line, on the script's first line so that line numbers stay. */
function optionsFirst(options: string): string {
  return options.trim() === "" ? "" : `set ${options.trim()}; `;
}

/** `env [NAME=VALUE…] COMMAND` */
async function runEnv(process: Process): Promise<number> {
  const words = process.argv.slice(1);
  const environment = new Map(process.environment);
  for (
    let [, name = "", value = ""] = assignment(words[0]);
    name !== "";
    [, name = "", value = ""] = assignment(words[0])
  ) {
    environment.set(name, value);
    words.shift();
  }
  return words.length === 0 ? 0 : runCommand({ ...process, argv: words, environment });
}

function assignment(word: string | undefined): readonly string[] {
  return /^(\w+)=([^]*)$/.exec(word ?? "") ?? [];
}
