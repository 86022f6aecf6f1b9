import { isDeepStrictEqual } from "node:util";
import { isMapping } from "./file-entries.js";
import type { HelperProgram, ReflowConfig } from "./model.js";
import { keysAt } from "./schema-path.js";

/** Stands where a secret is; the same in YAML, in a URL and in a shell command. */
export const MASK = "MASKED";

/** What Reflow's set-up seals under `instances:` that is no secret. */
export const OPEN_INSTANCE_ENTRIES: readonly string[] = ["reflowletconfig", "predictorconfig"];

/** Both spellings of the list of files in a cloud-config. */
const FILE_LISTS = ["write_files", "write-files"];

/**
 * A configuration whose secrets are masked where a configuration can have them: sealed authority and credentials,
 * signatures and passwords in URLs, what nobody but its owner may read of the user's cloud-config, and entries that
 * Reflow does not know.
 */
export function maskConfig(config: ReflowConfig): ReflowConfig {
  const { cluster, own } = config;
  const { cloudwatch, xray, nodeExporter } = own.helpers;
  return {
    ...config,
    bootstrapUrl: maskUrl(config.bootstrapUrl),
    sealedCredentials: undefined,
    authority: config.authority.kind === "sealed" ? { kind: "sealed", pem: MASK } : config.authority,
    cluster: { ...cluster, cloudConfig: maskCloudConfig(cluster.cloudConfig) },
    own: {
      ...own,
      helpers: { cloudwatch: maskHelper(cloudwatch), xray: maskHelper(xray), nodeExporter: maskHelper(nodeExporter) },
    },
    entries: maskEntries(config.entries),
  };
}

function maskHelper(helper: HelperProgram): HelperProgram {
  return { ...helper, url: maskUrl(helper.url) };
}

/** Without user name and password, and with the query masked: it may be a signature. */
function maskUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === "" && url.password === "" && url.search === "" && url.hash === "") return text;
  if (url.username !== "" || url.password !== "") url.username = MASK;
  url.password = "";
  url.search = url.search === "" ? "" : MASK;
  url.hash = "";
  return url.href;
}

/** `bootstrapimage,uri=https://...`, as the file has it. */
function maskUri(provider: string): string {
  return provider.replace(/,uri=([^,]*)/, (_flag, url: string) => `,uri=${maskUrl(url)}`);
}

function maskEntries(entries: ReflowConfig["entries"]): ReflowConfig["entries"] {
  const known = keysAt([]);
  return Object.fromEntries(
    Object.entries(entries).map(([key, value]) => {
      if (!known.includes(key)) return [key, MASK];
      if (key === "bootstrap" && typeof value === "string") return [key, maskUri(value)];
      if (key === "instances" && isMapping(value)) return [key, maskInstances(value)];
      if (key === "ec2cluster" && isMapping(value)) return [key, maskCluster(value)];
      return [key, value];
    }),
  );
}

function maskInstances(instances: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const open = Object.entries(instances).filter(([key]) => OPEN_INSTANCE_ENTRIES.includes(key));
  // Those that are known are sealed anew; the names of others are kept.
  const unknown = Object.keys(instances).filter((key) => !keysAt(["instances"]).includes(key));
  return Object.fromEntries([...open, ...unknown.map((key) => [key, MASK] as const)]);
}

function maskCluster(cluster: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { cloudconfig, ...others } = cluster;
  return cloudconfig === undefined ? cluster : { ...others, cloudconfig: maskCloudConfig(cloudconfig) };
}

/** The user's cloud-config as the file has it. */
function maskCloudConfig(value: unknown): unknown {
  if (!isMapping(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, list]) =>
      FILE_LISTS.includes(key) && Array.isArray(list) ? [key, list.map(maskFile)] : [key, list],
    ),
  );
}

/** A file that not everybody on the machine may read has a secret for content. */
function maskFile(file: unknown): unknown {
  if (!isMapping(file) || isReadByAll(file["permissions"])) return file;
  const { encoding: _encoding, ...others } = file;
  return "content" in others ? { ...others, content: `${MASK}\n` } : file;
}

/** A mode in octal digits; without one it is the machine's default, 0644. */
function isReadByAll(permissions: unknown): boolean {
  if (permissions === undefined) return true;
  return typeof permissions === "string" && (Number.parseInt(permissions, 8) & 0o004) !== 0;
}

/** True when the entries of a file hold what nobody but its owner may read. */
export function hasSecrets(entries: Readonly<Record<string, unknown>>): boolean {
  const { instances, ec2cluster } = entries;
  const sealed = isMapping(instances) ? Object.keys(instances) : [];
  if (sealed.some((key) => !OPEN_INSTANCE_ENTRIES.includes(key))) return true;
  return isMapping(ec2cluster) && !isDeepStrictEqual(maskCluster(ec2cluster), ec2cluster);
}

/** True where a value is, or may hold, a secret. */
export function isSecretPath([top, field, ...below]: readonly string[]): boolean {
  if (top === "instances") return field === undefined || !OPEN_INSTANCE_ENTRIES.includes(field);
  if (top === "ec2cluster") return field === undefined || field === "cloudconfig";
  if (top === "reflow-ec2") return field === undefined || (field === "helpers" && below.at(-1) !== "enabled");
  return top === "bootstrap";
}
