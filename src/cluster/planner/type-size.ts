import { shortfallText } from "../../catalog/offered-resources.js";
import type { CatalogType } from "../../catalog/model.js";
import { coverage, offeredResources, shortfalls } from "../../catalog/offered-resources.js";
import { counted } from "../../lib/counted.js";
import { amount, type Resources } from "../../pool/resources.js";
import { covers, neededAmounts, offeredAmounts, resourceKeys } from "./amounts.js";

/** What a type is planned with. */
export interface TypeSize {
  readonly resources: Resources;
  /** Why it holds none of the needs; absent when it holds one. */
  readonly tooSmall?: { readonly kind: "too-small" | "came-up-smaller"; readonly reason: string };
}

/**
 * Sizes types for some needs. A type that came up smaller than planned is taken at what it offered then.
 * @param smaller what such types offered
 */
export function typeSizer(
  needs: readonly Resources[],
  smaller: ReadonlyMap<string, Resources>,
): (type: CatalogType, dataGiB: number) => TypeSize {
  const keys = resourceKeys(needs);
  const least = leastNeeds(needs, keys);
  const holdsOne = (resources: Resources): boolean => {
    const offered = offeredAmounts(resources, keys);
    return least.some(({ amounts }) => covers(offered, amounts));
  };
  const sizeOf = (type: CatalogType, dataGiB: number): TypeSize => {
    const planned = offeredResources(type, dataGiB);
    const resources = lesser(planned, smaller.get(type.type));
    if (holdsOne(resources)) return { resources };
    const reason = shortText(
      resources,
      least.map(({ need }) => need),
      needs.length,
    );
    if (!holdsOne(planned)) return { resources, tooSmall: { kind: "too-small", reason } };
    return { resources, tooSmall: { kind: "came-up-smaller", reason: `came up smaller than planned: ${reason}` } };
  };
  // A type is asked for once for each zone and market.
  const known = new Map<string, TypeSize>();
  return (type, dataGiB) => {
    const size = known.get(type.type) ?? sizeOf(type, dataGiB);
    known.set(type.type, size);
    return size;
  };
}

/** The needs that no other need is within: a type that holds none of these holds none at all. */
function leastNeeds(needs: readonly Resources[], keys: readonly string[]): { need: Resources; amounts: number[] }[] {
  const kept: { need: Resources; amounts: number[] }[] = [];
  const smallestFirst = needs
    .map((need) => ({ need, amounts: neededAmounts(need, keys) }))
    .map((one) => ({ ...one, sum: one.amounts.reduce((sum, value) => sum + value, 0) }))
    .sort((a, b) => a.sum - b.sum);
  for (const one of smallestFirst) if (!kept.some(({ amounts }) => covers(one.amounts, amounts))) kept.push(one);
  return kept;
}

/** `planned`, but no more of anything than was offered. */
function lesser(planned: Resources, offered: Resources | undefined): Resources {
  if (offered === undefined) return planned;
  return Object.fromEntries(
    Object.entries(planned).map(([key, value]) => [key, Math.min(value, amount(offered, key))]),
  );
}

/** What is short of the need that is covered best. */
function shortText(resources: Resources, least: readonly Resources[], needs: number): string {
  const [nearest = {}] = least
    .map((need) => ({ need, part: coverage(resources, need) }))
    .sort((a, b) => b.part - a.part)
    .map(({ need }) => need);
  const short = shortfalls(resources, nearest).map(shortfallText).join(", ");
  return needs === 1 ? short : `${short} for the nearest of ${counted(needs, "need")}`;
}
