import { sizeText, type Resources } from "../pool/resources.js";
import type { Architecture, Catalog, CatalogType, Market } from "./model.js";
import { coverage, offeredResources, shortfalls, type Shortfall } from "./offered-resources.js";
import { truePrice, type PricedVolume } from "./true-price.js";
import { interruptionText, rankTypes, splitByInterruption, type PricedType } from "./type-ranking.js";

export type { PricedType } from "./type-ranking.js";

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

/** Why a type was not a candidate. The rules are looked at in this order; the first that fails is told. */
export type RejectionKind =
  | "not-allowed"
  | "architecture"
  | "bare-metal"
  | "not-offered"
  | "no-spot"
  | "excluded"
  | "no-price"
  | "too-small"
  | "too-dear"
  | "interruption";

/** A type that was not a candidate. */
export interface RejectedType {
  readonly type: string;
  readonly kind: RejectionKind;
  /** In words, with the figures. */
  readonly reason: string;
}

/** A type that may be launched, but does not hold the need. */
export interface TooSmallType {
  readonly type: CatalogType;
  readonly resources: Resources;
  readonly short: readonly Shortfall[];
}

/** The outcome of a choice; `rejected` names every type of the catalogue that was not a candidate. */
export type TypeChoice = { readonly rejected: readonly RejectedType[] } & (
  | ({
      readonly kind: "chosen";
      /** One sentence: why this one. */
      readonly reason: string;
    } & PricedType)
  /** The need can be held, but at no price up to `maxUsd`; `cheapest` would do. */
  | { readonly kind: "too-dear"; readonly cheapest: PricedType }
  /** Nothing that may be launched holds the need; `largest` comes nearest, absent when nothing may be launched. */
  | { readonly kind: "none"; readonly largest?: TooSmallType | undefined }
);

/**
 * The type with the lowest true price that holds the need, less what its EBS throughput is worth; ties go to the
 * higher lasting EBS throughput, then to the name. Pure, and the same for the same request.
 */
export function chooseType(request: TypeChoiceRequest): TypeChoice {
  const rejected: RejectedType[] = [];
  const fitting: PricedType[] = [];
  const tooSmall: TooSmallType[] = [];
  for (const type of request.catalog.types.values()) {
    const reject = (kind: RejectionKind, reason: string): unknown => rejected.push({ type: type.type, kind, reason });
    const barrier = barrierOf(type, request);
    if (barrier !== undefined) {
      reject(...barrier);
      continue;
    }
    const { volumes, dataGiB } = request.storageOf(type.type);
    const price = truePrice({ type, market: request.market, volumes, spotUsd: request.spotUsdOf?.(type.type) });
    if (price === undefined) {
      reject("no-price", `no price known in ${request.catalog.region}`);
      continue;
    }
    const resources = offeredResources(type, dataGiB);
    const short = shortfalls(resources, request.need);
    if (short.length === 0) {
      fitting.push({ type, resources, price });
    } else {
      reject("too-small", `too small: ${short.map(shortfallText).join(", ")}`);
      tooSmall.push({ type, resources, short });
    }
  }
  if (fitting.length === 0) return { kind: "none", largest: nearest(tooSmall, request.need), rejected };
  return chooseAmong(rankTypes(fitting, request.ebsThroughputWeight), request, rejected);
}

/** E.g. `mem 3.4GiB of 32.0GiB`: what is there of what is needed. */
export function shortfallText({ resource, offered, needed }: Shortfall): string {
  const text = (value: number): string =>
    resource === "mem" || resource === "disk" ? sizeText(value) : String(Number(value.toFixed(3)));
  return `${resource} ${text(offered)} of ${text(needed)}`;
}

/** What keeps a type from being launched, whatever its size. */
function barrierOf(type: CatalogType, request: TypeChoiceRequest): [RejectionKind, string] | undefined {
  const { allowed, architectures, catalog, excluded, market } = request;
  if (!allowed.has(type.type)) return ["not-allowed", "not among the allowed types"];
  if (!type.architectures.some((architecture) => architectures.includes(architecture))) {
    return ["architecture", `runs ${type.architectures.join(" and ")}, not ${architectures.join(" or ")}`];
  }
  if (type.bareMetal) return ["bare-metal", "bare metal"];
  if (type.offered === false) return ["not-offered", `not offered in ${catalog.region}`];
  if (market === "spot" && !type.spotSupported) return ["no-spot", "not sold as spot"];
  const exclusion = excluded?.get(type.type);
  return exclusion === undefined ? undefined : ["excluded", exclusion];
}

/** Chooses among types that all hold the need, best first. */
function chooseAmong(ranked: readonly PricedType[], request: TypeChoiceRequest, rejected: RejectedType[]): TypeChoice {
  const { market, maxUsd = Infinity } = request;
  const affordable = ranked.filter(({ price }) => price.totalUsd <= maxUsd);
  for (const { type, price } of ranked) {
    if (price.totalUsd <= maxUsd) continue;
    const reason = `${usdText(price.totalUsd)} an hour, above ${usdText(maxUsd)}`;
    rejected.push({ type: type.type, kind: "too-dear", reason });
  }
  const { steady, interrupted } =
    market === "spot" ? splitByInterruption(affordable) : { steady: affordable, interrupted: [] };
  for (const { type } of interrupted) {
    rejected.push({ type: type.type, kind: "interruption", reason: interruptionText(type) });
  }
  const best = steady[0];
  if (best === undefined) {
    const cheapest = ranked.reduce((least, one) => (one.price.totalUsd < least.price.totalUsd ? one : least));
    return { kind: "too-dear", cheapest, rejected };
  }
  return { kind: "chosen", ...best, reason: reasonOf(best, steady.length, request.ebsThroughputWeight), rejected };
}

/** The type that covers most of the need; among equals the largest, then the first of the catalogue. */
function nearest(types: readonly TooSmallType[], need: Resources): TooSmallType | undefined {
  const ranked = types
    .map((one) => ({ one, coverage: coverage(one.resources, need) }))
    .sort((a, b) => b.coverage - a.coverage || b.one.type.usableMemoryBytes - a.one.type.usableMemoryBytes);
  return ranked[0]?.one;
}

function reasonOf({ type, price }: PricedType, candidates: number, ebsThroughputWeight: number): string {
  const best = ebsThroughputWeight === 0 ? "the cheapest" : "the best by price and EBS throughput";
  const among = candidates === 1 ? "the only type that fits" : `${best} of ${candidates} types that fit`;
  const basis = {
    "on-demand": "on demand",
    spot: "spot",
    bound: "at most: the spot price is not known, this is with the on-demand price",
  }[price.basis];
  return `${type.type} is ${among}, ${usdText(price.totalUsd)} an hour with volumes (${basis})`;
}

function usdText(usd: number): string {
  return `${usd.toFixed(4)} USD`;
}
