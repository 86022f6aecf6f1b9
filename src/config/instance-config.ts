import { BUILT_IN_ENTRIES } from "./defaults.js";
import { goYaml } from "./go-yaml.js";
import type { Generation, ReflowConfig, SealedCredentials } from "./model.js";
import { DEFAULT_METRICS_PORT, splitProvider } from "./providers.js";
import { reflowletSettings, sealedReflowletSettings } from "./reflowlet-settings.js";
import { fileSchema } from "./schema.js";
import type { FileEntries } from "./schema.js";

/** What is known only when an instance is launched, to be sealed into its configuration. */
export interface SealedFacts {
  /** The authority's certificate and private key, as its file has them. */
  readonly authorityPem: string;
  readonly region: string;
  /** Absent: none are sealed. Never sealed with `session: ec2metadata` of 2023. */
  readonly credentials?: SealedCredentials | undefined;
  /** The machine image in use, where it is not the file's. */
  readonly imageId?: string | undefined;
}

/** What Reflow of 2023 seals for `predictor: predictorconfig`. */
const PREDICTOR_DEFAULTS = { mindata: 5, maxinspect: 50, mempercentile: 95, alwaysrun: false };

/**
 * The text of `/etc/reflowconfig`, as Reflow of the configuration's generation makes it: the file with Reflow's
 * defaults filled in, without `cluster` and without `reflow-ec2`, with authority, credentials and the reflowlet's
 * settings under `instances`. Holds secrets. The same arguments give the same bytes.
 */
export function instanceConfigYaml(config: ReflowConfig, sealed: SealedFacts): string {
  const entries = fileSchema.parse(config.entries);
  const { cluster: _cluster, "reflow-ec2": _own, ...sent } = entries;
  return goYaml({
    ...BUILT_IN_ENTRIES[config.generation],
    tls: "tls",
    ...sent,
    ...forcedEntries(config, entries),
    ec2cluster: clusterEntries(config, entries.ec2cluster ?? {}, sealed),
    key: config.publicKey === undefined ? (entries.key ?? {}) : { key: config.publicKey },
    versions: entries.versions ?? {},
    instances: instanceEntries(config, entries, sealed),
  });
}

/** Entries that Reflow sets whatever the file has. */
function forcedEntries(config: ReflowConfig, entries: FileEntries): Readonly<Record<string, string>> {
  return {
    logger: `logger,level=${config.logLevel}`,
    ...(config.version === undefined ? {} : { reflow: `reflowversion,version=${config.version}` }),
    ...metricsEntry(config.generation, entries.metrics),
  };
}

/** On an instance of 2023 the metrics are served, on a fixed port unless the file has another. */
function metricsEntry(generation: Generation, metrics = ""): Readonly<Record<string, string>> {
  const { name, flags } = splitProvider(metrics);
  if (generation !== 2023 || name !== "prometrics" || flags.has("port")) return {};
  return { metrics: `${metrics},port=${DEFAULT_METRICS_PORT}` };
}

type ClusterEntries = NonNullable<FileEntries["ec2cluster"]>;

/** Fields that Reflow leaves out when they are empty, zero or false. */
const OMITTED_WHEN_EMPTY = [
  "spot",
  "instanceprofile",
  "securitygroup",
  "subnet",
  "subnets",
  "availabilityzone",
  "region",
  "immortal",
  "nodeexportermetricsport",
  "spotprobedepth",
  "instancetypes",
] as const;

/** `ec2cluster:` as Reflow's own cluster writes it once it runs: the file's fields and those that it always writes. */
function clusterEntries(
  config: ReflowConfig,
  file: ClusterEntries,
  sealed: SealedFacts,
): Readonly<Record<string, unknown>> {
  const { cluster, generation } = config;
  const ofYear =
    generation === 2020
      ? {
          diskspace: file.diskspace || (cluster.disk.kind === "fixed" ? cluster.disk.sizeGiB : cluster.disk.defaultGiB),
          region: sealed.region,
          sshkey: config.publicKey ?? file.sshkey ?? "",
        }
      : {
          instancesizetodiskspace: file.instancesizetodiskspace ?? {},
          maxhourlycostusd: cluster.maxHourlyCostUsd,
          maxpendinginstances: cluster.maxPendingInstances,
          nodeexportermetricsport: config.metrics?.nodeExporterPort ?? 0,
          sshkeys: config.publicKey === undefined ? (file.sshkeys ?? []) : [config.publicKey],
        };
  const section: Record<string, unknown> = {
    ...file,
    ...ofYear,
    ami: sealed.imageId ?? file.ami ?? "",
    cloudconfig: file.cloudconfig ?? {},
    diskslices: file.diskslices ?? 0,
    disktype: cluster.diskType,
    keyname: file.keyname ?? "",
    name: cluster.name,
  };
  for (const field of OMITTED_WHEN_EMPTY) if (isEmpty(section[field])) delete section[field];
  return section;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : !value;
}

/** `instances:`, which beats everything else on the instance. */
function instanceEntries(
  config: ReflowConfig,
  entries: FileEntries,
  sealed: SealedFacts,
): Readonly<Record<string, unknown>> {
  const { generation, session } = config;
  const { awssession: _awssession, ec2metadata: _ec2metadata, ...others } = entries.instances ?? {};
  const { credentials } = sealed;
  const sealsSession = credentials !== undefined && (session === "awssession" || generation === 2020);
  return {
    ...others,
    ...(sealsSession ? { [session]: sessionEntry(credentials, sealed.region) } : {}),
    ...(entries.predictor ? { predictorconfig: { ...PREDICTOR_DEFAULTS, ...others.predictorconfig } } : {}),
    reflowletconfig: sealedReflowletSettings(reflowletSettings(entries, generation), generation),
    tls: sealed.authorityPem,
  };
}

function sessionEntry(credentials: SealedCredentials, region: string): Readonly<Record<string, unknown>> {
  return {
    region,
    credentials: {
      accesskeyid: credentials.accessKeyId,
      secretaccesskey: credentials.secretAccessKey,
      sessiontoken: credentials.sessionToken ?? "",
      providername: credentials.providerName ?? "",
    },
  };
}
