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

  /** The numbers of all whose command line matches. */
  find(pattern: RegExp): readonly number[] {
    return [...this.lines].filter(([, line]) => pattern.test(line)).map(([id]) => id);
  }
}
