import { UsageError } from "../../errors.js";
import { parseTimeout } from "../shared/timeout.js";

/** A command line: a program and its arguments. */
export type CommandLine = readonly [program: string, ...args: string[]];

/** What becomes of the alloc. */
export type Afterwards =
  /** It is printed; its lease runs out unless somebody keeps it alive. */
  | { readonly kind: "print" }
  /** Its lease is kept alive until the user ends that. */
  | { readonly kind: "hold"; readonly statusFile: string | undefined }
  /** A command runs with it, and it is freed at the end. */
  | {
      readonly kind: "run";
      readonly command: CommandLine;
      /** Time that the command has to end when it is asked to. */
      readonly graceMs: number;
      readonly statusFile: string | undefined;
    };

/** What commander gives for it. */
export interface RawAfterwards {
  readonly dryRun?: boolean;
  readonly hold?: boolean;
  readonly grace?: string;
  readonly statusFile?: string;
}

/** The words of a command line that are no flags: before `--`, and after it where it is there. */
export interface Words {
  readonly before: readonly string[];
  readonly after: readonly string[] | undefined;
}

/** As Docker's time between its two signals. */
const DEFAULT_GRACE_MS = 10_000;

/** @throws UsageError for what does not go together, and for a command without `--`. */
export function parseAfterwards(raw: RawAfterwards, { before, after }: Words): Afterwards {
  const { hold = false, dryRun = false, grace, statusFile } = raw;
  const [stray] = before;
  if (stray !== undefined) {
    throw new UsageError(`'${stray}' is not an option of allocate`, {
      hint: `To run it with the alloc, put -- before it: reflow-ec2 allocate -- ${stray}`,
    });
  }
  if (dryRun && hold) exclude("--dry-run", "--hold");
  if (dryRun && after !== undefined) exclude("--dry-run", "a command");
  if (hold && after !== undefined) exclude("--hold", "a command, whose alloc is held while it runs,");
  if (statusFile !== undefined && !hold && after === undefined) needs("--status-file", "--hold or a command after --");
  if (statusFile === "") throw new UsageError("--status-file is empty", { hint: "Give it the path of a file." });
  if (after === undefined) {
    if (grace !== undefined) needs("--grace", "a command after --");
    return hold ? { kind: "hold", statusFile } : { kind: "print" };
  }
  return { kind: "run", command: parseCommand(after), graceMs: parseGrace(grace), statusFile };
}

function parseCommand([program, ...args]: readonly string[]): CommandLine {
  const hint = "For example reflow-ec2 allocate --cpu 2 -- ./run.sh --fast.";
  if (program === undefined) throw new UsageError("there is no command after --", { hint });
  if (program === "") throw new UsageError("the command after -- is empty", { hint });
  return [program, ...args];
}

function parseGrace(text: string | undefined): number {
  if (text === undefined) return DEFAULT_GRACE_MS;
  return /^0+[a-z]*$/.test(text) ? 0 : parseTimeout(text, "--grace");
}

function exclude(one: string, other: string): never {
  throw new UsageError(`${one} and ${other} exclude each other`, { hint: "Leave one of them out." });
}

function needs(flag: string, what: string): never {
  throw new UsageError(`${flag} is for ${what}`, { hint: `Leave out ${flag}, or add ${what}.` });
}
