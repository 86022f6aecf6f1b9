import { allowedTypes } from "../catalog/allowed-types.js";
import type { TypeStorage } from "../catalog/type-bar.js";
import { ConfigError, LimitError, NeverFitsError, UsageError } from "../errors.js";
import { didYouMean } from "../lib/near-match.js";
import type { Resources } from "../pool/resources.js";
import type { ClusterContext } from "./context.js";
import type { PlannerOffering, RejectedOffering } from "./planner/model.js";
import { buildOfferings } from "./planner/offerings.js";
import { planFleet } from "./planner/plan.js";
import type { AllocateRequest, ClusterSettings } from "./settings.js";

/** What a plan depends on. */
export type PlanContext = Pick<ClusterContext, "settings" | "catalog">;

/** What restricts the choice beside the need. */
export type LaunchConstraints = Pick<AllocateRequest, "instanceType" | "zone" | "market" | "maxUsd">;

/**
 * What a need would get by itself, as far as the catalogue tells: prices of the day and EC2's refusals are not looked at.
 * Asks nobody.
 * @throws NeverFitsError when no allowed type can ever hold it, LimitError when none that can is below the hourly limit or
 * the given price, UsageError for a type that is unknown or not allowed, ConfigError when nothing may be launched at all.
 */
export function planLaunch(context: PlanContext, need: Resources, constraints: LaunchConstraints): PlannerOffering {
  const { settings, catalog } = context;
  const { instanceType, market = settings.market, maxUsd, zone } = constraints;
  const { allowed } = allowedTypes(catalog, settings.instanceTypes);
  if (instanceType !== undefined) checkType(context, instanceType, allowed);
  const { offerings, rejected } = buildOfferings({
    catalog,
    needs: [need],
    allowed: instanceType === undefined ? allowed : new Set([instanceType]),
    architectures: settings.architectures,
    markets: market === "spot" && settings.spot.fallback ? ["spot", "on-demand"] : [market],
    zones: zone === undefined ? [] : [zone],
    storageOf: (type) => storageOf(settings, type),
    maxUsd,
    nowMs: 0,
  });
  const plan = planFleet({
    needs: [{ id: "", requirements: { min: need, width: 0 } }],
    offerings,
    rejected,
    limits: { instances: Infinity, pendingLaunches: Infinity, hourlyUsd: settings.maxHourlyUsd },
    generation: settings.generation,
    ebsThroughputWeight: settings.ebsThroughputWeight,
  });
  const [launch] = plan.launches;
  if (launch !== undefined) return launch.offering;
  const [unserved] = plan.unserved;
  throw cannotServe(
    context,
    rejected,
    unserved?.kind === "too-dear" ? "too-dear" : "never-fits",
    unserved?.reason ?? "",
    maxUsd,
  );
}

/** The volumes that an instance of a type gets, and how much of them is for data. */
export function storageOf({ launch }: ClusterSettings, instanceType: string): TypeStorage {
  const volumes = launch.volumesFor(instanceType);
  // The first one is the root.
  return { volumes, dataGiB: volumes.slice(1).reduce((sum, { sizeGiB }) => sum + sizeGiB, 0) };
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
  { settings }: PlanContext,
  rejected: readonly RejectedOffering[],
  kind: "too-dear" | "never-fits",
  reason: string,
  maxUsd: number | undefined,
): Error {
  if (kind === "too-dear") {
    return maxUsd === undefined
      ? new LimitError(`${reason}: maxhourlycostusd is ${settings.maxHourlyUsd}`, {
          hint: "ask for less, or raise `ec2cluster: maxhourlycostusd`",
        })
      : new LimitError(reason, { hint: "raise --max-price, or ask for less" });
  }
  if (rejected.every(({ resources }) => resources === undefined)) {
    return new ConfigError("no instance type may be launched at all", [], {
      hint: `check \`ec2cluster: instancetypes\` and the architectures against what ${settings.region} offers`,
    });
  }
  return new NeverFitsError(reason, {
    hint: "ask for less, allow other types with `ec2cluster: instancetypes`, or enlarge the data volumes",
  });
}
