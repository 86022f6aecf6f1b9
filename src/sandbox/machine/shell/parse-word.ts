import { ShellSyntaxError, type Script, type Word, type WordPart } from "./script.js";
import { TextCursor } from "./text-cursor.js";

/** Reads the script inside `$(…)` up to the closing parenthesis, which is left. */
export type ReadScript = (cursor: TextCursor) => Script;

const WORD_END = /[\s;&|<>()]/;
const NAME = /[A-Za-z_]\w*/y;

/**
 * Reads one word where the cursor stands: quotes, variables, commands and arithmetic in it.
 * @throws ShellSyntaxError
 */
export function parseWord(cursor: TextCursor, readScript: ReadScript): Word {
  const parts: WordPart[] = [];
  while (!cursor.atEnd && !WORD_END.test(cursor.peek())) {
    if (cursor.take("'")) parts.push(singleQuoted(cursor));
    else if (cursor.take('"')) parts.push(...doubleQuoted(cursor, readScript));
    else if (cursor.peek() === "$" || cursor.peek() === "`") parts.push(expansion(cursor, false, readScript));
    else if (cursor.take("\\\n")) continue;
    else if (cursor.take("\\")) {
      parts.push({ kind: "literal", text: cursor.peek(), quoted: true });
      cursor.at += 1;
    } else {
      parts.push({ kind: "literal", text: cursor.peek(), quoted: false });
      cursor.at += 1;
    }
  }
  return joinLiterals(parts);
}

function singleQuoted(cursor: TextCursor): WordPart {
  const text = cursor.takeMatch(/[^']*/y) ?? "";
  if (!cursor.take("'")) throw new ShellSyntaxError(cursor.line, "unexpected EOF while looking for matching `''");
  return { kind: "literal", text, quoted: true };
}

function doubleQuoted(cursor: TextCursor, readScript: ReadScript): readonly WordPart[] {
  // An empty literal keeps the word even when nothing is in the quotes.
  const parts: WordPart[] = [{ kind: "literal", text: "", quoted: true }];
  while (!cursor.take('"')) {
    if (cursor.atEnd) throw new ShellSyntaxError(cursor.line, "unexpected EOF while looking for matching `\"'");
    if (cursor.peek() === "$" || cursor.peek() === "`") {
      parts.push(expansion(cursor, true, readScript));
      continue;
    }
    if (cursor.take("\\\n")) continue;
    if (/^\\[$`"\\]/.test(cursor.text.slice(cursor.at, cursor.at + 2))) cursor.at += 1;
    parts.push({ kind: "literal", text: cursor.peek(), quoted: true });
    cursor.at += 1;
  }
  return parts;
}

function expansion(cursor: TextCursor, quoted: boolean, readScript: ReadScript): WordPart {
  if (cursor.take("`")) return backquoted(cursor, quoted, readScript);
  cursor.at += 1;
  if (cursor.take("((")) {
    const expression = cursor.takeMatch(/(?:[^()]|\([^()]*\))*/y) ?? "";
    if (!cursor.take("))")) throw new ShellSyntaxError(cursor.line, "arithmetic expression without end");
    return { kind: "arithmetic", expression, quoted };
  }
  if (cursor.take("(")) {
    const script = readScript(cursor);
    if (!cursor.take(")")) throw new ShellSyntaxError(cursor.line, "unexpected EOF while looking for matching `)'");
    return { kind: "command", script, quoted };
  }
  if (cursor.take("{")) return braced(cursor, quoted, readScript);
  const name = cursor.takeMatch(NAME) ?? cursor.takeMatch(/[0-9?#@*$!-]/y);
  return name === undefined
    ? { kind: "literal", text: "$", quoted }
    : { kind: "variable", name, fallback: undefined, quoted };
}

function backquoted(cursor: TextCursor, quoted: boolean, readScript: ReadScript): WordPart {
  const line = cursor.line;
  const text = cursor.takeMatch(/(?:[^`\\]|\\[^])*/y) ?? "";
  if (!cursor.take("`")) throw new ShellSyntaxError(line, "unexpected EOF while looking for matching ``'");
  const inner = new TextCursor(text.replace(/\\([`\\$])/g, "$1"), line);
  inner.depth = cursor.depth;
  const script = readScript(inner);
  return { kind: "command", script, quoted };
}

function braced(cursor: TextCursor, quoted: boolean, readScript: ReadScript): WordPart {
  const line = cursor.line;
  const name = cursor.takeMatch(NAME) ?? cursor.takeMatch(/[0-9?#@*]/y);
  if (name === undefined) throw new ShellSyntaxError(line, "${: bad substitution");
  if (cursor.take("}")) return { kind: "variable", name, fallback: undefined, quoted };
  if (!cursor.take(":-")) throw new ShellSyntaxError(line, `\${${name}…}: bad substitution`);
  const text = cursor.takeMatch(/[^}]*/y) ?? "";
  if (!cursor.take("}")) throw new ShellSyntaxError(line, "unexpected EOF while looking for matching `}'");
  const fallback = [...doubleQuoted(new TextCursor(`${text}"`, line), readScript)].map((part) => ({ ...part, quoted }));
  return { kind: "variable", name, fallback, quoted };
}

function joinLiterals(parts: readonly WordPart[]): Word {
  const joined: WordPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (part.kind === "literal" && last?.kind === "literal" && last.quoted === part.quoted) {
      joined[joined.length - 1] = { ...last, text: last.text + part.text };
    } else {
      joined.push(part);
    }
  }
  return joined;
}
