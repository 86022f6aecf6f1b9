import { encodeUserData } from "../cloudconfig/user-data.js";
import { marshalCloudConfig } from "../cloudconfig/cloud-config.js";
import type { UserDataRequest } from "../cluster/settings.js";
import { instanceConfigYaml } from "../config/instance-config.js";
import type { ReflowConfig, SealedCredentials } from "../config/model.js";
import type { Authority } from "../tls/authority.js";
import { buildUserData } from "../userdata/build-user-data.js";

/** What goes into every instance of a cluster. */
export interface InstanceSecrets {
  readonly authority: Pick<Authority, "pem">;
  readonly region: string;
  /** Asked for at each launch: temporary credentials change. */
  readonly credentials: () => Promise<SealedCredentials>;
}

/** Makes the base64 user-data of launches. @throws ConfigError when it is wrong, or larger than EC2 takes. */
export function userDataMaker(
  config: ReflowConfig,
  secrets: InstanceSecrets,
): (request: UserDataRequest) => Promise<string> {
  const textOf = userDataTextMaker(config, secrets);
  return async (request) => encodeUserData(await textOf(request));
}

/**
 * Makes the text of user-data, before it is compressed: certificates and credentials sealed, the user's cloud-config
 * merged.
 */
export function userDataTextMaker(
  config: ReflowConfig,
  secrets: InstanceSecrets,
): (request: UserDataRequest) => Promise<string> {
  const { cluster, own } = config;
  return async (request) => {
    const sealsCredentials = config.session === "awssession" || config.generation === 2020;
    const credentials = sealsCredentials ? await secrets.credentials() : undefined;
    const instanceConfig = instanceConfigYaml(config, {
      authorityPem: secrets.authority.pem,
      region: secrets.region,
      credentials,
      imageId: request.imageId,
    });
    const cloudConfig = buildUserData({
      generation: config.generation,
      instanceConfig,
      bootstrapUrl: config.bootstrapUrl,
      bootstrapExpiryMs: config.maxIdleMs,
      usableWithinMs: request.usableWithinMs,
      endsThen: request.endsThen,
      ecrLogin: request.registryLogin,
      sshKeys: config.sshKeys,
      immortal: cluster.immortal && !request.endsThen,
      instanceProfile: cluster.instanceProfile,
      awsCredentials: credentials,
      dataVolumes: request.dataVolumes,
      ebsNvme: request.ebsNvme,
      nodeExporterPort: config.metrics?.nodeExporterPort,
      helpers: own.helpers,
      userCloudConfig: cluster.cloudConfig,
      source: config.source,
    });
    return marshalCloudConfig(cloudConfig);
  };
}
