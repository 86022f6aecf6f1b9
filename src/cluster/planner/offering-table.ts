import { offeredAmounts } from "./amounts.js";
import { levelOf } from "./interruption.js";
import type { PlannerOffering } from "./model.js";

/** An offering as it is compared and packed. */
export interface TableRow {
  readonly offering: PlannerOffering;
  /** What an instance holds, in whole numbers (amounts.ts). */
  readonly amounts: readonly number[];
  /** What it counts for, in millionths of a dollar an hour, so that sums are exact and last digits hide no tie. */
  readonly price: number;
  /** How often it is interrupted (interruption.ts). */
  readonly level: number;
}

/** An offering never counts for less than this share of its price, however much its EBS throughput is worth. */
const LEAST_SHARE = 0.01;

/**
 * The offerings, best first: lowest true price less what the EBS throughput is worth (`ebsThroughputWeight` is USD an
 * hour for 1,000 MB/s that last), then higher EBS throughput, then on demand before spot, then by the
 * type's name; the zones of a type in the order in which they are given.
 */
export function offeringTable(
  offerings: readonly PlannerOffering[],
  keys: readonly string[],
  ebsThroughputWeight: number,
): TableRow[] {
  return offerings
    .map((offering): TableRow => {
      const { price, resources, ebsThroughputMBps } = offering;
      const worthUsd = (ebsThroughputWeight * ebsThroughputMBps) / 1000;
      const countedUsd = Math.max(price.totalUsd - worthUsd, price.totalUsd * LEAST_SHARE);
      return {
        offering,
        amounts: offeredAmounts(resources, keys),
        price: Math.max(1, Math.round(countedUsd * 1e6)),
        level: levelOf(offering),
      };
    })
    .sort(
      (a, b) =>
        a.price - b.price ||
        b.offering.ebsThroughputMBps - a.offering.ebsThroughputMBps ||
        byText(a.offering.market, b.offering.market) ||
        byText(a.offering.instanceType, b.offering.instanceType),
    );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
