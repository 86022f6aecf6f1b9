import { allowedTypes } from "../catalog/allowed-types.js";
import { loadCatalog } from "../catalog/load-catalog.js";
import type { CatalogType, Market } from "../catalog/model.js";
import { usableDiskBytes } from "../catalog/offered-resources.js";
import { truePrice } from "../catalog/true-price.js";
import { typeBar } from "../catalog/type-bar.js";
import { storageOf } from "../cluster/plan-launch.js";
import { buildOfferings } from "../cluster/planner/offerings.js";
import type { FitVerdict, InstanceCatalogue, InstanceTypeView } from "../commands/shared/instance-catalogue.js";
import { loadConfig } from "../config/load-config.js";
import type { ReflowConfig } from "../config/model.js";
import { findConfigPath } from "../config/read-config.js";
import { ConfigError } from "../errors.js";
import { systemErrorCode } from "../lib/system-error.js";
import { measuredPathOf, readMeasured } from "./measured-file.js";
import { readConfig, regionOf, type ClusterEnvironment, type ClusterTarget } from "./open-cluster.js";
import { clusterSettings } from "./settings.js";

export type { FitVerdict, InstanceCatalogue, InstanceTypeView } from "../commands/shared/instance-catalogue.js";

/**
 * The instance types of a region with their true prices, what is known of them, and whether the configuration lets them
 * be launched. Where no configuration is named and the usual one is missing, defaults stand for it. Asks nothing of AWS.
 * @throws ConfigError for a configuration that is named and missing, or wrong, and where there is no region.
 */
export async function openInstanceCatalogue(
  environment: ClusterEnvironment,
  target: ClusterTarget,
): Promise<InstanceCatalogue> {
  const { config, found } = await configOrDefaults(environment, target);
  const region = await regionOf(config, target);
  const catalog = await loadCatalog(region, await readMeasured(measuredPathOf(config, target, environment.home)));
  // Looking costs nothing.
  const settings = { ...clusterSettings(config, region, config.version ?? ""), maxHourlyUsd: Infinity };
  const { market, architectures } = settings;
  const { allowed } = allowedTypes(catalog, settings.instanceTypes);
  const markets: readonly Market[] = market === "spot" && settings.spot.fallback ? ["spot", "on-demand"] : [market];
  const view = (facts: CatalogType): InstanceTypeView => {
    const { volumes, dataGiB } = storageOf(settings, facts.type);
    const price = truePrice({ type: facts, market: "on-demand", volumes });
    const bars = markets.map((each) => typeBar(facts, { catalog, market: each, allowed, architectures }));
    return {
      facts,
      diskBytes: usableDiskBytes(dataGiB),
      price,
      spotEstimateUsd: spotEstimateUsd(facts, volumes),
      problem: bars.includes(undefined) ? (price === undefined ? "no price known" : "") : (bars[0]?.reason ?? ""),
    };
  };
  return {
    config: { source: config.source, warnings: config.warnings, logLevel: config.logLevel, found },
    region,
    market,
    asOf: catalog.asOf,
    types: [...catalog.types.values()].map(view),
    judge: (need, maxUsd) => {
      const { offerings, rejected } = buildOfferings({
        catalog,
        needs: [need],
        allowed,
        architectures,
        markets,
        zones: [],
        storageOf: (type) => storageOf(settings, type),
        maxUsd,
        nowMs: 0,
      });
      const verdicts = new Map<string, FitVerdict>();
      for (const { instanceType } of offerings) verdicts.set(instanceType, { fits: true, reason: "" });
      for (const { instanceType, reason } of rejected) {
        if (!verdicts.has(instanceType)) verdicts.set(instanceType, { fits: false, reason });
      }
      return verdicts;
    },
  };
}

/** AWS's Spot Advisor tells the average saving of a month; the price of an hour may be anything up to on-demand. */
function spotEstimateUsd(type: CatalogType, volumes: Parameters<typeof truePrice>[0]["volumes"]): number | undefined {
  const { onDemandUsd, spotSavingsPct, spotSupported } = type;
  if (!spotSupported || onDemandUsd === undefined || spotSavingsPct === undefined) return undefined;
  const spotUsd = onDemandUsd * (1 - spotSavingsPct / 100);
  return truePrice({ type, market: "spot", volumes, spotUsd })?.totalUsd;
}

async function configOrDefaults(
  environment: ClusterEnvironment,
  target: ClusterTarget,
): Promise<{ readonly config: ReflowConfig; readonly found: boolean }> {
  try {
    return { config: await readConfig(environment, target), found: true };
  } catch (error) {
    const { env, home, login } = environment;
    const isNamed = target.config !== undefined || (env["REFLOW_EC2_CONFIG"] ?? "") !== "";
    if (isNamed || !isMissing(error)) throw error;
    const source = findConfigPath({ env, home });
    const flags = { cluster: target.cluster, region: target.region };
    return { config: loadConfig("ec2cluster: {}\n", { source, home, login, env, flags }), found: false };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof ConfigError && ["ENOENT", "ENOTDIR"].includes(systemErrorCode(error.cause) ?? "");
}
