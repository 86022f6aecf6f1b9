import { formatGoDuration, parseGoDuration } from "../lib/go-duration.js";
import type { Generation } from "./model.js";
import { splitProvider } from "./providers.js";
import type { FileEntries } from "./schema.js";

/** The settings of a reflowlet, durations in milliseconds, by their names under `instances: reflowletconfig:`. */
export interface ReflowletSettings {
  readonly maxidleduration: number;
  readonly logmemstatsduration: number;
  readonly volumewatcher: Readonly<Record<WatcherField, number>>;
}

const WATCHER_FIELDS = [
  "lowthresholdpct",
  "highthresholdpct",
  "watchersleepduration",
  "resizesleepduration",
  "fastthresholdduration",
  "fastincreasefactor",
  "slowincreasefactor",
] as const;

type WatcherField = (typeof WATCHER_FIELDS)[number];

/** Fields that Reflow of 2020 has as constants. */
const SINCE_2023: readonly WatcherField[] = ["fastincreasefactor", "slowincreasefactor"];

const MINUTE_MS = 60_000;

const DEFAULTS: Readonly<Record<Generation, ReflowletSettings>> = {
  2020: {
    maxidleduration: 10 * MINUTE_MS,
    logmemstatsduration: MINUTE_MS,
    volumewatcher: {
      lowthresholdpct: 55,
      highthresholdpct: 75,
      watchersleepduration: MINUTE_MS,
      resizesleepduration: 5_000,
      fastthresholdduration: 24 * 60 * MINUTE_MS,
      fastincreasefactor: 4,
      slowincreasefactor: 2,
    },
  },
  2023: {
    maxidleduration: 10 * MINUTE_MS,
    logmemstatsduration: MINUTE_MS,
    volumewatcher: {
      lowthresholdpct: 55,
      highthresholdpct: 75,
      watchersleepduration: 20_000,
      resizesleepduration: 5_000,
      fastthresholdduration: 24 * 60 * MINUTE_MS,
      fastincreasefactor: 20,
      slowincreasefactor: 5,
    },
  },
};

/**
 * What the reflowlets of a configuration get: sealed instance data, else the flags of `reflowlet:`, else Reflow's
 * defaults, field by field. Zero means not set; so a file of 2020 that sets a few fields does not crash the reflowlet,
 * as it does under Reflow itself.
 */
export function reflowletSettings(entries: FileEntries, generation: Generation): ReflowletSettings {
  const { flags } = splitProvider(entries.reflowlet ?? "");
  const sealed = entries.instances?.reflowletconfig ?? {};
  const defaults = DEFAULTS[generation];
  const setting = (name: string, flag: string, sealedValue: number | string | undefined, fallback: number): number =>
    toNumber(name, sealedValue) || toNumber(name, flags.get(flag)) || fallback;
  const watcher = WATCHER_FIELDS.map((name) => {
    return [name, setting(name, name, sealed.volumewatcher?.[name], defaults.volumewatcher[name])] as const;
  });
  return {
    maxidleduration: setting("maxidleduration", "maxidleduration", sealed.maxidleduration, defaults.maxidleduration),
    logmemstatsduration: setting(
      "logmemstatsduration",
      "logstatsduration",
      sealed.logmemstatsduration,
      defaults.logmemstatsduration,
    ),
    volumewatcher: Object.fromEntries(watcher) as Record<WatcherField, number>,
  };
}

/** The settings as Reflow of the generation seals them: durations as Go writes them, only fields that it knows. */
export function sealedReflowletSettings(
  settings: ReflowletSettings,
  generation: Generation,
): Readonly<Record<string, unknown>> {
  const known = WATCHER_FIELDS.filter((name) => generation === 2023 || !SINCE_2023.includes(name));
  return {
    maxidleduration: formatGoDuration(settings.maxidleduration),
    logmemstatsduration: formatGoDuration(settings.logmemstatsduration),
    volumewatcher: Object.fromEntries(
      known.map((name) => [
        name,
        name.endsWith("duration") ? formatGoDuration(settings.volumewatcher[name]) : settings.volumewatcher[name],
      ]),
    ),
  };
}

/** Durations are Go text or, as Go reads whole numbers, nanoseconds; everything else is a plain number. */
function toNumber(name: string, value: number | string | undefined): number {
  if (value === undefined) return 0;
  if (!name.endsWith("duration")) return Number(value);
  return typeof value === "number" ? value / 1e6 : (parseGoDuration(value) ?? 0);
}
