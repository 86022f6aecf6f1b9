import type { Ended } from "./cli.js";

/** A failed command as its user sees it. */
export interface Failure {
  readonly code: number | null;
  readonly stdout: string;
  /** What follows `error:`, the lines below it included. */
  readonly error: string;
  /** What follows `hint:`. */
  readonly hint: string;
  /** What no user should ever meet, such as a stack trace. */
  readonly slips: readonly string[];
}

/** Stack frames, and what JavaScript makes of values that a message should not hold. */
const SLIPS: readonly RegExp[] = [
  /^\s+at .*$/m,
  /\bundefined\b/,
  /\[object \w+\]/,
  /\bNaN\b/,
  /this should not have happened/,
  /\(node:\d+\)/,
];

/**
 * Reads what a command wrote when it failed. Notices before the error, such as the sandbox's, are left out.
 * @param typed what the user typed: repeating it is no slip
 */
export function failureOf({ code, stdout, stderr }: Ended, typed: readonly string[] = []): Failure {
  const [, error = "", hint = ""] = /^error: ([^]*?)\n(?:hint: ([^]*))?$/m.exec(stderr) ?? [];
  return { code, stdout, error, hint: hint.trimEnd(), slips: slipsIn(stdout + stderr, typed) };
}

/** The slips in a text, what the user typed left out. */
export function slipsIn(text: string, typed: readonly string[] = []): readonly string[] {
  const own = typed.reduce((rest, value) => (value === "" ? rest : rest.replaceAll(value, "…")), text);
  return SLIPS.flatMap((slip) => slip.exec(own)?.[0] ?? []);
}
