const NAME_LENGTH = 15;

/** The running programs of a machine by their command lines, as `pgrep -f` sees them. */
export class ProcessTable {
  private readonly lines = new Map<number, string>();
  private nextId = 1_000;

  /** Puts a process into the table; gives its number. */
  add(commandLine: string): number {
    const id = this.nextId;
    this.nextId += 1;
    this.lines.set(id, commandLine);
    return id;
  }

  /** The process became another program. */
  replace(id: number, commandLine: string): void {
    this.lines.set(id, commandLine);
  }

  remove(id: number): void {
    this.lines.delete(id);
  }

  /** The numbers of all whose command line matches, or whose name, of which the kernel keeps 15 letters. */
  find(pattern: RegExp, of: "line" | "name"): readonly number[] {
    const text = (line: string): string =>
      of === "line" ? line : (line.split(" ", 1)[0] ?? "").replace(/^.*\//, "").slice(0, NAME_LENGTH);
    return [...this.lines].filter(([, line]) => pattern.test(text(line))).map(([id]) => id);
  }
}
