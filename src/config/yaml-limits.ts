import { Lexer } from "yaml";
import { MAX_CONFIG_BYTES } from "./read-config.js";
import type { YamlProblem } from "./yaml-problem.js";

/** Reflow's files are four levels deep; a deeper one was made to hurt. */
export const MAX_DEPTH = 50;

/** Reflow's largest file has some three thousand. A parse takes seconds where a text was made of nothing else. */
const MAX_TOKENS = 50_000;

// YAML allows no others; Go's reader refuses them.
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

/** Why a text must not even be parsed: too large, no text, or made to keep a parser busy; undefined for all others. */
export function yamlLimitProblem(text: string): YamlProblem | undefined {
  if (text.length > MAX_CONFIG_BYTES) {
    return problem(1, `expected at most ${MAX_CONFIG_BYTES} characters, found ${text.length}`);
  }
  const control = CONTROL_CHARACTER.exec(text);
  if (control !== null) {
    const code = control[0].charCodeAt(0).toString(16).padStart(4, "0").toUpperCase();
    return problem(text.slice(0, control.index).split("\n").length, `expected text, found the character U+${code}`);
  }
  return tokenProblem(text);
}

function tokenProblem(text: string): YamlProblem | undefined {
  let line = 1;
  let count = 0;
  let depth = 0;
  for (const token of new Lexer().lex(text)) {
    count += 1;
    if (count > MAX_TOKENS) return problem(line, `expected at most ${MAX_TOKENS} words and signs, found more`);
    if (token === "[" || token === "{") depth += 1;
    if (token === "]" || token === "}") depth -= 1;
    if (depth > MAX_DEPTH) return problem(line, `expected at most ${MAX_DEPTH} levels, found more`);
    line += token.split("\n").length - 1;
  }
  return undefined;
}

function problem(line: number, message: string): YamlProblem {
  return { line, path: [], message };
}
