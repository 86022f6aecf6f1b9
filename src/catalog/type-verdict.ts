import type { Resources } from "../pool/resources.js";
import type { Architecture, Catalog, CatalogType, Market } from "./model.js";
import { offeredResources, shortfalls, type Shortfall } from "./offered-resources.js";
import { truePrice, type PricedVolume } from "./true-price.js";
import type { PricedType } from "./type-ranking.js";

/** What the cluster's configuration gives an instance of a type in storage. */
export interface TypeStorage {
  /** All volumes, root and data: they are paid for. */
  readonly volumes: readonly PricedVolume[];
  /** GiB of the data volumes together: they are offered. */
  readonly dataGiB: number;
}

/** What a type is chosen for, and among which. */
export interface TypeChoiceRequest {
  readonly catalog: Catalog;
  /** What one instance must offer at least. */
  readonly need: Resources;
  readonly market: Market;
  /** Names of the types that the configuration allows. */
  readonly allowed: ReadonlySet<string>;
  /** Types that may not be launched now, each with the reason, e.g. `refused 2 minutes ago`. */
  readonly excluded?: ReadonlyMap<string, string> | undefined;
  /** What the reflowlet binary runs on. */
  readonly architectures: readonly Architecture[];
  readonly storageOf: (type: string) => TypeStorage;
  /** No type with a true price above this, USD an hour. */
  readonly maxUsd?: number | undefined;
  /** Current spot prices an hour, where known. */
  readonly spotUsdOf?: ((type: string) => number | undefined) | undefined;
  /** USD an hour that 1,000 MB/s of lasting EBS throughput are worth; 0 lets throughput break ties only. */
  readonly ebsThroughputWeight: number;
}

/** Why a type may not be launched, whatever its size and price. */
export type Barrier =
  "not-allowed" | "architecture" | "bare-metal" | "not-offered" | "no-spot" | "excluded" | "no-price";

/** A type that may be launched, but does not hold the need. */
export interface TooSmallType {
  readonly type: CatalogType;
  readonly resources: Resources;
  readonly short: readonly Shortfall[];
}

/** A type that may not be launched. */
export interface BarredType {
  readonly kind: "barred";
  readonly barrier: Barrier;
  readonly reason: string;
}

/** What one type is worth for a request, seen by itself. */
export type TypeVerdict =
  ({ readonly kind: "fits" } & PricedType) | ({ readonly kind: "too-small" } & TooSmallType) | BarredType;

/** Judges one type; the first rule that fails is told. */
export function judgeType(type: CatalogType, request: TypeChoiceRequest): TypeVerdict {
  const { catalog, excluded, market, need } = request;
  const bar = typeBar(type, request);
  if (bar !== undefined) return bar;
  const exclusion = excluded?.get(type.type);
  if (exclusion !== undefined) return barred("excluded", exclusion);

  const { volumes, dataGiB } = request.storageOf(type.type);
  const price = truePrice({ type, market, volumes, spotUsd: request.spotUsdOf?.(type.type) });
  if (price === undefined) return barred("no-price", `no price known in ${catalog.region}`);
  const resources = offeredResources(type, dataGiB);
  const short = shortfalls(resources, need);
  return short.length === 0 ? { kind: "fits", type, resources, price } : { kind: "too-small", type, resources, short };
}

/** Why the type may not be launched on the market, whatever is needed and whatever it costs; undefined when it may. */
export function typeBar(
  type: CatalogType,
  rules: Pick<TypeChoiceRequest, "allowed" | "architectures" | "catalog" | "market">,
): BarredType | undefined {
  const { allowed, architectures, catalog, market } = rules;
  if (!allowed.has(type.type)) return barred("not-allowed", "not among the allowed types");
  if (!type.architectures.some((architecture) => architectures.includes(architecture))) {
    return barred("architecture", `runs ${type.architectures.join(" and ")}, not ${architectures.join(" or ")}`);
  }
  if (type.bareMetal) return barred("bare-metal", "bare metal");
  if (type.offered === false) return barred("not-offered", `not offered in ${catalog.region}`);
  if (market === "spot" && !type.spotSupported) return barred("no-spot", "not sold as spot");
  return undefined;
}

function barred(barrier: Barrier, reason: string): BarredType {
  return { kind: "barred", barrier, reason };
}
