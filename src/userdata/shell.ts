/** `value` as one word of a shell command, whatever is in it. */
export function quoteShell(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/**
 * An executable bash script that ends at the first command that fails. `comment` says what it is for.
 *
 * The sandbox's machines interpret these scripts, so they keep to one statement a line and to: comments; assignments,
 * `export`; `$NAME`, `$(command)`, `$((A + 1))`; both kinds of quotes; `&&`, `||`, `!`; `if` without `else`; `for` over
 * words, a pattern with `?` or `$(seq ...)`, with `break`; `[ ... ]` with -b, -x, -n, -z, -ge, -lt; `exit`, `exec`;
 * `>&2` and `>>` after `echo`. No pipes, functions, arrays, here-documents or background jobs.
 */
export function bashScript(comment: string, lines: readonly string[]): string {
  return ["#!/bin/bash", `# ${comment}`, "set -e", ...lines, ""].join("\n");
}
