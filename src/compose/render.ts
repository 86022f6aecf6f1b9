import { loadCatalog } from "../catalog/load-catalog.js";
import type { ClusterListener } from "../cluster/events.js";
import { userDataRequest } from "../cluster/launch/request.js";
import { planLaunch } from "../cluster/plan-launch.js";
import { maskConfig } from "../config/mask-config.js";
import type { ReflowConfig } from "../config/model.js";
import { inspectUserData } from "../userdata/inspect-user-data.js";
import type { RenderOptions, UserDataRenderer } from "../userdata/rendering.js";
import { measuredPathOf, readMeasured } from "./measured-file.js";
import {
  authorityOf,
  credentialsOf,
  readConfig,
  regionOf,
  warnOfTokens,
  type ClusterEnvironment,
  type ClusterTarget,
} from "./open-cluster.js";
import { clusterSettings } from "./settings.js";
import { maskedSecrets, standInSecrets, type LaunchSecrets } from "./stand-ins.js";
import { userDataMaker, userDataTextMaker } from "./user-data.js";

export type { RenderedUserData, RenderOptions, UserDataRenderer, UserDataReport } from "../userdata/rendering.js";

/** A type is chosen as for an alloc of this size. */
const PLAIN_NEED = { cpu: 1 };

/**
 * Reads the configuration, to look at the user-data of its launches. Unlike a cluster it opens without a version and
 * without an authority. Asks nothing of AWS.
 * @throws ConfigError for a configuration that is missing or wrong, or that has no region.
 */
export async function openRenderer(
  environment: ClusterEnvironment,
  target: ClusterTarget,
  onEvent?: ClusterListener,
): Promise<UserDataRenderer> {
  const config = await readConfig(environment, target);
  const region = await regionOf(config, target);
  const catalog = await loadCatalog(region, await readMeasured(measuredPathOf(config, target, environment.home)));
  // Looking costs nothing, so no limit on costs holds.
  const settings = { ...clusterSettings(config, region, config.version ?? ""), maxHourlyUsd: Infinity };
  const plan = ({ instanceType, signal }: RenderOptions) => {
    signal.throwIfAborted();
    return planLaunch({ settings, catalog }, PLAIN_NEED, { instanceType });
  };
  return {
    config: { source: config.source, warnings: config.warnings, logLevel: config.logLevel },
    region,
    render: async (options) => {
      const chosen = plan(options);
      const authority = config.authority.kind === "none" ? undefined : await authorityOf(config);
      const textWith = (shown: ReflowConfig, { registryLogin, credentials, authority: sealed }: LaunchSecrets) =>
        userDataTextMaker(shown, { authority: sealed, region, credentials: async () => credentials })(
          userDataRequest({ settings, catalog }, chosen, config.own.ecr ? registryLogin : undefined),
        );
      return {
        instanceType: chosen.instanceType,
        text: await textWith(maskConfig(config), maskedSecrets(authority, region)),
        report: inspectUserData(await textWith(config, standInSecrets(authority, region))),
        standIns: standInNames(config),
        launchProblems: settings.launchProblems,
      };
    },
    raw: async (options) => {
      const chosen = plan(options);
      const { signal } = options;
      const authority = await authorityOf(config);
      const aws = await import("../aws/index.js");
      const credentials = credentialsOf(aws, config, target);
      const access = { region, endpointUrl: target.endpointUrl, credentials };
      const registryLogin = config.own.ecr
        ? await new aws.SdkEcrAuthenticator(aws.createEcrClient(access), environment.clock).login(signal)
        : undefined;
      const sealed = warnOfTokens(config.generation, credentials, environment.clock, onEvent);
      const make = userDataMaker(config, {
        authority,
        region,
        credentials: () =>
          sealed().catch((error: unknown) => {
            throw aws.fromSdkError("credentials", error, signal);
          }),
      });
      return make(userDataRequest({ settings, catalog }, chosen, registryLogin));
    },
  };
}

/** What of a launch's user-data is known only when it is asked for, or not there. */
function standInNames({ authority, own, session }: ReflowConfig): readonly string[] {
  return [
    ...(authority.kind === "none" ? ["TLS authority"] : []),
    ...(own.ecr ? ["login for ECR"] : []),
    ...(session === "awssession" ? ["AWS credentials"] : []),
  ];
}
