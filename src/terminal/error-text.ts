import { ConfigError, type ConfigProblem, InterruptedError, ReflowEc2Error, errorText } from "../errors.js";
import type { Colors } from "./colors.js";
import { printable } from "./printable.js";

/** Chains of causes that are longer, or that bite their own tail, are cut. */
const MAX_CAUSES = 10;

/**
 * What standard error says about a failure: one line for it, all mistakes of a configuration, a hint; with `-v` the
 * causes, with `-vv` the stack. Anything but our own errors is a bug, and the text tells how to report it.
 */
export function formatError(error: unknown, verbosity: number, colors: Colors): string {
  const lines = error instanceof InterruptedError ? [error.message] : describe(error, colors);
  if (verbosity >= 1) lines.push(...causeLines(error));
  if (verbosity >= 2 && error instanceof Error && error.stack !== undefined) {
    lines.push(...error.stack.split("\n").map(printable));
  }
  return lines.map((line) => `${line}\n`).join("");
}

/** One mistake in a configuration as editors understand it: `file:line: key: message`. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? problem.source : `${problem.source}:${problem.line}`;
  return printable([place, problem.key, problem.message].filter((part) => part !== "").join(": "));
}

function describe(error: unknown, colors: Colors): string[] {
  const label = colors.bad("error:");
  if (!(error instanceof ReflowEc2Error)) {
    return [
      `${label} this should not have happened: ${printable(errorText(error))}`,
      `${colors.strong("hint:")} It is a bug of reflow-ec2. Report it with the command, the output of 'reflow-ec2 --version', and what the command prints with -vv.`,
    ];
  }
  const lines = [`${label} ${printable(error.message)}`];
  if (error instanceof ConfigError) lines.push(...error.problems.map((problem) => `  ${formatProblem(problem)}`));
  if (error.hint !== undefined) lines.push(`${colors.strong("hint:")} ${printable(error.hint)}`);
  return lines;
}

function causeLines(error: unknown): string[] {
  const lines: string[] = [];
  let cause = causeOf(error);
  while (cause !== undefined && lines.length < MAX_CAUSES) {
    lines.push(`caused by: ${printable(errorText(cause))}`);
    cause = causeOf(cause);
  }
  return lines;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
