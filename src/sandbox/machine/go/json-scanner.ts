/**
 * JSON as Go's decoder reads it: the first value of a body, numbers kept as their text, and faults in Go's own words,
 * which Reflow's servers pass on to their callers.
 */

/** A JSON value. Numbers stay text, since Go decides by the target's type how to read them. */
export type JsonValue =
  | { readonly kind: "null" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly items: readonly JsonValue[] }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, JsonValue])[] };

/** The text is not JSON; the message is Go's. */
export class JsonSyntaxError extends Error {}

/** Go stops at 10,000 levels; a recursive reader in JavaScript must stop earlier, with the same words. */
const MAX_DEPTH = 1_000;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * The first JSON value in `text`; what follows it is not looked at, as with Go's stream decoder.
 * @throws JsonSyntaxError `EOF` when there is nothing, `unexpected EOF` when it ends half way, else Go's words.
 */
export function scanJson(text: string): JsonValue {
  const scanner = new Scanner(text);
  scanner.skipSpace();
  if (scanner.atEnd) throw new JsonSyntaxError("EOF");
  return scanner.value(1);
}

class Scanner {
  private at = 0;

  constructor(private readonly text: string) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  skipSpace(): void {
    while (/[ \t\r\n]/.test(this.text.charAt(this.at))) this.at += 1;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError("exceeded max depth");
    this.skipSpace();
    const first = this.peek();
    switch (first) {
      case "{":
        return this.object(depth);
      case "[":
        return this.array(depth);
      case '"':
        return { kind: "string", value: this.string() };
      case "t":
        return this.literal("true", { kind: "bool", value: true });
      case "f":
        return this.literal("false", { kind: "bool", value: false });
      case "n":
        return this.literal("null", { kind: "null" });
      default:
        if (first === "-" || isDigit(first)) return this.number();
        throw this.invalid("looking for beginning of value");
    }
  }

  private object(depth: number): JsonValue {
    const members: [string, JsonValue][] = [];
    this.at += 1;
    this.skipSpace();
    if (this.peek() === "}") {
      this.at += 1;
      return { kind: "object", members };
    }
    for (;;) {
      this.skipSpace();
      if (this.peek() !== '"') throw this.invalid("looking for beginning of object key string");
      const key = this.string();
      this.skipSpace();
      if (this.peek() !== ":") throw this.invalid("after object key");
      this.at += 1;
      members.push([key, this.value(depth + 1)]);
      this.skipSpace();
      const next = this.peek();
      if (next !== "," && next !== "}") throw this.invalid("after object key:value pair");
      this.at += 1;
      if (next === "}") return { kind: "object", members };
    }
  }

  private array(depth: number): JsonValue {
    const items: JsonValue[] = [];
    this.at += 1;
    this.skipSpace();
    if (this.peek() === "]") {
      this.at += 1;
      return { kind: "array", items };
    }
    for (;;) {
      items.push(this.value(depth + 1));
      this.skipSpace();
      const next = this.peek();
      if (next !== "," && next !== "]") throw this.invalid("after array element");
      this.at += 1;
      if (next === "]") return { kind: "array", items };
    }
  }

  private string(): string {
    let value = "";
    this.at += 1;
    for (;;) {
      const char = this.peek();
      if (char === '"') {
        this.at += 1;
        return value;
      }
      if (char < " ") throw this.invalid("in string literal");
      this.at += 1;
      value += char === "\\" ? this.escape() : char;
    }
  }

  private escape(): string {
    const char = this.peek();
    if (char !== "u") {
      const plain = ESCAPES[char];
      if (plain === undefined) throw this.invalid("in string escape code");
      this.at += 1;
      return plain;
    }
    this.at += 1;
    const start = this.at;
    while (this.at < start + 4) {
      if (!/[0-9a-fA-F]/.test(this.peek())) throw this.invalid("in \\u hexadecimal character escape");
      this.at += 1;
    }
    return String.fromCharCode(parseInt(this.text.slice(start, this.at), 16));
  }

  private literal(word: string, value: JsonValue): JsonValue {
    for (const expected of word) {
      if (this.peek() !== expected) throw this.invalid(`in literal ${word} (expecting ${quoteChar(expected)})`);
      this.at += 1;
    }
    return value;
  }

  private number(): JsonValue {
    const start = this.at;
    if (this.peek() === "-") {
      this.at += 1;
      if (!isDigit(this.peek())) throw this.invalid("in numeric literal");
    }
    if (this.peek() === "0") this.at += 1;
    else this.digits();
    if (this.text.charAt(this.at) === ".") {
      this.at += 1;
      if (!isDigit(this.peek())) throw this.invalid("after decimal point in numeric literal");
      this.digits();
    }
    if (/[eE]/.test(this.text.charAt(this.at))) {
      this.at += 1;
      if (/[+-]/.test(this.peek())) this.at += 1;
      if (!isDigit(this.peek())) throw this.invalid("in exponent of numeric literal");
      this.digits();
    }
    return { kind: "number", text: this.text.slice(start, this.at) };
  }

  private digits(): void {
    while (isDigit(this.text.charAt(this.at))) this.at += 1;
  }

  /** The next character. At the end of the text the value is cut short. */
  private peek(): string {
    if (this.atEnd) throw new JsonSyntaxError("unexpected EOF");
    return this.text.charAt(this.at);
  }

  private invalid(context: string): JsonSyntaxError {
    return new JsonSyntaxError(`invalid character ${quoteChar(this.peek())} ${context}`);
  }
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9" && char.length === 1;
}

/** A character in quotes, as Go's JSON package shows it. */
function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  return `'${JSON.stringify(char).slice(1, -1)}'`;
}
