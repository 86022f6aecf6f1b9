import type { Architecture, Catalog, CatalogType, Market } from "./model.js";
import type { PricedVolume } from "./true-price.js";

/** What the cluster's configuration gives an instance of a type in storage. */
export interface TypeStorage {
  /** All volumes, root and data: they are paid for. */
  readonly volumes: readonly PricedVolume[];
  /** GiB of the data volumes together: they are offered. */
  readonly dataGiB: number;
}

/** Why a type may not be launched, whatever its size and price. */
export type Barrier = "not-allowed" | "architecture" | "bare-metal" | "not-offered" | "no-spot" | "no-price";

/** A type that may not be launched. */
export interface BarredType {
  readonly barrier: Barrier;
  readonly reason: string;
}

/** What decides whether a type may be launched. */
export interface TypeRules {
  readonly catalog: Catalog;
  readonly market: Market;
  /** Names of the types that the configuration allows. */
  readonly allowed: ReadonlySet<string>;
  /** What the reflowlet binary runs on. */
  readonly architectures: readonly Architecture[];
}

/** Why the type may not be launched on the market, whatever is needed and whatever it costs; undefined when it may. */
export function typeBar(
  type: CatalogType,
  { allowed, architectures, catalog, market }: TypeRules,
): BarredType | undefined {
  if (!allowed.has(type.type)) return { barrier: "not-allowed", reason: "not among the allowed types" };
  if (!type.architectures.some((architecture) => architectures.includes(architecture))) {
    const reason = `runs ${type.architectures.join(" and ")}, not ${architectures.join(" or ")}`;
    return { barrier: "architecture", reason };
  }
  if (type.bareMetal) return { barrier: "bare-metal", reason: "bare metal" };
  if (type.offered === false) return { barrier: "not-offered", reason: `not offered in ${catalog.region}` };
  if (market === "spot" && !type.spotSupported) return { barrier: "no-spot", reason: "not sold as spot" };
  return undefined;
}
