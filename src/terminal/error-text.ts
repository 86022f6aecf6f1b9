import { ConfigError, type ConfigProblem, InterruptedError, ReflowEc2Error, errorText } from "../errors.js";
import type { Colors } from "./colors.js";
import { visible } from "./visible.js";

/** Chains of causes that are longer, or that bite their own tail, are cut. */
const MAX_CAUSES = 10;

/**
 * What standard error says about a failure: the failure, all mistakes of a configuration, a hint; with `-v` the causes,
 * with `-vv` the stack. Anything but our own errors is a bug, and the text tells how to report it.
 */
export function formatError(error: unknown, verbosity: number, colors: Colors): string {
  const lines = describe(error, colors);
  if (verbosity >= 1) lines.push(...causeLines(error));
  if (verbosity >= 2 && error instanceof Error) lines.push(...visibleLines(error.stack ?? ""));
  return lines.map((line) => `${line}\n`).join("");
}

/** One mistake in a configuration as editors understand it: `file:line: key: message`. */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.line === undefined ? problem.source : `${problem.source}:${problem.line}`;
  return visible([place, problem.key, problem.message].filter((part) => part !== "").join(": "));
}

function describe(error: unknown, colors: Colors): string[] {
  // Who pressed Ctrl-C knows what happened.
  if (error instanceof InterruptedError) return [error.message];
  const ours = error instanceof ReflowEc2Error;
  const message = ours ? error.message : `this should not have happened: ${errorText(error)}`;
  const hint = ours ? error.hint : REPORT;
  return [
    ...labelled(colors.bad("error:"), message),
    ...(error instanceof ConfigError ? problemLines(error) : []),
    ...(hint === undefined ? [] : labelled(colors.strong("hint:"), hint)),
  ];
}

/** The mistakes, without one that the error's own message has said. */
function problemLines({ message, problems }: ConfigError): string[] {
  return problems
    .filter((problem) => !message.includes(problem.message))
    .map((problem) => `  ${formatProblem(problem)}`);
}

const REPORT =
  "It is a bug of reflow-ec2. Report it with the command, the output of 'reflow-ec2 --version', " +
  "and what the command prints with -vv.";

/** A label and a text; further lines of the text, such as the end of a console, are indented. */
function labelled(label: string, text: string): string[] {
  return visibleLines(text).map((line, index) => (index === 0 ? `${label} ${line}` : `  ${line}`));
}

function causeLines(error: unknown): string[] {
  const lines: string[] = [];
  let cause = causeOf(error);
  while (cause !== undefined && lines.length < MAX_CAUSES) {
    lines.push(`caused by: ${visible(errorText(cause))}`);
    cause = causeOf(cause);
  }
  return lines;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function visibleLines(text: string): string[] {
  return text.trimEnd().split(/\r?\n/).map(visible);
}
