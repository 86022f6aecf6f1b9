/** What a provider's flag takes; a list names the only values. */
export type FlagKind = "text" | "integer" | "number" | "duration" | readonly string[];

/** A provider of Reflow's. */
export interface Provider {
  readonly flags: Readonly<Record<string, FlagKind>>;
  /** Reflow of 2020 has no such provider, so its name tells the generation. */
  readonly since2023?: true;
  /** The provider is of both years, its flags are not. */
  readonly flagsSince2023?: true;
}

const noFlags: Provider = { flags: {} };
const noFlagsSince2023: Provider = { flags: {}, since2023: true };

/** Reflow's providers with their flags, of both years. */
export const PROVIDERS: Readonly<Record<string, Provider>> = {
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
