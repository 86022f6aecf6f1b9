import { amount, type Resources } from "../../pool/resources.js";
import {
  PROBE_MILESTONES,
  type ProbedType,
  type ProbeMilestone,
  type ProbeOutcome,
  type ProbeSample,
  type Spread,
} from "./model.js";

/** What a catalogue knows of a type, beside what a probe finds out. */
export interface ProbedTypeFacts {
  readonly vcpu: number;
  /** As AWS advertises it. */
  readonly memoryBytes: number;
  /** True price an hour; undefined when it is not known. */
  readonly hourlyUsd: number | undefined;
  readonly priceBasis?: ProbedType["priceBasis"];
}

/** Sums of samples by outcome, in the order in which they are told. */
export const NO_OUTCOMES: Readonly<Record<ProbeOutcome, number>> = {
  verified: 0,
  unavailable: 0,
  failed: 0,
  "timed-out": 0,
  interrupted: 0,
};

/**
 * The figures of `values`; undefined without any. Percentiles are by the nearest rank: the least value that the share is
 * not above. Each is thus a value that was measured; of less than ten, p90 is the greatest.
 */
export function spread(values: readonly number[]): Spread | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted.at(-1)];
  if (min === undefined || max === undefined) return undefined;
  const rank = (percent: number): number => sorted[Math.ceil((percent * sorted.length) / 100) - 1] ?? max;
  return { count: sorted.length, min, p50: rank(50), p90: rank(90), max };
}

/** All samples by type, in the order in which types first occur. @param facts what is known of a type */
export function summarize(
  samples: readonly ProbeSample[],
  facts: (type: string) => ProbedTypeFacts,
): readonly ProbedType[] {
  const byType = new Map<string, ProbeSample[]>();
  for (const sample of samples) byType.set(sample.type, [...(byType.get(sample.type) ?? []), sample]);
  return [...byType].map(([type, own]) => summarizeType(type, own, facts(type)));
}

/** Whether a type came up, and did so whenever EC2 had it: one sample verified, none failed or timed out. */
export function isVerified({ outcomes }: Pick<ProbedType, "outcomes">): boolean {
  return outcomes.verified > 0 && outcomes.failed === 0 && outcomes["timed-out"] === 0;
}

/** How many samples ended how. */
export function countOutcomes(samples: readonly ProbeSample[]): Readonly<Record<ProbeOutcome, number>> {
  const counts = { ...NO_OUTCOMES };
  for (const { outcome } of samples) counts[outcome] += 1;
  return counts;
}

function summarizeType(
  type: string,
  samples: readonly ProbeSample[],
  { vcpu, memoryBytes, hourlyUsd, priceBasis }: ProbedTypeFacts,
): ProbedType {
  const verified = samples.filter(({ outcome }) => outcome === "verified");
  const offered = leastOf(verified.flatMap((sample) => (sample.offered === undefined ? [] : [sample.offered])));
  return {
    type,
    vcpu,
    memoryBytes,
    hourlyUsd,
    priceBasis,
    samples: samples.length,
    outcomes: countOutcomes(samples),
    reached: byMilestone(verified.map(({ reached }) => reached)),
    steps: byMilestone(verified.map(stepsOf)),
    offered,
    memoryRatio: offered === undefined || memoryBytes <= 0 ? undefined : amount(offered, "mem") / memoryBytes,
  };
}

type Times = Readonly<Partial<Record<ProbeMilestone, number>>>;

/** Seconds from the milestone that was reached before; the first ones from the call. */
function stepsOf({ reached }: ProbeSample): Times {
  let before = 0;
  const steps: Partial<Record<ProbeMilestone, number>> = {};
  for (const milestone of PROBE_MILESTONES) {
    const at = reached[milestone];
    if (at === undefined) continue;
    // As fine as the clock, without what binary fractions add.
    steps[milestone] = Number((at - before).toFixed(3));
    before = at;
  }
  return steps;
}

function byMilestone(times: readonly Times[]): Readonly<Partial<Record<ProbeMilestone, Spread>>> {
  const spreads: Partial<Record<ProbeMilestone, Spread>> = {};
  for (const milestone of PROBE_MILESTONES) {
    const figures = spread(times.flatMap((own) => own[milestone] ?? []));
    if (figures !== undefined) spreads[milestone] = figures;
  }
  return spreads;
}

/** The least of each resource; what one of them lacks is 0, and left out. */
function leastOf(all: readonly Resources[]): Resources | undefined {
  const [first] = all;
  if (first === undefined) return undefined;
  const least = Object.keys(first).map((key): [string, number] => [key, Math.min(...all.map((r) => amount(r, key)))]);
  return Object.fromEntries(least.filter(([, value]) => value !== 0));
}
