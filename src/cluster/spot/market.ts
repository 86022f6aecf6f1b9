import { errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import type { PlacementQuery, SpotPrices } from "../ports.js";

/** Prices move over hours; so long one look is good for every plan. */
const PRICES_MS = 5 * 60_000;
/** EC2 answers only so many different questions a day. */
const SCORES_MS = 10 * 60_000;

interface Remembered<T> {
  readonly value: T;
  readonly untilMs: number;
}

/** What EC2 tells of spot, remembered for a while. It is advice: where EC2 does not give it, nothing is known. */
export class SpotMarket {
  private readonly prices = new Map<string, Remembered<ReadonlyMap<string, number>>>();
  private readonly scores = new Map<string, Remembered<ReadonlyMap<string, number> | undefined>>();
  private warned = false;

  constructor(private readonly context: ClusterContext) {}

  /** Current prices of the types, USD an hour, by type and zone. @throws only the signal's reason */
  async pricesOf(instanceTypes: readonly string[], signal: AbortSignal): Promise<SpotPrices> {
    const nowMs = this.context.clock.monotonicMs();
    const missing = instanceTypes.filter((type) => !isFresh(this.prices.get(type), nowMs));
    if (missing.length > 0) {
      const found = await this.ask(missing, signal);
      for (const type of missing) {
        this.prices.set(type, { value: found.get(type) ?? new Map(), untilMs: nowMs + PRICES_MS });
      }
    }
    return new Map(
      instanceTypes.flatMap((type): [string, ReadonlyMap<string, number>][] => {
        const byZone = this.prices.get(type)?.value;
        return byZone === undefined || byZone.size === 0 ? [] : [[type, byZone]];
      }),
    );
  }

  /** The price of a type in a zone, USD an hour, as it was last told; undefined where it is not known. Asks nobody. */
  knownUsd(instanceType: string, zone: string | undefined): number | undefined {
    const byZone = this.prices.get(instanceType)?.value;
    return zone === undefined ? undefined : byZone?.get(zone);
  }

  /**
   * Placement scores by zone; undefined where EC2 gives none. The count is rounded up, as each other one would be another
   * question. @throws only the signal's reason
   */
  async scoresOf(query: PlacementQuery, signal: AbortSignal): Promise<ReadonlyMap<string, number> | undefined> {
    const rounded = { instanceTypes: [...query.instanceTypes].sort(), count: roundUp(query.count) };
    const key = JSON.stringify(rounded);
    const nowMs = this.context.clock.monotonicMs();
    const known = this.scores.get(key);
    if (known !== undefined && isFresh(known, nowMs)) return known.value;
    const value = await this.context.ec2.placementScores(rounded, signal);
    this.scores.set(key, { value, untilMs: nowMs + SCORES_MS });
    return value;
  }

  private async ask(types: readonly string[], signal: AbortSignal): Promise<SpotPrices> {
    try {
      return await this.context.ec2.spotPrices(types, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (!this.warned) {
        const message = `spot prices are not known, on-demand prices stand for them: ${errorText(error)}`;
        emit(this.context, { kind: "warning", message });
      }
      this.warned = true;
      return new Map();
    }
  }
}

function isFresh(remembered: Remembered<unknown> | undefined, nowMs: number): boolean {
  return remembered !== undefined && nowMs < remembered.untilMs;
}

/** The next of 1, 2, 5, 10, 20, 50, ... */
function roundUp(count: number): number {
  for (let ten = 1; ; ten *= 10) {
    for (const step of [1, 2, 5]) if (count <= step * ten) return step * ten;
  }
}
