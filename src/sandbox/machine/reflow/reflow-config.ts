import { errorText } from "../../../errors.js";
import { goYaml } from "../../../config/go-yaml.js";
import { PROVIDERS, PROVIDERS_BY_KEY, type ProviderKey } from "../../../config/provider-table.js";
import { splitProvider } from "../../../config/providers.js";
import { remember } from "../../../lib/remember.js";
import { parseGoDuration } from "../../../lib/go-duration.js";
import type { Generation } from "../../../pool/resources.js";
import { reflowletSettingsProblem } from "./reflowlet-settings.js";
import { parseAuthority, type Authority } from "../../../tls/authority.js";
import { readYaml, YamlError } from "../system/yaml-text.js";

/** `/etc/reflowconfig` cannot be used; the message is what the program says before it ends. */
export class ReflowConfigError extends Error {}

/** How a program gets its AWS credentials. */
export type Session =
  /** Sealed into the configuration. */
  | { readonly kind: "sealed" }
  /** Asked of the metadata service. */
  | { readonly kind: "metadata" }
  /** None: every call to AWS fails. */
  | { readonly kind: "none" };

/** Reflow's default when nothing says otherwise. */
const DEFAULT_IDLE_MS = 10 * 60_000;

/** The keys that a program reads. A bootstrap passes over all others. */
export const BOOTSTRAP_KEYS: readonly ProviderKey[] = ["awscreds", "logger", "session", "sshkey", "tls"];
export const REFLOWLET_KEYS: readonly ProviderKey[] = (Object.keys(PROVIDERS_BY_KEY) as ProviderKey[]).filter(
  // It is taken out of what an instance is sent.
  (key) => key !== "cluster",
);

/** What the program fills in where the file has nothing, by generation. */
const DEFAULTS: Readonly<Record<Generation, Readonly<Record<string, unknown>>>> = {
  2020: {
    awscreds: "awscreds",
    awstool: "awstool,awstool=grailbio/awstool:latest",
    bootstrap: "bootstrapimage,uri=bootstrap",
    cache: "off",
    docker: "docker,memlimit=soft",
    key: {},
    labels: "kv",
    logger: "logger,level=info",
    reflowlet: "reflowletconfig",
    session: "awssession",
    sshkey: "key",
    tls: "tls,file=/tmp/ca.reflow",
    tracer: "xray",
    user: "user",
    versions: {},
  },
  2023: {
    awscreds: "awscreds",
    awstool: "awstool,awstool=grailbio/awstool:latest",
    bootstrap: "bootstrapimage,uri=bootstrap",
    cache: "off",
    docker: "docker,memlimit=soft",
    key: {},
    labels: "kv",
    logger: "logger,level=info",
    metrics: "nopmetrics",
    reflowlet: "reflowletconfig",
    repository: "noprepo",
    runid: "runid",
    session: "awssession",
    sshkey: "key",
    taskdb: "noptaskdb",
    tls: "tls,file=/tmp/ca.reflow",
    tracer: "noptracer",
    user: "user",
    versions: {},
  },
};

/** A Reflow configuration as the programs on an instance read it. */
export class ReflowConfig {
  private constructor(
    private readonly path: string,
    private readonly entries: Readonly<Record<string, unknown>>,
  ) {}

  /**
   * @param keys those that the program reads
   * @param overrides entries given on the command line, e.g. `session`
   * @throws ReflowConfigError when the text is no configuration, or names providers that do not exist.
   */
  static parse(
    text: string,
    path: string,
    keys: readonly ProviderKey[],
    overrides: ReadonlyMap<string, string> = new Map(),
  ): ReflowConfig {
    let value: unknown;
    try {
      value = readYaml(text);
    } catch (error) {
      if (error instanceof YamlError) throw new ReflowConfigError(`config ${path}: ${error.message}`);
      throw error;
    }
    if (!isMapping(value)) throw new ReflowConfigError(`config ${path}: yaml: cannot unmarshal into a map of keys`);
    const entries = { ...value };
    for (const [key, provider] of overrides) if (provider !== "") entries[key] = provider;
    for (const key of keys) {
      const entry = entries[key];
      if (entry === undefined || entry === "") continue;
      if (typeof entry !== "string") throw new ReflowConfigError(`config ${path}: key ${key}: not a provider`);
      const { name, flags } = splitProvider(entry);
      const known: readonly string[] = PROVIDERS_BY_KEY[key];
      if (!known.includes(name)) {
        throw new ReflowConfigError(`config ${path}: key ${key}: no provider named ${JSON.stringify(name)}`);
      }
      const flag = [...flags.keys()].find((given) => !Object.hasOwn(PROVIDERS[name]?.flags ?? {}, given));
      if (flag !== undefined) {
        throw new ReflowConfigError(`config ${path}: key ${key}: ${name}: flag provided but not defined: -${flag}`);
      }
    }
    if (entries["instances"] !== undefined && !isMapping(entries["instances"])) {
      throw new ReflowConfigError(`config ${path}: instances: not a mapping`);
    }
    return new ReflowConfig(path, entries);
  }

  /**
   * The authority: the text sealed into the file, else the file that the `tls` entry names.
   * @throws ReflowConfigError when there is neither, or it is incomplete. The real programs make an authority of their
   * own where the named file is missing; nobody trusts it, so the sandbox stops here and says so.
   */
  authority(readFile: (path: string) => string | undefined): Authority {
    const sealed = this.instance("tls");
    if (typeof sealed === "string" && sealed !== "")
      return this.parseAuthority(sealed, `instances.tls in ${this.path}`);
    const file = this.argument("tls", "file") ?? "";
    if (file === "") throw new ReflowConfigError("tls: no authority: neither sealed (instances.tls) nor tls,file=");
    const text = readFile(file);
    if (text === undefined) throw new ReflowConfigError(`tls: open ${file}: no such file or directory`);
    return this.parseAuthority(text, file);
  }

  /** Where AWS credentials come from; an instance profile is needed for the metadata service to have any. */
  session(instanceProfile: boolean): Session {
    const entry = this.entries["session"] ?? "awssession";
    if (entry === "ec2metadata") {
      if (isMapping(this.instance("ec2metadata"))) return { kind: "sealed" };
      return { kind: instanceProfile ? "metadata" : "none" };
    }
    const sealed = this.instance("awssession");
    const credentials = isMapping(sealed) ? sealed["credentials"] : undefined;
    const complete =
      isMapping(credentials) && Boolean(credentials["accesskeyid"]) && Boolean(credentials["secretaccesskey"]);
    return { kind: complete ? "sealed" : "none" };
  }

  /** The value of an argument of a provider, e.g. `version` of `reflow: reflowversion,version=…`. */
  argument(key: string, name: string): string | undefined {
    const entry = this.entries[key];
    if (typeof entry !== "string") return undefined;
    for (const part of entry.split(",").slice(1)) {
      if (part === name) return "";
      if (part.startsWith(`${name}=`)) return part.slice(name.length + 1);
    }
    return undefined;
  }

  /**
   * How long a reflowlet waits for work before it ends.
   * @throws ReflowConfigError when one of the reflowlet's settings is none.
   */
  idleMs(): number {
    const sealed = this.instance("reflowletconfig");
    const problem = reflowletSettingsProblem(sealed);
    if (problem !== undefined) throw new ReflowConfigError(`reflowletconfig: ${problem}`);
    const value = isMapping(sealed) ? sealed["maxidleduration"] : undefined;
    const given = value ?? this.argument("reflowlet", "maxidleduration");
    if (given === undefined || given === null || given === 0) return DEFAULT_IDLE_MS;
    if (typeof given === "number") return given / 1e6;
    const parsed = typeof given === "string" ? parseGoDuration(given) : undefined;
    if (parsed !== undefined) return parsed || DEFAULT_IDLE_MS;
    throw new ReflowConfigError(`reflowletconfig: maxidleduration: invalid duration ${JSON.stringify(given)}`);
  }

  /** The text that `/v1/config` shows: every entry and default, instance data left out, the program's own version. */
  publicText(generation: Generation, version: string): string {
    const { instances: _instances, ...entries } = this.entries;
    return goYaml({ ...DEFAULTS[generation], ...entries, reflow: `reflowversion,version=${version}` });
  }

  private instance(provider: string): unknown {
    const instances = this.entries["instances"];
    return isMapping(instances) ? instances[provider] : undefined;
  }

  private parseAuthority(pem: string, source: string): Authority {
    try {
      return readAuthority(`${source}\0${pem}`);
    } catch (error) {
      throw new ReflowConfigError(`tls: ${errorText(error)}`);
    }
  }
}

/** Machines that are launched together have the same authority; reading its key takes milliseconds. */
const readAuthority = remember(16, (text): Authority => {
  const [source = "", pem = ""] = text.split("\0", 2);
  return parseAuthority(pem, source);
});

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
