import { type Command, CommanderError } from "commander";
import { UsageError } from "../../errors.js";

/**
 * Adds a command under `parent` whose mistakes become UsageErrors that name it; `examples` end its help.
 * @param options `isDefault` for what `parent` does without a word of its own
 */
export function addSubcommand(
  parent: Command,
  signature: string,
  description: string,
  examples: readonly string[],
  options: { readonly isDefault?: boolean } = {},
): Command {
  const command = parent.command(signature, options).description(description);
  if (examples.length > 0) command.addHelpText("after", examplesText(examples));
  return throwUsageErrors(command);
}

/** Makes commander throw a UsageError where it would print and exit; help and version pass as its own errors. */
export function throwUsageErrors(command: Command): Command {
  return command.exitOverride((error) => {
    throw toUsageError(error, pathOf(command));
  });
}

/** The end of a help text. */
export function examplesText(examples: readonly string[]): string {
  return ["", "Examples:", ...examples.map((example) => `  $ ${example}`)].join("\n");
}

/** True when commander stopped because help or the version was asked for and has been written. */
export function isHelpOrVersion(error: unknown): boolean {
  return (
    error instanceof CommanderError &&
    ["commander.helpDisplayed", "commander.help", "commander.version"].includes(error.code)
  );
}

function toUsageError(error: CommanderError, path: string): Error {
  if (isHelpOrVersion(error)) return error;
  const [problem = "", suggestion] = error.message.replace(/^error: /, "").split("\n");
  const nearMatch = suggestion?.replace(/^\((.*)\)$/, "$1");
  const help = `'${path} --help' tells what it takes.`;
  return new UsageError(problem, { hint: nearMatch === undefined ? help : `${nearMatch} ${help}` });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
