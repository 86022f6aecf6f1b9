/** A place in a script's text. */
export class TextCursor {
  at = 0;
  /** How many lists of commands are open around the place. */
  depth = 0;
  private countedAt = 0;
  private countedLine = 0;

  constructor(
    readonly text: string,
    private readonly firstLine = 1,
  ) {}

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** 1-based line of the place. */
  get line(): number {
    const passed = this.text.slice(this.countedAt, this.at).match(/\n/g)?.length ?? 0;
    this.countedLine += passed;
    this.countedAt = this.at;
    return this.firstLine + this.countedLine;
  }

  /** The character there; empty at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  startsWith(prefix: string): boolean {
    return this.text.startsWith(prefix, this.at);
  }

  /** Moves past `prefix` if it is there. */
  take(prefix: string): boolean {
    if (!this.startsWith(prefix)) return false;
    this.at += prefix.length;
    return true;
  }

  /** Moves past what `pattern` (with the sticky flag) matches there; undefined when it does not match. */
  takeMatch(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text)?.[0];
    if (match !== undefined) this.at += match.length;
    return match;
  }

  /** Blanks, joined lines and a comment. */
  skipBlanks(): void {
    this.takeMatch(/(?:[ \t]|\\\n)*(?:#[^\n]*)?/y);
  }
}
