/** `value` as one word of a shell command, whatever is in it. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** An executable bash script that ends at the first command that fails. `comment` says what it is for. */
export function bashScript(comment: string, lines: readonly string[]): string {
  return ["#!/bin/bash", `# ${comment}`, "set -e", ...lines, ""].join("\n");
}
