import { parseGoDuration } from "../../../lib/go-duration.js";

const DURATIONS = ["maxidleduration", "logmemstatsduration"];
const WATCHER_DURATIONS = ["watchersleepduration", "resizesleepduration", "fastthresholdduration"];
const WATCHER_NUMBERS = ["lowthresholdpct", "highthresholdpct", "fastincreasefactor", "slowincreasefactor"];

/** Why a reflowlet cannot read `instances: reflowletconfig`; undefined when it can. Unknown fields are passed over. */
export function reflowletSettingsProblem(settings: unknown): string | undefined {
  const watcher = fieldOf(settings, "volumewatcher");
  for (const [owner, names] of [
    [settings, DURATIONS],
    [watcher, WATCHER_DURATIONS],
  ] as const) {
    const wrong = names.find((name) => !isDuration(fieldOf(owner, name)));
    if (wrong !== undefined) return `${wrong}: invalid duration ${JSON.stringify(fieldOf(owner, wrong))}`;
  }
  const wrong = WATCHER_NUMBERS.find((name) => !["undefined", "number"].includes(typeof fieldOf(watcher, name)));
  return wrong === undefined ? undefined : `${wrong}: invalid number ${JSON.stringify(fieldOf(watcher, wrong))}`;
}

/** Go text, or a number of nanoseconds. */
function isDuration(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === "number") return true;
  return typeof value === "string" && parseGoDuration(value) !== undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
