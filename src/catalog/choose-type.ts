import { sizeText, type Resources } from "../pool/resources.js";
import { coverage, type Shortfall } from "./offered-resources.js";
import { interruptionText, rankTypes, splitByInterruption, type PricedType } from "./type-ranking.js";
import { judgeType, type Barrier, type TooSmallType, type TypeChoiceRequest } from "./type-verdict.js";

export type { PricedType } from "./type-ranking.js";
export type { TooSmallType, TypeChoiceRequest, TypeStorage } from "./type-verdict.js";

/** The outcome of a choice. */
export type TypeChoice =
  | ({
      readonly kind: "chosen";
      /** One sentence: why this one. */
      readonly reason: string;
    } & PricedType)
  /** The need can be held, but at no price up to `maxUsd`; `cheapest` would do. */
  | { readonly kind: "too-dear"; readonly cheapest: PricedType }
  /** Nothing that may be launched holds the need; `largest` comes nearest, absent when nothing may be launched. */
  | { readonly kind: "none"; readonly largest?: TooSmallType | undefined };

/** A type that was not a candidate. */
export interface RejectedType {
  readonly type: string;
  readonly kind: Barrier | "too-small" | "too-dear" | "interruption";
  /** In words, with the figures. */
  readonly reason: string;
}

/**
 * The type with the lowest true price that holds the need, less what its EBS throughput is worth; ties go to the
 * higher lasting EBS throughput, then to the name. Pure, and the same for the same request.
 */
export function chooseType(request: TypeChoiceRequest): TypeChoice {
  const fitting: PricedType[] = [];
  const tooSmall: TooSmallType[] = [];
  for (const type of request.catalog.types.values()) {
    const verdict = judgeType(type, request);
    if (verdict.kind === "fits") fitting.push(verdict);
    if (verdict.kind === "too-small") tooSmall.push(verdict);
  }
  const affordable = fitting.filter((one) => isAffordable(one, request));
  const { steady } = splitByMarket(affordable, request);
  const [best] = rankTypes(steady, request.ebsThroughputWeight);
  if (best !== undefined) {
    const { type, resources, price } = best;
    return { kind: "chosen", type, resources, price, reason: reasonOf(best, steady.length, request) };
  }
  const [cheapest] = rankTypes(fitting, 0);
  if (cheapest !== undefined) {
    const { type, resources, price } = cheapest;
    return { kind: "too-dear", cheapest: { type, resources, price } };
  }
  return { kind: "none", largest: nearest(tooSmall, request.need) };
}

/** Every type of the catalogue that is not a candidate for the request, in the catalogue's order, each with its reason. */
export function rejectedTypes(request: TypeChoiceRequest): readonly RejectedType[] {
  const verdicts = [...request.catalog.types.values()].map((type) => ({ type, verdict: judgeType(type, request) }));
  const fitting = verdicts.flatMap(({ verdict }) => (verdict.kind === "fits" ? [verdict] : []));
  const affordable = fitting.filter((one) => isAffordable(one, request));
  const interrupted = new Set(splitByMarket(affordable, request).interrupted.map(({ type }) => type));
  return verdicts.flatMap(({ type, verdict }): RejectedType[] => {
    const rejected = (kind: RejectedType["kind"], reason: string): RejectedType[] => [
      { type: type.type, kind, reason },
    ];
    if (verdict.kind === "barred") return rejected(verdict.barrier, verdict.reason);
    if (verdict.kind === "too-small") return rejected("too-small", verdict.short.map(shortfallText).join(", "));
    if (!isAffordable(verdict, request)) {
      const { maxUsd = Infinity } = request;
      return rejected("too-dear", `${usdText(verdict.price.totalUsd)} an hour, above ${usdText(maxUsd)}`);
    }
    return interrupted.has(type) ? rejected("interruption", interruptionText(type)) : [];
  });
}

/** E.g. `mem 3.4GiB of 32.0GiB`: what is there of what is needed. */
export function shortfallText({ resource, offered, needed }: Shortfall): string {
  const text = (value: number): string =>
    resource === "mem" || resource === "disk" ? sizeText(value) : String(Number(value.toFixed(3)));
  return `${resource} ${text(offered)} of ${text(needed)}`;
}

function isAffordable({ price }: PricedType, { maxUsd = Infinity }: TypeChoiceRequest): boolean {
  return price.totalUsd <= maxUsd;
}

/** Interruptions count for spot alone. */
function splitByMarket(
  types: readonly PricedType[],
  { market }: TypeChoiceRequest,
): ReturnType<typeof splitByInterruption> {
  return market === "spot" ? splitByInterruption(types) : { steady: types, interrupted: [] };
}

/** The type that covers most of the need; among equals the largest, then the first of the catalogue. */
function nearest(types: readonly TooSmallType[], need: Resources): TooSmallType | undefined {
  const [best] = types
    .map((one) => ({ one, coverage: coverage(one.resources, need) }))
    .sort((a, b) => b.coverage - a.coverage || b.one.type.usableMemoryBytes - a.one.type.usableMemoryBytes);
  if (best === undefined) return undefined;
  const { type, resources, short } = best.one;
  return { type, resources, short };
}

function reasonOf({ price }: PricedType, candidates: number, request: TypeChoiceRequest): string {
  const best = request.ebsThroughputWeight === 0 ? "the cheapest" : "the best by price and EBS throughput";
  const among = candidates === 1 ? "the only type that fits" : `${best} of ${candidates} types that fit`;
  const bound = price.basis === "bound" ? " (the spot price is not known: priced as on demand)" : "";
  return `${among}${bound}`;
}

function usdText(usd: number): string {
  return `${usd.toFixed(4)} USD`;
}
