import { remember } from "../../../lib/remember.js";
import { parseWord } from "./parse-word.js";
import {
  ShellSyntaxError,
  type AndOr,
  type Branch,
  type Command,
  type Pipeline,
  type Redirect,
  type Script,
  type Word,
} from "./script.js";
import { TextCursor } from "./text-cursor.js";

/** Words that mean something at the start of a command. */
const RESERVED = new Set(["if", "then", "elif", "else", "fi", "for", "do", "done", "while", "until", "{", "}", "!"]);

/** Parts of the language that the sandbox's shell does not have. */
const UNSUPPORTED = new Set(["case", "esac", "function", "select", "[[", "time"]);

/** No script is nested like that; the reader is recursive. */
const MAX_DEPTH = 100;

/**
 * Reads a script.
 * @throws ShellSyntaxError that names the line; also for what the real shell knows and this one does not.
 */
export const parseScript = remember(64, (text: string): Script => {
  const cursor = new TextCursor(text);
  const script = parseList(cursor, []);
  if (!cursor.atEnd) throw unexpected(cursor);
  return script;
});

/** Commands up to one of the words in `ends`, a closing parenthesis or the end of the text; the end is left. */
function parseList(cursor: TextCursor, ends: readonly string[]): Script {
  const script: AndOr[] = [];
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw new ShellSyntaxError(cursor.line, "commands are nested too deeply");
  for (;;) {
    skipSeparators(cursor);
    if (cursor.atEnd || cursor.peek() === ")" || ends.includes(peekWord(cursor))) break;
    script.push(parseAndOr(cursor));
    cursor.skipBlanks();
    if (cursor.startsWith("&") || cursor.startsWith("(")) throw unexpected(cursor);
  }
  cursor.depth -= 1;
  return script;
}

function parseAndOr(cursor: TextCursor): AndOr {
  const first = parsePipeline(cursor);
  const rest: { operator: "&&" | "||"; pipeline: Pipeline }[] = [];
  for (;;) {
    cursor.skipBlanks();
    const operator = cursor.take("&&") ? "&&" : cursor.take("||") ? "||" : undefined;
    if (operator === undefined) return { first, rest };
    skipNewlines(cursor);
    rest.push({ operator, pipeline: parsePipeline(cursor) });
  }
}

function parsePipeline(cursor: TextCursor): Pipeline {
  cursor.skipBlanks();
  const negated = takeWord(cursor, "!");
  const commands = [parseCommand(cursor)];
  for (;;) {
    cursor.skipBlanks();
    if (cursor.startsWith("||") || !cursor.take("|")) return { negated, commands };
    skipNewlines(cursor);
    commands.push(parseCommand(cursor));
  }
}

function parseCommand(cursor: TextCursor): Command {
  cursor.skipBlanks();
  const line = cursor.line;
  const word = peekWord(cursor);
  if (UNSUPPORTED.has(word)) throw new ShellSyntaxError(line, `${word}: not known to the sandbox's shell`);
  if (takeWord(cursor, "if")) return withRedirects(cursor, parseIf(cursor, line));
  if (takeWord(cursor, "for")) return withRedirects(cursor, parseFor(cursor, line));
  if (takeWord(cursor, "while")) return withRedirects(cursor, parseWhile(cursor, line, false));
  if (takeWord(cursor, "until")) return withRedirects(cursor, parseWhile(cursor, line, true));
  if (takeWord(cursor, "{")) {
    const body = parseList(cursor, ["}"]);
    expectWord(cursor, "}");
    return withRedirects(cursor, { kind: "group", body, line, redirects: [] });
  }
  if (RESERVED.has(word)) throw unexpected(cursor);
  return parseSimple(cursor, line);
}

function parseIf(cursor: TextCursor, line: number): Command {
  const branches: Branch[] = [];
  let otherwise: Script | undefined;
  do {
    const condition = parseList(cursor, ["then"]);
    expectWord(cursor, "then");
    branches.push({ condition, body: parseList(cursor, ["elif", "else", "fi"]) });
  } while (takeWord(cursor, "elif"));
  if (takeWord(cursor, "else")) otherwise = parseList(cursor, ["fi"]);
  expectWord(cursor, "fi");
  return { kind: "if", branches, otherwise, line, redirects: [] };
}

function parseFor(cursor: TextCursor, line: number): Command {
  cursor.skipBlanks();
  const name = cursor.takeMatch(/[A-Za-z_]\w*/y);
  if (name === undefined) throw unexpected(cursor);
  cursor.skipBlanks();
  expectWord(cursor, "in");
  const words: Word[] = [];
  for (cursor.skipBlanks(); !cursor.atEnd && !/[;\n]/.test(cursor.peek()); cursor.skipBlanks()) {
    const word = readWord(cursor);
    if (word.length === 0) throw unexpected(cursor);
    words.push(word);
  }
  skipSeparators(cursor);
  return { kind: "for", name, words, body: parseDo(cursor), line, redirects: [] };
}

function parseWhile(cursor: TextCursor, line: number, until: boolean): Command {
  const condition = parseList(cursor, ["do"]);
  return { kind: "while", until, condition, body: parseDo(cursor), line, redirects: [] };
}

function parseDo(cursor: TextCursor): Script {
  expectWord(cursor, "do");
  const body = parseList(cursor, ["done"]);
  expectWord(cursor, "done");
  return body;
}

function parseSimple(cursor: TextCursor, line: number): Command {
  const assignments: { name: string; value: Word }[] = [];
  const words: Word[] = [];
  const redirects: Redirect[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirect = parseRedirect(cursor);
    if (redirect !== undefined) {
      redirects.push(redirect);
      continue;
    }
    if (cursor.atEnd || /[\s;&|()]/.test(cursor.peek())) break;
    const assignment = words.length === 0 ? cursor.takeMatch(/[A-Za-z_]\w*=/y) : undefined;
    if (assignment !== undefined) assignments.push({ name: assignment.slice(0, -1), value: readWord(cursor) });
    else words.push(readWord(cursor));
  }
  if (assignments.length + words.length + redirects.length === 0) throw unexpected(cursor);
  return { kind: "simple", assignments, words, redirects, line };
}

function withRedirects(cursor: TextCursor, command: Command): Command {
  const redirects: Redirect[] = [];
  for (;;) {
    cursor.skipBlanks();
    const redirect = parseRedirect(cursor);
    if (redirect === undefined) return { ...command, redirects };
    redirects.push(redirect);
  }
}

function parseRedirect(cursor: TextCursor): Redirect | undefined {
  const start = cursor.takeMatch(/[012]?(?:>>|>&|<&|<<|>|<)/y);
  if (start === undefined) return undefined;
  const operator = start.replace(/^[012]/, "");
  if (operator === "<<" || operator === "<&") {
    throw new ShellSyntaxError(cursor.line, `${operator}: not known to the sandbox's shell`);
  }
  const given = /^[012]/.exec(start)?.[0];
  const descriptor = given === "2" ? 2 : given === "1" ? 1 : given === "0" || operator === "<" ? 0 : 1;
  const kind = operator === ">>" ? "append" : operator === ">" ? "write" : operator === ">&" ? "duplicate" : "read";
  cursor.skipBlanks();
  const target = readWord(cursor);
  if (target.length === 0) throw unexpected(cursor);
  return { descriptor, kind, target };
}

function readWord(cursor: TextCursor): Word {
  return parseWord(cursor, (inner) => {
    const script = parseList(inner, []);
    skipSeparators(inner);
    return script;
  });
}

function skipSeparators(cursor: TextCursor): void {
  do cursor.skipBlanks();
  while (cursor.take("\n") || (cursor.startsWith(";") && !cursor.startsWith(";;") && cursor.take(";")));
}

function skipNewlines(cursor: TextCursor): void {
  do cursor.skipBlanks();
  while (cursor.take("\n"));
}

/** The plain word at the cursor. */
function peekWord(cursor: TextCursor): string {
  return /^[^\s;&|<>()]*/.exec(cursor.text.slice(cursor.at, cursor.at + 100))?.[0] ?? "";
}

function takeWord(cursor: TextCursor, word: string): boolean {
  return peekWord(cursor) === word && cursor.take(word);
}

function expectWord(cursor: TextCursor, word: string): void {
  if (!takeWord(cursor, word)) throw unexpected(cursor);
}

function unexpected(cursor: TextCursor): ShellSyntaxError {
  if (cursor.atEnd) return new ShellSyntaxError(cursor.line, "syntax error: unexpected end of file");
  const token = cursor.peek() === "\n" ? "newline" : peekWord(cursor) || cursor.peek();
  return new ShellSyntaxError(cursor.line, `syntax error near unexpected token \`${token}'`);
}
