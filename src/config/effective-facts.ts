import { dottedKey } from "./explain-issue.js";
import { generationEvidence } from "./generation.js";
import type { LoadContext } from "./load-config.js";
import { maskConfig } from "./mask-config.js";
import type { ReflowConfig } from "./model.js";
import { DEFAULT } from "./origin.js";
import type { EffectiveValue, Origin } from "./origin.js";
import type { FileEntries } from "./schema.js";
import { providerFlag } from "./selections.js";
import type { YamlPath } from "./yaml-problem.js";

/** What decides beside the file and its context. */
export interface Surroundings {
  /** Flags of the command line that the configuration itself does not know. */
  readonly flags: {
    readonly config?: string | undefined;
    readonly profile?: string | undefined;
    readonly endpointUrl?: string | undefined;
  };
  /** The sandbox has given region and endpoint, and its configuration where the user has none. */
  readonly sandbox?: { readonly endpoint: string; readonly ownConfig: boolean } | undefined;
  /** The region of the AWS profile, asked for where nothing else names one. */
  readonly profileRegion?: string | undefined;
}

/** What flags, environment and file come to. */
export function effectiveFacts(
  config: ReflowConfig,
  context: LoadContext,
  surroundings: Surroundings,
  lineOf: (path: YamlPath) => number,
): readonly EffectiveValue[] {
  const entries = config.entries as FileEntries;
  const inFile = (...path: YamlPath): Origin => ({ kind: "file", file: config.source, line: lineOf(path) });
  const flagOf = (key: "user" | "reflow" | "tls" | "bootstrap", flag: string): Origin | undefined =>
    providerFlag(entries, key, flag) === undefined ? undefined : inFile(key);
  const named = (key: string, found: Named | undefined): EffectiveValue =>
    fact(key, found?.value ?? null, found?.origin ?? DEFAULT);
  const name = entries.ec2cluster?.name ? inFile("ec2cluster", "name") : DEFAULT;
  const shown = maskConfig(config);
  return [
    named("configuration", { value: config.source, origin: configOrigin(context, surroundings) }),
    fact("generation", config.generation, generationOrigin(entries, config.source, lineOf)),
    fact("cluster", config.cluster.name, context.flags.cluster === undefined ? name : flag("--cluster")),
    named("region", regionOf(config, context, surroundings, inFile)),
    named("profile", givenBy(surroundings.flags.profile, "--profile", context.env, ["AWS_PROFILE"])),
    named("endpoint", endpointOf(context, surroundings)),
    fact("user", config.user, flagOf("user", "user") ?? { kind: "login" }),
    fact("version", config.version ?? null, flagOf("reflow", "version") ?? DEFAULT),
    authorityFact(config, inFile),
    {
      ...fact("bootstrap", shown.bootstrapUrl, flagOf("bootstrap", "uri") ?? DEFAULT),
      masked: shown.bootstrapUrl !== config.bootstrapUrl,
    },
    fact("sshkeys", config.sshKeys, keysOrigin(config, entries, inFile)),
  ];
}

/** A value and who named it. */
interface Named {
  readonly value: string;
  readonly origin: Origin;
}

type InFile = (...path: YamlPath) => Origin;

function fact(key: string, value: unknown, origin: Origin): EffectiveValue {
  return { key, value, origin, masked: false };
}

function flag(name: string): Origin {
  return { kind: "flag", name };
}

/** A flag's value, else that of the first variable of the environment that has one. */
function givenBy(
  value: string | undefined,
  flagName: string,
  env: LoadContext["env"],
  variables: readonly string[],
): Named | undefined {
  if (value !== undefined) return { value, origin: flag(flagName) };
  for (const name of variables) {
    const found = env[name];
    if (found) return { value: found, origin: { kind: "environment", name } };
  }
  return undefined;
}

function configOrigin({ env }: LoadContext, { flags, sandbox }: Surroundings): Origin {
  if (sandbox?.ownConfig === true) return { kind: "sandbox" };
  return givenBy(flags.config, "--config", env, ["REFLOW_EC2_CONFIG"])?.origin ?? DEFAULT;
}

function generationOrigin(entries: FileEntries, file: string, lineOf: (path: YamlPath) => number): Origin {
  const stated = ["reflow-ec2", "generation"];
  if (entries["reflow-ec2"]?.generation !== undefined) return { kind: "file", file, line: lineOf(stated) };
  const { keysOf2020, keysOf2023 } = generationEvidence(entries);
  const keys = [...keysOf2020, ...keysOf2023].map((path) => ({ key: dottedKey(path), line: lineOf(path) }));
  return keys.length === 0 ? DEFAULT : { kind: "keys", file, keys };
}

function regionOf(
  config: ReflowConfig,
  context: LoadContext,
  { sandbox, profileRegion }: Surroundings,
  inFile: InFile,
): Named | undefined {
  const { region } = context.flags;
  if (sandbox !== undefined && region !== undefined) return { value: region, origin: { kind: "sandbox" } };
  const given = givenBy(region, "--region", context.env, ["AWS_REGION", "AWS_DEFAULT_REGION"]);
  if (given !== undefined) return given;
  const { ec2cluster } = config.entries as FileEntries;
  if (config.region !== undefined) {
    const sealed = inFile("instances", config.session, "region");
    return { value: config.region, origin: ec2cluster?.region ? inFile("ec2cluster", "region") : sealed };
  }
  return profileRegion === undefined ? undefined : { value: profileRegion, origin: { kind: "profile" } };
}

function endpointOf({ env }: LoadContext, { flags, sandbox }: Surroundings): Named | undefined {
  if (sandbox !== undefined) return { value: sandbox.endpoint, origin: { kind: "sandbox" } };
  return givenBy(flags.endpointUrl, "--endpoint-url", env, ["AWS_ENDPOINT_URL_EC2", "AWS_ENDPOINT_URL"]);
}

/** Where the TLS authority is; never its text. */
function authorityFact({ authority }: ReflowConfig, inFile: InFile): EffectiveValue {
  switch (authority.kind) {
    case "sealed":
      return { ...fact("authority", "sealed in the configuration", inFile("instances", "tls")), masked: true };
    case "file":
      return fact("authority", authority.path, inFile("tls"));
    case "none":
      return fact("authority", null, DEFAULT);
  }
}

function keysOrigin({ sshKeys, publicKey }: ReflowConfig, entries: FileEntries, inFile: InFile): Origin {
  if (sshKeys.length === 0) return DEFAULT;
  if (entries.key?.key) return inFile("key", "key");
  if (providerFlag(entries, "sshkey", "key") !== undefined) return inFile("sshkey");
  if (publicKey !== undefined) return { kind: "public-key" };
  return inFile("ec2cluster", entries.ec2cluster?.sshkey ? "sshkey" : "sshkeys");
}
