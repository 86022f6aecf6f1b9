import { parseGoDuration } from "../lib/go-duration.js";
import { didYouMean } from "../lib/near-match.js";
import { quote } from "./quote.js";
import { PROVIDERS, PROVIDERS_BY_KEY } from "./provider-table.js";
import type { FlagKind, ProviderKey } from "./provider-table.js";

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

/** Labels become tags of instances; one of these would make an instance what it is not, or EC2 refuse the launch. */
function reservedLabel(name: string): readonly string[] {
  const why =
    name === "reflowlet:version"
      ? "it is the tag by which usable instances are known"
      : name.startsWith("reflow-ec2:")
        ? 'tags that begin with "reflow-ec2:" are set by reflow-ec2 itself'
        : /^aws:/i.test(name)
          ? 'tags that begin with "aws:" belong to AWS'
          : undefined;
  return why === undefined ? [] : [`expected no label ${quote(name)}: ${why}`];
}

/** The rules that flags' types alone cannot tell. */
function ruleMistakes(name: string, flags: ReadonlyMap<string, string>): readonly string[] {
  switch (name) {
    case "s3":
      return flags.get("bucket") ? [] : ["expected the name of a bucket: `s3,bucket=NAME`"];
    case "kv": {
      const text = flags.get("labels") ?? "";
      const labels = parseLabels(text);
      return labels === undefined
        ? [`expected labels as \`kv,labels=name=value;name=value\`, found ${quote(text)}`]
        : Object.keys(labels).flatMap(reservedLabel);
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
