import { resolve } from "node:path";
import type { AwsAccess } from "../aws/clients.js";
import { loadInstanceTypeNames } from "../catalog/load-catalog.js";
import type { Ec2Port } from "../cluster/ports.js";
import { identityTags } from "../cluster/tags.js";
import { loadConfig } from "../config/load-config.js";
import { findConfigPath } from "../config/read-config.js";
import { saysNothing } from "../setup/look.js";
import { setupWith, type Setup } from "../setup/setup.js";
import type { ClusterIdentity } from "../setup/ports.js";
import { credentialsOf, regionOf, type ClusterEnvironment, type ClusterTarget } from "./open-cluster.js";
import { setupFiles } from "./setup-files.js";

export type { SetupEvent, SetupPlan, SetupResult, SetupStep, SetupWishes } from "../setup/model.js";

/** A setup with what must be let go of at the end. */
export interface OpenedSetup extends Setup {
  /** Closes the connections. */
  close(): void;
}

/**
 * Puts a setup together: region and credentials are found, by a configuration where there is one. Asks nothing of AWS.
 * @throws ConfigError for a configuration with mistakes, and where there is no region
 */
export async function openSetup(environment: ClusterEnvironment, target: ClusterTarget): Promise<OpenedSetup> {
  const { env, home, login, clock } = environment;
  const loadingAws = import("../aws/index.js");
  loadingAws.catch(() => undefined);
  const files = setupFiles(clock, (length) => environment.randomBytes(length));
  // The configuration is to name files by whole paths.
  const configPath = resolve(findConfigPath({ flag: target.config, env, home }));
  const [look, types] = await Promise.all([files.look(configPath), loadInstanceTypeNames()]);
  const parse = (text: string) =>
    loadConfig(text, {
      source: configPath,
      home,
      login,
      env,
      flags: { cluster: target.cluster, region: target.region },
      knownInstanceType: (type) => types.has(type),
    });
  const config = parse(look === undefined || saysNothing(look.text) ? "{}" : look.text);
  const region = await regionOf(config, target);
  const aws = await loadingAws;
  const access: AwsAccess = {
    region,
    endpointUrl: target.endpointUrl,
    credentials: credentialsOf(aws, config, target),
  };
  const account = await aws.openAccount(access, environment);
  const clients = aws.createEc2Clients(access);
  const ec2 = new aws.Ec2Adapter(clients, environment);
  const setup = setupWith(
    {
      account,
      files,
      clock,
      members: (cluster, signal) => findMembers(ec2, cluster, signal),
      parseConfig: parse,
      knownTypes: types,
    },
    { configPath, region, cluster: target.cluster, login },
  );
  return {
    ...setup,
    close() {
      account.close();
      clients.launching.destroy();
      clients.other.destroy();
    },
  };
}

/** Instances of the cluster that are there or may come back; the version does not matter. */
function findMembers(
  ec2: Ec2Port,
  cluster: ClusterIdentity,
  signal: AbortSignal,
): ReturnType<Ec2Port["describeInstances"]> {
  const tags = identityTags({ ...cluster, version: "", labels: {} });
  return ec2.describeInstances({ tags, states: ["pending", "running", "stopping", "stopped"] }, signal);
}
