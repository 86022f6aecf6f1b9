import { stat } from "node:fs/promises";
import type { AwsAccess } from "../aws/clients.js";
import type * as Aws from "../aws/index.js";
import { loadCatalog } from "../catalog/load-catalog.js";
import { Cluster } from "../cluster/cluster.js";
import type { ClusterContext } from "../cluster/context.js";
import { loadConfig } from "../config/load-config.js";
import type { ReflowConfig } from "../config/model.js";
import { findConfigPath } from "../config/read-config.js";
import type { ConfigurationState, DoctorParts, Place } from "../doctor/context.js";
import { doctorOf, type Doctor } from "../doctor/doctor.js";
import { ConfigError } from "../errors.js";
import { deferTransport } from "../pool/deferred-transport.js";
import { issueCertificate } from "../tls/issue.js";
import { createMutualTlsTransport } from "../tls/transport.js";
import { systemErrorCode } from "../lib/system-error.js";
import { binaryFile } from "./binary-file.js";
import { measuredPathOf, readMeasured } from "./measured-file.js";
import {
  authorityOf,
  credentialsOf,
  readConfig,
  regionOf,
  type ClusterEnvironment,
  type ClusterTarget,
} from "./open-cluster.js";
import { openRenderer } from "./render.js";
import { clusterSettings } from "./settings.js";
import { webChecks } from "./web-checks.js";

export type { Doctor } from "../doctor/doctor.js";
export type { ExamineOptions } from "../doctor/examine.js";
export type { Examined, Finding } from "../doctor/finding.js";
export type { Policy, Statement } from "../doctor/policy/policy.js";

/**
 * Puts a doctor together. Whatever is missing or wrong is for it to find: this throws nothing of it, and asks nothing of
 * AWS.
 */
export async function openDoctor(environment: ClusterEnvironment, target: ClusterTarget): Promise<Doctor> {
  const loadingAws = import("../aws/index.js");
  loadingAws.catch(() => undefined);
  const { state, config } = await configurationOf(environment, target);
  const aws = await loadingAws;
  const credentials = credentialsOf(aws, config, target);
  const closers: (() => void)[] = [];
  let opened: Promise<Place> | undefined;
  const place = (): Promise<Place> => {
    opened ??= openPlace(environment, target, config, { aws, credentials, closers });
    // Whoever asks hears of it.
    opened.catch(() => undefined);
    return opened;
  };
  const parts: DoctorParts = {
    configuration: state,
    config,
    clock: environment.clock,
    fileMode: modeOf,
    async credentials(signal) {
      try {
        const found = await credentials();
        return {
          accessKeyId: found.accessKeyId,
          isTemporary: found.sessionToken !== undefined && found.sessionToken !== "",
          expiresMs: found.expiration?.getTime(),
        };
      } catch (error) {
        throw aws.fromSdkError("credentials", error, signal);
      }
    },
    place,
    authority: () => authorityOf(config),
    userData: async (signal) => (await openRenderer(environment, target)).render({ signal }),
    objects: async () => {
      const { region } = await place();
      const access = { region, endpointUrl: target.endpointUrl, credentials };
      return (await import("../aws/s3.js")).createObjectPort(access, ownEndpoint(environment, target));
    },
    binary: config.own.binary === undefined ? undefined : binaryFile(config.own.binary, environment.home),
  };
  return doctorOf(parts, () => closers.forEach((close) => close()));
}

/** The configuration, or why there is none; then what holds without one. */
async function configurationOf(
  environment: ClusterEnvironment,
  target: ClusterTarget,
): Promise<{ readonly state: ConfigurationState; readonly config: ReflowConfig }> {
  try {
    return { state: { kind: "read" }, config: await readConfig(environment, target) };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const code = systemErrorCode(error.cause);
    const kind = code === "ENOENT" || code === "ENOTDIR" ? "missing" : "broken";
    return { state: { kind, error }, config: configWithout(environment, target) };
  }
}

/** What flags and environment say, where these can be meant. */
function configWithout({ env, home, login }: ClusterEnvironment, target: ClusterTarget): ReflowConfig {
  const source = findConfigPath({ flag: target.config, env, home });
  const context = { source, home, login, env, flags: { region: target.region } };
  try {
    return loadConfig("{}", context);
  } catch {
    return loadConfig("{}", { ...context, env: {}, flags: {} });
  }
}

interface Opening {
  readonly aws: typeof Aws;
  readonly credentials: AwsAccess["credentials"];
  readonly closers: (() => void)[];
}

async function openPlace(
  environment: ClusterEnvironment,
  target: ClusterTarget,
  config: ReflowConfig,
  { aws, credentials, closers }: Opening,
): Promise<Place> {
  const { clock } = environment;
  const region = await regionOf(config, target);
  const catalog = await loadCatalog(region, await readMeasured(measuredPathOf(config, target, environment.home)));
  const access: AwsAccess = { region, endpointUrl: target.endpointUrl, credentials };
  const account = await aws.openAccount(access, environment, ownEndpoint(environment, target));
  const clients = aws.createEc2Clients(access);
  const transport = deferTransport(async () => {
    const authority = await authorityOf(config);
    const clientCertificate = await issueCertificate(authority, { nowMs: clock.nowMs(), key: "p256" });
    return createMutualTlsTransport({ authority, clientCertificate, clock });
  });
  const core: ClusterContext = {
    settings: clusterSettings(config, region, config.version ?? ""),
    ec2: new aws.Ec2Adapter(clients, environment),
    transport,
    ...webChecks(environment, target, config),
    catalog,
    userData: () => Promise.reject(new Error("a doctor launches nothing")),
    clock,
    randomBytes: (length) => environment.randomBytes(length),
  };
  const cluster = new Cluster(core);
  closers.push(
    () => account.close(),
    () => clients.launching.destroy(),
    () => clients.other.destroy(),
    () => cluster.close(),
  );
  return { region, account, core, list: (signal) => cluster.list({ signal }) };
}

/** Endpoints other than AWS's own have buckets in the path. The SDK reads the environment by itself. */
function ownEndpoint({ env }: ClusterEnvironment, { endpointUrl }: ClusterTarget): boolean {
  return Boolean(endpointUrl ?? (env["AWS_ENDPOINT_URL_S3"] || env["AWS_ENDPOINT_URL"]));
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode & 0o777;
  } catch {
    return undefined;
  }
}
