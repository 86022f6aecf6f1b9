import type { AwsAccess, AwsCredentials } from "../aws/clients.js";
import type * as Aws from "../aws/index.js";
import { loadCatalog, loadInstanceTypeNames } from "../catalog/load-catalog.js";
import { Cluster } from "../cluster/cluster.js";
import type { ClusterListener } from "../cluster/events.js";
import { measuredPathOf, readMeasured } from "./measured-file.js";
import { reflowletUpload } from "./reflowlet-upload.js";
import { clusterSettings } from "./settings.js";
import { webChecks } from "./web-checks.js";
import { loadConfig } from "../config/load-config.js";
import type { ReflowConfig } from "../config/model.js";
import { findConfigPath, readConfigFile, readDefaultPublicKey } from "../config/read-config.js";
import { sealWarning } from "../config/seal-warning.js";
import { ConfigError } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { deferTransport } from "../pool/deferred-transport.js";
import { parseAuthority, readAuthorityFile, type Authority } from "../tls/authority.js";
import { issueCertificate } from "../tls/issue.js";
import { createMutualTlsTransport } from "../tls/transport.js";

/** What opening a cluster takes from the process. */
export interface ClusterEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  /** The user's login name. */
  readonly login: string;
  readonly clock: Clock;
  randomBytes(length: number): Buffer;
}

/** Which cluster is meant; what is not given comes from environment, configuration file and defaults, in this order. */
export interface ClusterTarget {
  /** Path of the configuration. */
  readonly config?: string | undefined;
  /** Name of the cluster. */
  readonly cluster?: string | undefined;
  readonly region?: string | undefined;
  /** Profile of the shared AWS files. */
  readonly profile?: string | undefined;
  readonly endpointUrl?: string | undefined;
  /** What stands before the URLs of public addresses: a sandbox's own web; the real one is asked where it is absent. */
  readonly webPrefix?: string | undefined;
  /** Where own measurements are kept instead of where the configuration says. */
  readonly measured?: string | undefined;
  /** Beat every other source of credentials. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
}

/** An open cluster with the configuration that made it. */
export interface OpenedCluster {
  readonly cluster: Cluster;
  readonly config: ReflowConfig;
  readonly region: string;
  /** The file of own measurements that it was opened with; `saveMeasured` adds to it. */
  readonly measuredPath: string;
  /** What the user should know but need not mend. */
  readonly warnings: readonly string[];
}

/**
 * Reads the configuration and puts a cluster together: authority, certificate, AWS clients, catalogue. Asks nothing of
 * EC2.
 * @throws ConfigError for a configuration that is missing or wrong, or that has no region, version or authority.
 */
export async function openCluster(
  environment: ClusterEnvironment,
  target: ClusterTarget,
  onEvent?: ClusterListener,
): Promise<OpenedCluster> {
  const { clock } = environment;
  // The SDK takes longest to load; everything else is done meanwhile.
  const loadingAws = import("../aws/index.js");
  loadingAws.catch(() => undefined);
  const config = await readConfig(environment, target);
  const version = versionOf(config);
  const authority = await authorityOf(config);
  // A certificate takes long to issue; it is done while EC2's first answer is waited for.
  const transport = deferTransport(async () => {
    const clientCertificate = await issueCertificate(authority, { nowMs: clock.nowMs(), key: "p256" });
    return createMutualTlsTransport({ authority, clientCertificate, clock });
  });
  const aws = await loadingAws;
  const region = await regionOf(config, target);
  const measuredPath = measuredPathOf(config, target, environment.home);
  const credentials = credentialsOf(aws, config, target);
  const access: AwsAccess = {
    region,
    endpointUrl: target.endpointUrl,
    credentials,
    onWaiting: () => transport.prepare(),
  };
  const cluster = new Cluster({
    settings: clusterSettings(config, region, version),
    ec2: new aws.Ec2Adapter(aws.createEc2Clients(access), environment),
    transport,
    upload: reflowletUpload(config, access, environment),
    authenticator: config.own.ecr ? new aws.SdkEcrAuthenticator(aws.createEcrClient(access), clock) : undefined,
    ...webChecks(environment, target, config),
    catalog: await loadCatalog(region, await readMeasured(measuredPath)),
    // Loaded by the first launch: most commands find what they need.
    userData: async (request) => {
      const { userDataMaker } = await import("./user-data.js");
      return userDataMaker(config, {
        authority,
        region,
        credentials: warnOfTokens(config.generation, credentials, clock, onEvent),
      })(request);
    },
    clock,
    randomBytes: (length) => environment.randomBytes(length),
    onEvent,
  });
  return { cluster, config, region, measuredPath, warnings: config.warnings };
}

/** The region of a target: the configuration's, else that of the AWS profile. @throws ConfigError without one. */
export async function regionOf(config: ReflowConfig, { profile }: ClusterTarget): Promise<string> {
  return config.region ?? (await profileRegion(profile)) ?? noRegion(config);
}

/** The region that the shared AWS files give a profile, or the default one. */
export async function profileRegion(profile: string | undefined): Promise<string | undefined> {
  const { sharedRegion } = await import("../aws/index.js");
  return sharedRegion(profile);
}

/** Finds the credentials of a target when they are first needed. */
export function credentialsOf(
  aws: typeof Aws,
  config: ReflowConfig,
  { credentials: given, profile }: ClusterTarget,
): AwsAccess["credentials"] {
  return given === undefined ? aws.credentialsFor(profile, config.sealedCredentials) : async () => given;
}

/** Credentials to be sealed into an instance; says so when they will end while it lives on. */
export function warnOfTokens(
  generation: ReflowConfig["generation"],
  credentials: AwsAccess["credentials"],
  clock: Clock,
  onEvent: ClusterListener | undefined,
): () => Promise<AwsCredentials> {
  return async () => {
    const sealed = await credentials();
    if (sealed.sessionToken !== undefined) {
      onEvent?.({
        kind: "warning",
        message: sealWarning(generation, sealed.expiration?.getTime()),
        atMs: clock.nowMs(),
      });
    }
    return sealed;
  };
}

/** Reads and checks the configuration of a target. @throws ConfigError with all its mistakes. */
export async function readConfig(environment: ClusterEnvironment, target: ClusterTarget): Promise<ReflowConfig> {
  const { env, home, login } = environment;
  const path = findConfigPath({ flag: target.config, env, home });
  const [text, types, defaultPublicKey] = await Promise.all([
    readConfigFile(path),
    loadInstanceTypeNames(),
    readDefaultPublicKey(home),
  ]);
  return loadConfig(text, {
    source: path,
    home,
    login,
    env,
    flags: { cluster: target.cluster, region: target.region },
    defaultPublicKey,
    knownInstanceType: (type) => types.has(type),
  });
}

function versionOf(config: ReflowConfig): string {
  if (config.version !== undefined) return config.version;
  throw new ConfigError(`${config.source} does not say which version of Reflow the cluster is of`, [], {
    hint: "set `reflow: reflowversion,version=...` to what `reflow version` prints: only instances of that version are members",
  });
}

/** The authority that a configuration names. @throws ConfigError when there is none, or it is damaged. */
export async function authorityOf({ authority, source }: ReflowConfig): Promise<Authority> {
  switch (authority.kind) {
    case "sealed":
      return parseAuthority(authority.pem, `${source}: instances.tls`);
    case "file":
      return readAuthorityFile(authority.path);
    case "none":
      throw new ConfigError(`${source} names no TLS authority`, [], {
        hint: "set `tls: tls,file=PATH`; `reflow-ec2 setup` makes an authority where there is none",
      });
  }
}

function noRegion({ source, generation }: ReflowConfig): never {
  throw new ConfigError(`there is no region: not in ${source}, not in the environment, not in the AWS profile`, [], {
    hint: `give --region, set AWS_REGION${generation === 2020 ? ", or set `ec2cluster: region`" : ""}`,
  });
}
