import type { ChangedSetting } from "../config/change-setting.js";
import type { EffectiveConfig } from "../config/effective.js";
import type { EffectiveValue, Origin } from "../config/origin.js";
import type { ConfigProblem } from "../errors.js";
import { counted } from "../lib/counted.js";
import type { Colors } from "./colors.js";
import { formatProblem } from "./error-text.js";
import { visible } from "./visible.js";

/** How a configuration is looked at. */
export interface ConfigStyle {
  /** Values at full length, and the file's path at each line. */
  readonly wide: boolean;
  /** Width of the terminal; undefined for a pipe. */
  readonly columns: number | undefined;
  readonly colors: Colors;
}

/** What of a value is shown where not all is asked for, and what is shown of it in the narrowest terminal. */
const MAX_VALUE = 60;
const MIN_VALUE = 16;

const GAP = 2;

/** Two tables: what the configuration comes to, and every key of the file; each with where it comes from. */
export function configText({ facts, values }: EffectiveConfig, style: ConfigStyle): string {
  return [tableText("FACT", facts, style), tableText("KEY", values, style)].filter((text) => text !== "").join("\n");
}

function tableText(title: string, values: readonly EffectiveValue[], { wide, columns, colors }: ConfigStyle): string {
  if (values.length === 0) return "";
  const keys = [title, ...values.map(({ key }) => visible(key))];
  const origins = ["FROM", ...values.map(({ value, origin }) => visible(originText(origin, wide, value)))];
  const left = (columns ?? Infinity) - longest(keys) - longest(origins) - 2 * GAP;
  const width = wide ? Infinity : Math.min(MAX_VALUE, Math.max(MIN_VALUE, left));
  const shown = ["VALUE", ...values.map(({ value }) => visible(shortened(valueText(value), width)))];
  // A list of all types is longer than any line: where values are whole, they come last.
  const [second, third] = wide ? [origins, shown] : [shown, origins];
  const lines = keys.map((key, row) =>
    `${padded(key, keys)}${padded(second[row] ?? "", second)}${third[row] ?? ""}`.trimEnd(),
  );
  return lines.map((line, row) => `${row === 0 ? colors.strong(line) : line}\n`).join("");
}

function padded(cell: string, column: readonly string[]): string {
  return cell.padEnd(longest(column) + GAP);
}

function longest(cells: readonly string[]): number {
  return cells.reduce((width, cell) => Math.max(width, cell.length), 0);
}

function valueText(value: unknown): string {
  if (value === null || value === "") return "-";
  if (typeof value === "string") return value.trimEnd();
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value.join(", ") || "-";
  return JSON.stringify(value) === "{}" ? "-" : JSON.stringify(value);
}

function shortened(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/** Where a value comes from, in a few words. */
function originText(origin: Origin, wide: boolean, value: unknown): string {
  switch (origin.kind) {
    case "flag":
      return origin.name;
    case "environment":
      return `$${origin.name}`;
    case "file":
      return wide ? `${origin.file}:${origin.line}` : `line ${origin.line}`;
    case "keys": {
      const [first, ...others] = origin.keys;
      const more = others.length === 0 ? "" : ` and ${others.length} more`;
      return first === undefined ? "default" : `${first.key} (line ${first.line})${more}`;
    }
    case "profile":
      return "the AWS profile";
    case "sandbox":
      return "the sandbox";
    case "login":
      return "the login";
    case "public-key":
      return "~/.ssh/id_rsa.pub";
    case "default":
      return value === null ? "-" : "default";
  }
}

/** A file that was checked. */
export interface CheckedFile {
  readonly file: string;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}

/** The verdict on each file, and below it all that is to be told. */
export function checkedText(files: readonly CheckedFile[], colors: Colors): string {
  const lines = files.flatMap(({ file, problems, warnings }) => {
    const notes = [...problems.map(formatProblem), ...warnings.map(visible)];
    return [`${visible(file)}: ${verdict(problems, warnings, colors)}`, ...notes.map((note) => `  ${note}`)];
  });
  return lines.map((line) => `${line}\n`).join("");
}

function verdict(problems: readonly unknown[], warnings: readonly unknown[], { good, bad }: Colors): string {
  if (problems.length > 0) return bad(counted(problems.length, "mistake"));
  return warnings.length === 0 ? good("good") : `${good("good")}, ${counted(warnings.length, "warning")}`;
}

/** One line: what has changed, and where. */
export function changedText(file: string, { key, line, before, after, changed }: ChangedSetting): string {
  const place = line === undefined ? file : `${file}:${line}`;
  return `${visible(`${place}: ${key}${whatChanged(before, after, changed)}`)}\n`;
}

function whatChanged(before: unknown, after: unknown, changed: boolean): string {
  const shown = (value: unknown): string => shortened(valueText(value), MAX_VALUE);
  if (!changed) return after === undefined || after === null ? ": nothing to change" : `: ${shown(after)} already`;
  if (after === undefined) return ": changed";
  if (after === null) return `: removed (was ${shown(before)})`;
  return before === null ? `: ${shown(after)}` : `: ${shown(after)} (was ${shown(before)})`;
}
