import { parseGoDuration } from "../lib/go-duration.js";
import { didYouMean } from "./near-match.js";

/** What a provider's flag takes; a list names the only values. */
type FlagKind = "text" | "integer" | "number" | "duration" | readonly string[];

interface Provider {
  readonly flags: Readonly<Record<string, FlagKind>>;
  /** Reflow of 2020 has no such provider, so its name tells the generation. */
  readonly since2023?: true;
  /** The provider is of both years, its flags are not. */
  readonly flagsSince2023?: true;
}

const noFlags: Provider = { flags: {} };
const noFlagsSince2023: Provider = { flags: {}, since2023: true };

/** Reflow's providers with their flags, of both years. */
const PROVIDERS: Readonly<Record<string, Provider>> = {
  awscreds: noFlags,
  awssession: noFlags,
  awstool: { flags: { awstool: "text" } },
  bootstrapimage: { flags: { uri: "text" } },
  docker: { flags: { memlimit: ["soft", "hard"] } },
  dynamodbassoc: { flags: { table: "text" } },
  dynamodbtask: { flags: { table: "text", bucket: "text" }, flagsSince2023: true },
  ec2cluster: noFlags,
  ec2metadata: noFlags,
  key: { flags: { key: "text" } },
  kv: { flags: { labels: "text" } },
  localcluster: { flags: { dir: "text" }, since2023: true },
  localtracer: noFlagsSince2023,
  logger: { flags: { level: ["off", "error", "info", "debug"] } },
  nopmetrics: noFlagsSince2023,
  noprepo: noFlagsSince2023,
  noptaskdb: noFlagsSince2023,
  noptracer: noFlagsSince2023,
  off: noFlags,
  predictorconfig: noFlagsSince2023,
  prometrics: { flags: { port: "integer", nodeexporterport: "integer", namespace: "text" }, since2023: true },
  read: noFlags,
  readwrite: noFlags,
  reflowletconfig: {
    flags: {
      maxidleduration: "duration",
      logstatsduration: "duration",
      lowthresholdpct: "number",
      highthresholdpct: "number",
      watchersleepduration: "duration",
      resizesleepduration: "duration",
      fastthresholdduration: "duration",
      fastincreasefactor: "integer",
      slowincreasefactor: "integer",
    },
    flagsSince2023: true,
  },
  reflowversion: { flags: { version: "text" } },
  runid: noFlagsSince2023,
  s3: { flags: { bucket: "text" } },
  tls: { flags: { file: "text" } },
  user: { flags: { user: "text" } },
  write: noFlags,
  xray: noFlags,
};

/** Reflow's top-level keys that select a provider, and the providers that each may name. */
export const PROVIDERS_BY_KEY = {
  assoc: ["dynamodbassoc"],
  awscreds: ["awscreds"],
  awstool: ["awstool"],
  bootstrap: ["bootstrapimage"],
  cache: ["off", "read", "write", "readwrite"],
  cluster: ["ec2cluster", "localcluster"],
  docker: ["docker"],
  labels: ["kv"],
  logger: ["logger"],
  metrics: ["nopmetrics", "prometrics"],
  predictor: ["predictorconfig"],
  reflow: ["reflowversion"],
  reflowlet: ["reflowletconfig"],
  repository: ["s3", "noprepo"],
  runid: ["runid"],
  session: ["awssession", "ec2metadata"],
  sshkey: ["key"],
  taskdb: ["noptaskdb", "dynamodbtask"],
  tls: ["tls"],
  tracer: ["xray", "noptracer", "localtracer"],
  user: ["user"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A key that selects a provider. */
export type ProviderKey = keyof typeof PROVIDERS_BY_KEY;

/** The port that Reflow writes into an instance's configuration where `prometrics` has none. */
export const DEFAULT_METRICS_PORT = 9100;
/** `prometrics`' own default for the node exporter. */
export const DEFAULT_NODE_EXPORTER_PORT = 9101;

/** `name,flag=value,...` taken apart. */
export interface ProviderEntry {
  readonly name: string;
  /** Values as written; a flag without `=` is empty, of a repeated flag the last counts, as in Reflow. */
  readonly flags: ReadonlyMap<string, string>;
}

/** Takes a provider string apart, without any check. Values cannot contain commas. */
export function splitProvider(text: string): ProviderEntry {
  const [name = "", ...args] = text.split(",");
  const flags = new Map<string, string>();
  for (const arg of args) {
    const equals = arg.indexOf("=");
    if (equals < 0) flags.set(arg, "");
    else flags.set(arg.slice(0, equals), arg.slice(equals + 1));
  }
  return { name, flags };
}

/** What is wrong with a provider string under `key`, one sentence each; empty when nothing is. */
export function providerMistakes(key: ProviderKey, text: string): readonly string[] {
  // Reflow takes an empty string for no entry.
  if (text === "") return [];
  const { name, flags } = splitProvider(text);
  const allowed: readonly string[] = PROVIDERS_BY_KEY[key];
  const provider = allowed.includes(name) ? PROVIDERS[name] : undefined;
  if (provider === undefined) {
    return [`expected ${listOf(allowed)}, found ${quote(name)}${didYouMean(name, allowed)}`];
  }
  const mistakes: string[] = [];
  for (const [flag, value] of flags) {
    const kind = Object.hasOwn(provider.flags, flag) ? provider.flags[flag] : undefined;
    if (kind === undefined) mistakes.push(unknownFlag(name, flag, Object.keys(provider.flags)));
    else if (!fits(kind, value)) mistakes.push(wrongValue(name, flag, value, kind));
  }
  return mistakes.length > 0 ? mistakes : ruleMistakes(name, flags);
}

/** True when only Reflow of 2023 can read the provider string. */
export function isProviderOf2023(text: string): boolean {
  const { name, flags } = splitProvider(text);
  const provider = Object.hasOwn(PROVIDERS, name) ? PROVIDERS[name] : undefined;
  return provider?.since2023 === true || (provider?.flagsSince2023 === true && flags.size > 0);
}

/** `k=v;k=v` of the `kv` provider; undefined when a part has not exactly one `=` between two non-empty sides. */
export function parseLabels(text: string): Readonly<Record<string, string>> | undefined {
  if (text === "") return {};
  const labels: [string, string][] = [];
  for (const part of text.split(";")) {
    const [name = "", value = "", ...rest] = part.split("=");
    if (name === "" || value === "" || rest.length > 0) return undefined;
    labels.push([name, value]);
  }
  return Object.fromEntries(labels);
}

/** The rules that flags' types alone cannot tell. */
function ruleMistakes(name: string, flags: ReadonlyMap<string, string>): readonly string[] {
  switch (name) {
    case "s3":
      return flags.get("bucket") ? [] : ["expected the name of a bucket: `s3,bucket=NAME`"];
    case "kv": {
      const labels = flags.get("labels") ?? "";
      return parseLabels(labels) === undefined
        ? [`expected labels as \`kv,labels=name=value;name=value\`, found ${quote(labels)}`]
        : [];
    }
    case "bootstrapimage": {
      const uri = flags.get("uri") ?? "";
      return uri === "" || uri === "bootstrap" || isPlainHttpsUrl(uri)
        ? []
        : [`expected \`uri=bootstrap\` or an https URL, found ${quote(uri)}`];
    }
    case "prometrics":
      return prometricsMistakes(flags);
    default:
      return [];
  }
}

/** An https URL without the characters that mean something to a shell or a unit file. */
export function isPlainHttpsUrl(text: string): boolean {
  return /^https:\/\/[^\s"'\\`$<>|;]+$/.test(text) && URL.canParse(text);
}

function prometricsMistakes(flags: ReadonlyMap<string, string>): readonly string[] {
  const ports = [
    Number(flags.get("port") ?? DEFAULT_METRICS_PORT),
    Number(flags.get("nodeexporterport") ?? DEFAULT_NODE_EXPORTER_PORT),
  ];
  const outside = ports.find((port) => port < 0 || port > 65535);
  if (outside !== undefined) return [`expected ports from 0 to 65535, found ${outside}`];
  return ports[0] === ports[1] ? [`expected two different ports, found ${ports[0]} for both`] : [];
}

function fits(kind: FlagKind, value: string): boolean {
  switch (kind) {
    case "text":
      return true;
    case "integer":
      return /^-?\d{1,15}$/.test(value);
    case "number":
      return /^-?(\d+\.?\d*|\.\d+)$/.test(value) && value.length < 40;
    case "duration":
      return (parseGoDuration(value) ?? -1) >= 0;
    default:
      return kind.includes(value);
  }
}

function unknownFlag(name: string, flag: string, known: readonly string[]): string {
  const expected =
    known.length === 0 ? `expected no flags after ${name}` : `expected one of ${name}'s flags ${listOf(known)}`;
  return `${expected}, found ${quote(flag)}${didYouMean(flag, known)}`;
}

const KIND_WORDS = {
  text: "text",
  integer: "a whole number",
  number: "a number",
  duration: "a duration such as 10m0s",
} as const;

function wrongValue(name: string, flag: string, value: string, kind: FlagKind): string {
  const expected = typeof kind === "string" ? KIND_WORDS[kind] : listOf(kind);
  const near = typeof kind === "string" ? "" : didYouMean(value, kind);
  return `expected ${expected} for ${name}'s ${flag}, found ${quote(value)}${near}`;
}

function listOf(words: readonly string[]): string {
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} or ${last}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
