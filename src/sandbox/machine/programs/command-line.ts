/** The options and operands of a command, by the conventions of getopt. */
export interface CommandLine {
  /** Values by option name without dashes; an option without a value holds an empty text. Later ones win. */
  readonly options: ReadonlyMap<string, string>;
  /** Every value of an option that was given more than once. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  readonly operands: readonly string[];
  /** What is wrong with it, e.g. an option that the command does not have. */
  readonly error: string | undefined;
}

/** Which options a command has: names without dashes, and whether a value follows. */
export type OptionTable = Readonly<Record<string, "value" | "flag">>;

/** Reads a command's arguments: `-a`, `-ab`, `-a value`, `-avalue`, `--name value`, `--name=value`, `--`. */
export function parseCommandLine(args: readonly string[], table: OptionTable): CommandLine {
  const options = new Map<string, string>();
  const all = new Map<string, string[]>();
  const operands: string[] = [];
  let error: string | undefined;
  let at = 0;
  const note = (name: string, value: string): void => {
    options.set(name, value);
    all.set(name, [...(all.get(name) ?? []), value]);
  };
  const next = (shown: string): string => {
    at += 1;
    if (args[at] === undefined) error ??= `option ${shown}: requires parameter`;
    return args[at] ?? "";
  };
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [, name = "", value] = /^--([^=]*)(?:=([^]*))?$/.exec(arg) ?? [];
      const kind = Object.hasOwn(table, name) ? table[name] : undefined;
      if (kind === undefined) error ??= `option --${name}: is unknown`;
      else note(name, kind === "flag" ? "" : (value ?? next(`--${name}`)));
    } else if (arg.startsWith("-") && arg !== "-") {
      for (let letter = 1; letter < arg.length; letter += 1) {
        const name = arg.charAt(letter);
        const kind = Object.hasOwn(table, name) ? table[name] : undefined;
        if (kind === undefined) error ??= `option -${name}: is unknown`;
        if (kind !== "value") {
          note(name, "");
          continue;
        }
        const rest = arg.slice(letter + 1);
        note(name, rest === "" ? next(`-${name}`) : rest);
        break;
      }
    } else {
      operands.push(arg);
    }
  }
  return { options, all, operands, error };
}
