import { shortfallText } from "../../catalog/offered-resources.js";
import { coverage, shortfalls } from "../../catalog/offered-resources.js";
import { usdText } from "../../lib/money-text.js";
import { amount, resourcesText, type Resources } from "../../pool/resources.js";
import { covers, largestBy, neededAmounts, offeredAmounts } from "./amounts.js";
import type { PlannerOffering, PlanLimits, RejectedOffering, UnservedKind } from "./model.js";

/** Why a need cannot be served, whatever else is asked for. */
export interface Hopeless {
  readonly kind: UnservedKind;
  /** One sentence, with the figures. */
  readonly reason: string;
}

/**
 * Makes a function that tells why no offering holds a need: all that do were refused or are too dear, or there is none
 * at all. What can be prepared is prepared once: ten thousand needs may fit nothing.
 */
export function explainer(
  offerings: readonly PlannerOffering[],
  rejected: readonly RejectedOffering[],
  keys: readonly string[],
): (need: Resources) => Hopeless {
  const sized = rejected.flatMap(({ resources = undefined, ...one }) =>
    resources === undefined ? [] : [{ ...one, resources, amounts: offeredAmounts(resources, keys) }],
  );
  const barred = sized.filter(({ kind }) => kind === "refused" || kind === "price-cap");
  const plain = offerings.map((one) => ({ ...one, amounts: offeredAmounts(one.resources, keys) }));
  // By name, so that the order in which offerings come does not decide between equals.
  const byName = [...plain, ...sized].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const largest = largestBy(byName, ({ amounts }) => amounts);
  return (need) => {
    const wanted = resourcesText(need);
    const amounts = neededAmounts(need, keys);
    const fitting = barred.filter((one) => covers(one.amounts, amounts));
    const refused = fitting.filter(({ kind }) => kind === "refused");
    const [first] = refused;
    if (first !== undefined) {
      const all = refused.length === 1 ? "the only offering" : `all ${refused.length} offerings`;
      return { kind: "refused", reason: `${all} for ${wanted} refused: ${nameOf(first)} was ${first.reason}` };
    }
    const cheapest = leastBy(fitting, ({ hourlyUsd = Infinity }) => hourlyUsd);
    if (cheapest !== undefined) {
      return { kind: "too-dear", reason: `${wanted} needs at least ${nameOf(cheapest)}: ${cheapest.reason}` };
    }
    return { kind: "never-fits", reason: `no offering can ever hold ${wanted}${nearestText(need, largest)}` };
  };
}

/** Tells that the cheapest offering for a need is above the hourly limit by itself. */
export function tooDear(need: Resources, cheapest: PlannerOffering, limits: PlanLimits): Hopeless {
  const price = `${nameOf(cheapest)} for ${usdText(cheapest.price.totalUsd)} USD an hour`;
  return {
    kind: "too-dear",
    reason: `${resourcesText(need)} needs at least ${price}, and ${usdText(limits.hourlyUsd)} USD are left`,
  };
}

/** Tells which limit stopped the launches. */
export function stoppedBy(limits: PlanLimits, launches: number): Hopeless {
  if (launches >= limits.instances) {
    return { kind: "instance-limit", reason: `no more than ${limits.instances} instances may be launched` };
  }
  if (launches >= limits.pendingLaunches) {
    return { kind: "pending-limit", reason: `no more than ${limits.pendingLaunches} launches may be under way` };
  }
  return { kind: "hourly-limit", reason: `no more than ${usdText(limits.hourlyUsd)} USD an hour may be launched` };
}

/** The offering that covers most of the need, the largest of equals, with what it is short of. */
function nearestText(need: Resources, largest: readonly Pick<PlannerOffering, "instanceType" | "resources">[]): string {
  const measured = largest.map((one) => ({ ...one, part: coverage(one.resources, need) }));
  const most = Math.max(...measured.map(({ part }) => part));
  const nearest = leastBy(
    measured.filter(({ part }) => part === most),
    ({ resources }) => -amount(resources, "mem"),
  );
  if (nearest === undefined) return "; nothing may be launched at all";
  const short = shortfalls(nearest.resources, need).map(shortfallText).join(", ");
  return `: ${nearest.instanceType} comes nearest with ${short}`;
}

function leastBy<T>(values: readonly T[], measure: (value: T) => number): T | undefined {
  return values.reduce<T | undefined>(
    (best, value) => (best === undefined || measure(value) < measure(best) ? value : best),
    undefined,
  );
}

/** E.g. `c6a.large in us-west-2a, spot`. */
function nameOf({ instanceType, zone, market }: Pick<PlannerOffering, "instanceType" | "zone" | "market">): string {
  return `${instanceType}${zone === undefined ? "" : ` in ${zone}`}${market === "spot" ? ", spot" : ""}`;
}
