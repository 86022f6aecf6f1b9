import { ConfigError, errorText, type ConfigProblem } from "../errors.js";
import { MEASURED_SCHEMA_VERSION, type MeasuredData, type MeasuredType } from "./measured.js";

/** More mistakes than these help nobody. */
const MOST_PROBLEMS = 20;

/**
 * Reads the text of a file of measured data. Fields that are not known are left out.
 * @param source its path, for messages
 * @throws ConfigError with the mistakes and their lines where they can be told: a damaged file is never taken for empty.
 */
export function parseMeasured(text: string, source: string): MeasuredData {
  const problems: ConfigProblem[] = [];
  const lineOf = lineFinder(text);
  const tell = (key: string, message: string, region: string, type?: string): void => {
    if (problems.length < MOST_PROBLEMS) problems.push({ source, key, message, line: lineOf(region, type) });
  };
  const value = parseJson(text, source);
  if (!isObject(value)) throw damaged(source, [{ source, key: "", message: expected("an object", value), line: 1 }]);
  const { schemaVersion, regions } = value;
  if (schemaVersion !== MEASURED_SCHEMA_VERSION) {
    const message = `expected ${MEASURED_SCHEMA_VERSION}, found ${shown(schemaVersion)}`;
    const later = typeof schemaVersion === "number" && schemaVersion > MEASURED_SCHEMA_VERSION;
    throw damaged(
      source,
      [{ source, key: "schemaVersion", message }],
      later ? "A later version of reflow-ec2 wrote it: update this one, or name another file." : undefined,
    );
  }
  if (!isObject(regions)) throw damaged(source, [{ source, key: "regions", message: expected("an object", regions) }]);
  const data = new Map<string, Map<string, MeasuredType>>();
  for (const [region, rows] of Object.entries(regions)) {
    const types = new Map<string, MeasuredType>();
    const at = `regions.${region}`;
    if (!/^[a-z]{2,}(-[a-z0-9]+)+$/.test(region)) {
      tell("regions", `expected a region such as us-west-2, found ${shown(region)}`, region);
    } else if (!isObject(rows)) tell(at, expected("an object", rows), region);
    else {
      data.set(region, types);
      for (const [type, row] of Object.entries(rows)) {
        const checked = checkRow(type, row);
        if (checked.problems.length === 0) types.set(type, checked.row);
        for (const problem of checked.problems) tell(`${at}.${type}`.slice(0, 100), problem, region, type);
      }
    }
  }
  if (problems.length > 0) throw damaged(source, problems);
  return data;
}

type Fields = Readonly<Record<string, unknown>>;

function parseJson(text: string, source: string): unknown {
  const conflict = /^(<{7}|={7}|>{7})( |$)/m.exec(text);
  if (conflict !== null) {
    const message = "an unresolved merge conflict of git";
    throw damaged(source, [{ source, key: "", message, line: lineAt(text, conflict.index) }]);
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const reason = errorText(error);
    const position = /at position (\d+)/.exec(reason)?.[1];
    const line = position === undefined ? undefined : lineAt(text, Number(position));
    // Words of the file stay out of messages, as they may be anything.
    const message = `expected JSON: ${reason.replace(/ ?\(?(in JSON )?at position .*$/, "").replace(/, .*/s, "")}`;
    throw damaged(source, [{ source, key: "", message, line }], undefined, error);
  }
}

/** A type's row, or why it is none. */
function checkRow(type: string, value: unknown): { readonly row: MeasuredType; readonly problems: readonly string[] } {
  const fields: Fields = isObject(value) ? value : {};
  const problems: string[] = [];
  const check = (name: string, what: string, holds: boolean): void => {
    if (!holds) problems.push(`${name}: ${expected(what, fields[name])}`);
  };
  const { date, outcome, imageId, reflowVersion, generation, samples, memoryBytes, bootSeconds, problem } = fields;
  const failed = outcome === "failed";
  if (!/^[a-z0-9-]{1,40}\.[a-z0-9-]{1,40}$/.test(type)) problems.push("expected an instance type such as c6a.large");
  else if (!isObject(value)) problems.push(expected("an object", value));
  else {
    check("date", "a time such as 2026-11-25T17:05:54Z", isSecond(date));
    check("outcome", "verified or failed", outcome === "verified" || failed);
    check("imageId", "a text", isText(imageId));
    check("reflowVersion", "a text", isText(reflowVersion));
    check("generation", "2020 or 2023", generation === 2020 || generation === 2023);
    check("samples", "a whole number from 1", isWhole(samples));
    check("memoryBytes", "a number of bytes", isPositive(memoryBytes) || (failed && memoryBytes === undefined));
    check("bootSeconds", "a number of seconds", isPositive(bootSeconds) || bootSeconds === undefined);
    check("problem", "a text", isText(problem) || problem === undefined);
  }
  const row = { date, outcome, imageId, reflowVersion, generation, samples, memoryBytes, bootSeconds, problem };
  return { row: row as MeasuredType, problems };
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === "string";
const isWhole = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1;
const isPositive = (value: unknown): boolean =>
  typeof value === "number" && value > 0 && value <= Number.MAX_SAFE_INTEGER;

function isSecond(value: unknown): boolean {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value)) return false;
  const ms = Date.parse(value);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(value.slice(0, -1));
}

/** The line of a region, or of a type in it, as `formatMeasured` writes them: each on a line of its own. */
function lineFinder(text: string): (region: string, type?: string) => number | undefined {
  const find = (key: string, from: number): number => text.indexOf(`${JSON.stringify(key)}:`, from);
  return (region, type) => {
    const regionAt = find(region, 0);
    const at = type === undefined || regionAt < 0 ? regionAt : find(type, regionAt);
    return at < 0 ? undefined : lineAt(text, at);
  };
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

const expected = (what: string, found: unknown): string => `expected ${what}, found ${shown(found)}`;

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 56)}…` : text;
}

function damaged(source: string, problems: readonly ConfigProblem[], hint?: string, cause?: unknown): ConfigError {
  return new ConfigError(`the measured data in ${source} is damaged`, problems, {
    hint:
      hint ?? "Mend it or restore it (`git checkout` where it is committed), or move it away: a missing one is empty.",
    cause,
  });
}
