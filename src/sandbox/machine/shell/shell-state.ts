/** The shell is to end with a status. */
export class ExitSignal extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

/** The innermost loops are to be left, or their next round begun. */
export class LoopSignal extends Error {
  constructor(
    readonly kind: "break" | "continue",
    readonly levels: number,
  ) {
    super(kind);
  }
}

/** What a running shell remembers. */
export class ShellState {
  /** Status of the last command. */
  status = 0;
  /** `set -e`: a failing command ends the shell. */
  stopOnError = false;
  /** `set -u`: a variable that is not set ends the shell. */
  stopOnUnset = false;
  /** `set -o pipefail`: a pipeline fails with any of its commands. */
  pipeFail = false;
  private readonly variables: Map<string, string>;
  private readonly exported: Set<string>;

  constructor(
    /** The script's name and its arguments. */
    readonly args: readonly string[],
    environment: ReadonlyMap<string, string>,
  ) {
    this.variables = new Map(environment);
    this.exported = new Set(environment.keys());
  }

  /** A copy, as a subshell gets it: what it changes stays with it. */
  fork(): ShellState {
    const copy = new ShellState(this.args, this.variables);
    copy.exported.clear();
    for (const name of this.exported) copy.exported.add(name);
    Object.assign(copy, {
      status: this.status,
      stopOnError: this.stopOnError,
      stopOnUnset: this.stopOnUnset,
      pipeFail: this.pipeFail,
    });
    return copy;
  }

  set(name: string, value: string): void {
    this.variables.set(name, value);
  }

  unset(name: string): void {
    this.variables.delete(name);
    this.exported.delete(name);
  }

  export(name: string): void {
    this.exported.add(name);
  }

  /** A variable, or one of the special parameters. */
  get(name: string): string | undefined {
    const words = this.args.slice(1);
    if (/^\d$/.test(name)) return this.args[Number(name)];
    if (name === "?") return String(this.status);
    if (name === "#") return String(words.length);
    if (name === "@" || name === "*") return words.join(" ");
    if (name === "$" || name === "!") return "1";
    if (name === "-") return this.stopOnError ? "e" : "";
    return this.variables.get(name);
  }

  /** What a command sees, with variables that are set for it alone. */
  environment(extra: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const seen = [...this.variables].filter(([name]) => this.exported.has(name));
    return new Map([...seen, ...extra]);
  }
}
