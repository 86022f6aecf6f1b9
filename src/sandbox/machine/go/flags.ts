/** Command lines as Go's flag package reads them: `-name value`, `-name=value`, one or two dashes. */

/** The flags that a program knows, and whether they take a value. */
export type FlagSet = Readonly<Record<string, "value" | "bool">>;

/** What a command line came to. */
export type ParsedFlags =
  | { readonly kind: "ok"; readonly values: ReadonlyMap<string, string>; readonly rest: readonly string[] }
  /** Asked for help: the program prints its usage and ends with 0. */
  | { readonly kind: "help" }
  /** The program prints the message and its usage, and ends with 2. */
  | { readonly kind: "error"; readonly message: string };

const BOOLEANS = /^(1|0|t|f|T|F|true|false|TRUE|FALSE|True|False)$/;

/** Reads flags up to the first other word, or up to `--`. A flag given twice counts as given last. */
export function parseGoFlags(args: readonly string[], flags: FlagSet): ParsedFlags {
  const values = new Map<string, string>();
  let at = 0;
  for (; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (!arg.startsWith("-") || arg === "-") break;
    if (arg === "--") {
      at += 1;
      break;
    }
    const [, name = "", equals, inline = ""] = /^--?([^=]*)(=?)([^]*)$/.exec(arg) ?? [];
    if (name === "" || name.startsWith("-")) return { kind: "error", message: `bad flag syntax: ${arg}` };
    const type = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (type === undefined) {
      if (name === "h" || name === "help") return { kind: "help" };
      return { kind: "error", message: `flag provided but not defined: -${name}` };
    }
    if (type === "bool") {
      const value = equals === "=" ? inline : "true";
      if (!BOOLEANS.test(value)) {
        return { kind: "error", message: `invalid boolean value ${JSON.stringify(value)} for -${name}: parse error` };
      }
      values.set(name, /^[1tT]/.test(value) ? "true" : "false");
    } else if (equals === "=") {
      values.set(name, inline);
    } else {
      at += 1;
      const value = args[at];
      if (value === undefined) return { kind: "error", message: `flag needs an argument: -${name}` };
      values.set(name, value);
    }
  }
  return { kind: "ok", values, rest: args.slice(at) };
}
