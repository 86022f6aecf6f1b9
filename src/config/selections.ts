import { BUILT_IN_BOOTSTRAP } from "./defaults.js";
import type { AuthoritySource, Generation, ReflowConfig, SealedCredentials } from "./model.js";
import { DEFAULT_METRICS_PORT, DEFAULT_NODE_EXPORTER_PORT, parseLabels, splitProvider } from "./providers.js";
import type { ProviderKey } from "./provider-table.js";
import type { FileEntries } from "./schema.js";

/** What the entries that select providers come to, together with what setup sealed for those providers. */
export type Selections = Pick<
  ReflowConfig,
  | "user"
  | "labels"
  | "version"
  | "bootstrapUrl"
  | "logLevel"
  | "authority"
  | "session"
  | "sealedCredentials"
  | "sealedRegion"
  | "repositoryBucket"
  | "metrics"
>;

/** A flag of the provider under `key`; undefined when there is no entry, no such flag, or an empty one. */
export function providerFlag(entries: FileEntries, key: ProviderKey, flag: string): string | undefined {
  return splitProvider(entries[key] ?? "").flags.get(flag) || undefined;
}

/** Resolves the provider entries of a checked file. Sealed data beats flags, as in Reflow. */
export function selections(
  entries: FileEntries,
  generation: Generation,
  context: { readonly home: string; readonly login: string },
): Selections {
  const uri = providerFlag(entries, "bootstrap", "uri") ?? "bootstrap";
  const session = sessionOf(entries);
  // `user` is a label that Reflow adds by itself, from the user.
  const { user: _user, ...labels } = parseLabels(providerFlag(entries, "labels", "labels") ?? "") ?? {};
  return {
    user: providerFlag(entries, "user", "user") ?? (context.login || "unknown"),
    labels,
    version: providerFlag(entries, "reflow", "version"),
    bootstrapUrl: uri === "bootstrap" ? BUILT_IN_BOOTSTRAP[generation] : uri,
    logLevel: logLevel(providerFlag(entries, "logger", "level")),
    authority: authority(entries, context.home),
    session,
    sealedCredentials: sealedCredentials(entries),
    sealedRegion: entries.instances?.[session]?.region || undefined,
    repositoryBucket: providerFlag(entries, "repository", "bucket"),
    metrics: metrics(entries),
  };
}

/** The provider under `session`. */
export function sessionOf(entries: FileEntries): "awssession" | "ec2metadata" {
  return splitProvider(entries.session ?? "").name === "ec2metadata" ? "ec2metadata" : "awssession";
}

function logLevel(level: string | undefined): ReflowConfig["logLevel"] {
  return level === "off" || level === "error" || level === "debug" ? level : "info";
}

function authority(entries: FileEntries, home: string): AuthoritySource {
  const pem = entries.instances?.tls ?? "";
  if (pem !== "") return { kind: "sealed", pem };
  const file = providerFlag(entries, "tls", "file");
  if (file === undefined) return { kind: "none" };
  return { kind: "file", path: file.startsWith("~/") ? `${home}${file.slice(1)}` : file };
}

function sealedCredentials(entries: FileEntries): SealedCredentials | undefined {
  const sealed = entries.instances?.[sessionOf(entries)]?.credentials;
  if (!sealed?.accesskeyid || !sealed.secretaccesskey) return undefined;
  return {
    accessKeyId: sealed.accesskeyid,
    secretAccessKey: sealed.secretaccesskey,
    sessionToken: sealed.sessiontoken || undefined,
    providerName: sealed.providername || undefined,
  };
}

function metrics(entries: FileEntries): ReflowConfig["metrics"] {
  const { name, flags } = splitProvider(entries.metrics ?? "");
  if (name !== "prometrics") return undefined;
  return {
    port: Number(flags.get("port") ?? DEFAULT_METRICS_PORT),
    nodeExporterPort: Number(flags.get("nodeexporterport") ?? DEFAULT_NODE_EXPORTER_PORT),
  };
}

/** Keys of the instances' machine users, and the text of Reflow's `key` provider where that is in use. */
export function sshKeys(
  entries: FileEntries,
  defaultPublicKey: string | undefined,
): { readonly sshKeys: readonly string[]; readonly publicKey?: string | undefined; readonly unused: boolean } {
  // In Reflow the provider's configuration beats its flag.
  const named = entries.key?.key || providerFlag(entries, "sshkey", "key");
  const listed = clusterKeys(entries);
  if (named !== undefined) {
    const unused = listed.some((key) => key !== named.trimEnd());
    return { sshKeys: [named.trimEnd()], publicKey: named, unused };
  }
  if (listed.length > 0) return { sshKeys: listed, unused: false };
  if (!defaultPublicKey?.trim()) return { sshKeys: [], unused: false };
  return { sshKeys: [defaultPublicKey.trimEnd()], publicKey: defaultPublicKey, unused: false };
}

function clusterKeys(entries: FileEntries): readonly string[] {
  const { sshkey = "", sshkeys = [] } = entries.ec2cluster ?? {};
  return [...new Set([sshkey, ...sshkeys].map((key) => key.trimEnd()).filter((key) => key !== ""))];
}
