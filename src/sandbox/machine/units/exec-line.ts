/** A command of a unit: `ExecStart=` and its like. */
export interface ExecLine {
  /** With `-` before it a failure counts as success. */
  readonly failureAllowed: boolean;
  readonly argv: readonly string[];
}

/**
 * Splits a command line as systemd does: quotes, backslashes, `%%`, the unit's name for `%n`, `$NAME` as words of its
 * own and `${NAME}` inside a word. Undefined when a quote is open or nothing is there.
 */
export function parseExecLine(
  text: string,
  unitName: string,
  environment: ReadonlyMap<string, string>,
): ExecLine | undefined {
  const prefix = /^[-@:+!|]*/.exec(text)?.[0] ?? "";
  const argv: string[] = [];
  for (const [index, { word, quoted }] of (splitWords(text.slice(prefix.length)) ?? []).entries()) {
    const filled = word.replace(/%(.)/gs, (whole, letter: string) => specifier(whole, letter, unitName));
    const variable = quoted ? undefined : /^\$(\w+)$/.exec(filled)?.[1];
    if (variable !== undefined && index > 0) {
      argv.push(...(environment.get(variable) ?? "").split(/\s+/).filter((part) => part !== ""));
      continue;
    }
    argv.push(
      filled.replace(/\$\$|\$\{(\w+)\}/g, (whole, name: string | undefined) =>
        name === undefined ? (whole === "$$" ? "$" : whole) : (environment.get(name) ?? ""),
      ),
    );
  }
  return argv.length === 0 ? undefined : { failureAllowed: prefix.includes("-"), argv };
}

function specifier(whole: string, letter: string, unitName: string): string {
  if (letter === "%") return "%";
  if (letter === "n") return unitName;
  if (letter === "N" || letter === "p") return unitName.replace(/\.[a-z]+$/, "");
  return whole;
}

function splitWords(text: string): readonly { readonly word: string; readonly quoted: boolean }[] | undefined {
  const words: { word: string; quoted: boolean }[] = [];
  const pattern = /\s*((?:"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'|\\[^]|[^\s"'\\])+)/gy;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const raw = match[1] ?? "";
    end = match.index + match[0].length;
    const word = raw.replace(/"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|\\([^])/g, (_whole, ...groups: unknown[]) => {
      const [double, single, escaped] = groups as (string | undefined)[];
      return unescape(double ?? single ?? `\\${escaped ?? ""}`);
    });
    words.push({ word, quoted: /^["']/.test(raw) });
  }
  return text.slice(end).trim() === "" ? words : undefined;
}

function unescape(text: string): string {
  const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", s: " " };
  return text.replace(/\\([^])/g, (_whole, char: string) => escapes[char] ?? char);
}
