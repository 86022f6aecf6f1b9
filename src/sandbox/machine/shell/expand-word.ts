import { evaluateArithmetic } from "./arithmetic.js";
import { patternToRegExp } from "./pattern.js";
import type { Script, Word, WordPart } from "./script.js";

/** What words are expanded with. */
export interface Expansion {
  /** The value of a variable or special parameter; undefined when it is not set. */
  variable(name: string): string | undefined;
  /** The output of a command substitution. */
  run(script: Script): Promise<string>;
  /** The paths that a pattern matches, sorted. */
  glob(pattern: string): readonly string[];
}

/** A stretch of text of one kind. */
interface Stretch {
  readonly text: string;
  readonly quoted: boolean;
}

/** A word that came out of an expansion, in stretches. */
type Field = Stretch[];

/** A word as one text: nothing is split or matched, as in assignments and redirections. */
export async function expandToText(word: Word, expansion: Expansion): Promise<string> {
  let text = "";
  for (const part of word) text += await expandPart(part, expansion);
  return text;
}

/** Words as the arguments of a command: unquoted results are split at blanks, patterns become the paths they match. */
export async function expandToFields(words: readonly Word[], expansion: Expansion): Promise<readonly string[]> {
  const fields: string[] = [];
  for (const word of words) {
    for (const field of await splitWord(word, expansion)) fields.push(...expandPattern(field, expansion));
  }
  return fields;
}

async function splitWord(word: Word, expansion: Expansion): Promise<readonly Field[]> {
  const fields: Field[] = [];
  let open: Field | undefined;
  for (const part of word) {
    const text = await expandPart(part, expansion);
    if (part.quoted || part.kind === "literal") {
      open = [...(open ?? []), { text, quoted: part.quoted }];
      continue;
    }
    const pieces = text.split(/[ \t\n]+/);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && open !== undefined) {
        fields.push(open);
        open = undefined;
      }
      if (piece !== "") open = [...(open ?? []), { text: piece, quoted: false }];
    }
  }
  return open === undefined ? fields : [...fields, open];
}

async function expandPart(part: WordPart, expansion: Expansion): Promise<string> {
  switch (part.kind) {
    case "literal":
      return part.text;
    case "variable": {
      const value = expansion.variable(part.name);
      if (part.fallback !== undefined && (value ?? "") === "") return expandToText(part.fallback, expansion);
      return value ?? "";
    }
    case "command":
      return (await expansion.run(part.script)).replace(/\n+$/, "");
    case "arithmetic":
      return String(evaluateArithmetic(part.expression, (name) => expansion.variable(name) ?? ""));
  }
}

/** The paths that a field matches; the field itself when it is no pattern, or matches nothing. */
function expandPattern(field: Field, expansion: Expansion): readonly string[] {
  const text = field.map((stretch) => stretch.text).join("");
  if (!field.some((stretch) => !stretch.quoted && /[*?[]/.test(stretch.text))) return [text];
  const pattern = field.map((s) => (s.quoted ? s.text.replace(/[*?[\]\\]/g, "\\$&") : s.text)).join("");
  const paths = expansion.glob(pattern);
  return paths.length === 0 ? [text] : paths;
}

/** All paths that match a pattern, directory by directory; `list` gives the names in a directory. */
export function globPaths(pattern: string, list: (directory: string) => readonly string[]): readonly string[] {
  const absolute = pattern.startsWith("/");
  const elements = pattern.split("/").filter((element) => element !== "");
  let found = [absolute ? "/" : ""];
  for (const element of elements) {
    const matches = patternToRegExp(element);
    found = found.flatMap((directory) =>
      list(directory === "" ? "/" : directory)
        .filter((name) => matches.test(name) && (element.startsWith(".") || !name.startsWith(".")))
        .map((name) => (directory === "/" || directory === "" ? `${directory}${name}` : `${directory}/${name}`)),
    );
  }
  return [...found].sort();
}
