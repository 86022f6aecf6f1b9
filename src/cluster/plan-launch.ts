import { allowedTypes } from "../catalog/allowed-types.js";
import { chooseType, shortfallText, type TypeChoice } from "../catalog/choose-type.js";
import { ConfigError, LimitError, NeverFitsError, UsageError } from "../errors.js";
import { didYouMean } from "../lib/near-match.js";
import { resourcesText, type Resources } from "../pool/resources.js";
import type { ClusterContext } from "./context.js";
import type { LaunchPlan } from "./results.js";

/** What a plan depends on. */
export type PlanContext = Pick<ClusterContext, "settings" | "catalog">;

/**
 * Decides what to launch for a need: the type with the lowest true price that holds it. Asks nobody.
 * @param only the one type that the caller wants
 * @throws NeverFitsError when no allowed type can ever hold it, LimitError when none that can is below the hourly
 * limit, UsageError for a type that is unknown or not allowed.
 */
export function planLaunch(context: PlanContext, need: Resources, only: string | undefined): LaunchPlan {
  const { settings, catalog } = context;
  const { allowed } = allowedTypes(catalog, settings.instanceTypes);
  if (only !== undefined) checkType(context, only, allowed);
  const choice = chooseType({
    catalog,
    need,
    market: settings.market,
    allowed: only === undefined ? allowed : new Set([only]),
    architectures: settings.architectures,
    ebsThroughputWeight: settings.ebsThroughputWeight,
    maxUsd: settings.maxHourlyUsd,
    storageOf: (type) => {
      const volumes = settings.launch.volumesFor(type);
      const dataGiB = volumes.slice(1).reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
      return { volumes, dataGiB };
    },
  });
  if (choice.kind !== "chosen") throw cannotServe(context, need, only, choice);
  return {
    instanceType: choice.type.type,
    market: settings.market,
    zone: settings.launch.zone,
    resources: choice.resources,
    price: choice.price,
    reason: choice.reason,
    dataAsOf: catalog.asOf.prices,
  };
}

function checkType(context: PlanContext, only: string, allowed: ReadonlySet<string>): void {
  if (!context.catalog.types.has(only)) {
    throw new UsageError(`there is no instance type ${only}${didYouMean(only, context.catalog.types.keys())}`, {
      hint: "give one of EC2's types, e.g. c6a.large",
    });
  }
  if (!allowed.has(only)) {
    throw new UsageError(`instance type ${only} is not allowed`, {
      hint: "add it to `ec2cluster: instancetypes` in the configuration",
    });
  }
}

function cannotServe(
  context: PlanContext,
  need: Resources,
  only: string | undefined,
  choice: Exclude<TypeChoice, { kind: "chosen" }>,
): Error {
  const wanted = resourcesText(need);
  if (choice.kind === "too-dear") {
    const { type, price } = choice.cheapest;
    return new LimitError(
      `${wanted} needs at least a ${type.type} for ${price.totalUsd.toFixed(4)} USD an hour, and maxhourlycostusd is ${context.settings.maxHourlyUsd}`,
      { hint: "ask for less, or raise `ec2cluster: maxhourlycostusd`" },
    );
  }
  if (choice.largest === undefined) {
    return new ConfigError("no instance type may be launched at all", [], {
      hint: `check \`ec2cluster: instancetypes\` and the architectures against what ${context.settings.region} offers`,
    });
  }
  const { type, resources, short } = choice.largest;
  const has = `${resourcesText(resources)}, and has ${short.map(shortfallText).join(", ")}`;
  if (only !== undefined) {
    return new NeverFitsError(`a ${only} can never hold ${wanted}: it offers ${has}`, {
      hint: "ask for less, or leave --type out to have a type chosen",
    });
  }
  return new NeverFitsError(
    `no allowed instance type can ever hold ${wanted}: ${type.type} comes nearest with ${has}`,
    { hint: "ask for less, allow other types with `ec2cluster: instancetypes`, or enlarge the data volumes" },
  );
}
