import { ConfigError, type ConfigProblem } from "../errors.js";

/** One `Key=value` line of a unit. */
export interface UnitEntry {
  readonly key: string;
  /** Without surrounding blanks; continuation lines are joined by one blank. */
  readonly value: string;
  /** 1-based line on which the key stands. */
  readonly line: number;
}

/** One `[Section]` with its entries in order, repeated keys kept. */
export interface UnitSection {
  readonly name: string;
  readonly entries: readonly UnitEntry[];
}

/** A unit file in the order of its text; a section that is opened twice is there twice. */
export interface UnitFile {
  readonly sections: readonly UnitSection[];
}

interface OpenSection {
  readonly name: string;
  readonly entries: UnitEntry[];
}

/** A line of the text once continuations are joined. */
interface LogicalLine {
  readonly text: string;
  readonly line: number;
}

/**
 * Reads a unit by the syntax of systemd.syntax(7).
 * @param source names the unit in problems, e.g. `reflowlet.service`
 * @throws ConfigError with every line that systemd would not understand
 */
export function parseUnit(text: string, source = "unit"): UnitFile {
  const problems: ConfigProblem[] = [];
  const sections: OpenSection[] = [];
  for (const { text: content, line } of logicalLines(text)) {
    const report = (message: string): void => void problems.push({ source, line, key: "", message });
    if (content.startsWith("[")) {
      const header = /^\[([^[\]]+)\]$/.exec(content);
      if (header?.[1] === undefined) report(`${JSON.stringify(content)} is not a section header such as [Service]`);
      else sections.push({ name: header[1], entries: [] });
      continue;
    }
    const equals = content.indexOf("=");
    const section = sections.at(-1);
    if (equals <= 0) report(`${JSON.stringify(content)} is not an assignment such as Type=oneshot`);
    else if (section === undefined) report(`${JSON.stringify(content)} stands before the first section`);
    else section.entries.push(entry(content, equals, line));
  }
  if (problems.length > 0) {
    const lines = problems.map((problem) => problem.line).join(", ");
    throw new ConfigError(`${source} is not a unit that systemd can read: line ${lines}`, problems);
  }
  return { sections };
}

function entry(content: string, equals: number, line: number): UnitEntry {
  return { key: content.slice(0, equals).trim(), value: content.slice(equals + 1).trim(), line };
}

/** Comments and blank lines dropped, also between continued lines, as systemd does. */
function logicalLines(text: string): LogicalLine[] {
  const logical: LogicalLine[] = [];
  let open: LogicalLine | undefined;
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.trim();
    if (content.startsWith("#") || content.startsWith(";")) continue;
    const continues = content.endsWith("\\");
    const part = continues ? content.slice(0, -1).trimEnd() : content;
    const joined: LogicalLine =
      open === undefined ? { text: part, line: index + 1 } : { ...open, text: `${open.text} ${part}` };
    open = continues ? joined : undefined;
    if (!continues) logical.push(joined);
  }
  if (open !== undefined) logical.push(open);
  return logical.filter((line) => line.text.trim() !== "");
}

/**
 * All values of a key in order. An empty assignment clears what stood before it, as systemd does for lists such as
 * `ExecStart=`.
 */
export function unitValues(unit: UnitFile, section: string, key: string): string[] {
  const values: string[] = [];
  for (const candidate of unit.sections) {
    if (candidate.name !== section) continue;
    for (const found of candidate.entries) {
      if (found.key !== key) continue;
      if (found.value === "") values.length = 0;
      else values.push(found.value);
    }
  }
  return values;
}

/** The value that holds for a key that takes one: the last. */
export function unitValue(unit: UnitFile, section: string, key: string): string | undefined {
  return unitValues(unit, section, key).at(-1);
}
