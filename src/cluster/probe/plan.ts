import type { TruePrice } from "../../catalog/true-price.js";
import { usdText } from "../../lib/money-text.js";
import { isNonEmpty } from "../../lib/non-empty.js";
import type { ClusterCore } from "../core.js";
import { launchProblem } from "../demand/round.js";
import type { ProbeSkip } from "./model.js";
import { candidatesFor, lookAtMarket, marketOf, marketsOf, probePlacements, type Candidate } from "./candidates.js";
import { usualUsd } from "./cost.js";
import type { ProbeRequest } from "./request.js";
import { worstAttemptUsd, type SampleRequest } from "./sample.js";

/** One type of a plan. */
export interface PlannedProbe {
  readonly type: string;
  readonly samples: number;
  /** Where it is tried, in this order, each with its true price an hour. */
  readonly places: readonly {
    readonly market: "spot" | "on-demand";
    readonly zone: string | undefined;
    readonly hourlyUsd: number;
    /** `bound`: the spot price is not known, and this is the on-demand price. */
    readonly priceBasis: TruePrice["basis"];
  }[];
  /** Of all its samples, in USD, at the boot time that was measured, else a usual one. */
  readonly usualUsd: number;
  /** Of all its samples, in USD, if each takes all of its time at the dearest place. */
  readonly mostUsd: number;
}

/** What a probe would do. */
export interface ProbePlan {
  readonly types: readonly PlannedProbe[];
  /** Types that cannot be probed at all, each with why. */
  readonly skipped: readonly ProbeSkip[];
  readonly usualUsd: number;
  readonly mostUsd: number;
}

/** A plan with what carries it out. */
export interface PreparedProbe {
  readonly plan: ProbePlan;
  /** In the order in which they are begun: one of each type, then the next of each. */
  readonly samples: readonly SampleRequest[];
}

/**
 * Decides where each sample is tried, and what it may cost. Launches nothing.
 * @throws ConfigError when the configuration cannot launch; UsageError for a zone without subnet; what EC2 says
 */
export async function prepareProbe(
  core: ClusterCore,
  request: ProbeRequest,
  signal: AbortSignal,
): Promise<PreparedProbe> {
  const problem = launchProblem(core);
  if (problem !== undefined) throw problem;
  const markets = marketsOf(marketOf(core, request.market));
  const [placements] = await Promise.all([
    probePlacements(core, request.zone, signal),
    lookAtMarket(core, request.types, markets, signal),
  ]);
  const planned: { probe: PlannedProbe; candidates: readonly [Candidate, ...Candidate[]] }[] = [];
  const skipped: ProbeSkip[] = [];
  for (const type of request.types) {
    const candidates = candidatesFor(core, type, markets, placements);
    const skip = skipOf(core, type, request, candidates);
    if (skip !== undefined) skipped.push({ type, samples: request.samples, ...skip });
    else if (isNonEmpty(candidates)) planned.push({ probe: plannedProbe(core, type, request, candidates), candidates });
  }
  const sum = (of: (probe: PlannedProbe) => number): number =>
    planned.reduce((total, { probe }) => total + of(probe), 0);
  return {
    plan: {
      types: planned.map(({ probe }) => probe),
      skipped,
      usualUsd: sum((probe) => probe.usualUsd),
      mostUsd: sum((probe) => probe.mostUsd),
    },
    samples: Array.from({ length: request.samples }, (_, at) =>
      planned.map(({ probe: { type }, candidates }) => ({
        type,
        sample: at + 1,
        candidates,
        timeoutMs: request.timeoutMs,
      })),
    ).flat(),
  };
}

function plannedProbe(
  core: ClusterCore,
  type: string,
  { samples, timeoutMs }: ProbeRequest,
  candidates: readonly [Candidate, ...Candidate[]],
): PlannedProbe {
  const bootSeconds = core.catalog.types.get(type)?.bootSeconds;
  const worstUsd = worstAttemptUsd({ candidates, timeoutMs });
  const places = candidates.map(({ offering: { market, zone, price } }) => ({
    market,
    zone,
    hourlyUsd: price.totalUsd,
    priceBasis: price.basis,
  }));
  return {
    type,
    samples,
    places,
    // A boot that took longer then is cut short now.
    usualUsd: samples * Math.min(usualUsd(candidates[0].offering.price.totalUsd, bootSeconds), worstUsd),
    mostUsd: samples * worstUsd,
  };
}

/** Why nothing of the type can ever be begun; undefined where it can. */
function skipOf(
  core: ClusterCore,
  type: string,
  request: ProbeRequest,
  candidates: readonly Candidate[],
): Pick<ProbeSkip, "kind" | "reason"> | undefined {
  if (!isNonEmpty(candidates)) return { kind: "nowhere", reason: whyNowhere(core, type, request) };
  const { budgetUsd = Infinity, timeoutMs } = request;
  const worstUsd = worstAttemptUsd({ candidates, timeoutMs });
  if (worstUsd <= budgetUsd) return undefined;
  return {
    kind: "budget",
    reason: `it may cost ${usdText(worstUsd)} USD, and the budget is ${usdText(budgetUsd)} USD`,
  };
}

function whyNowhere({ catalog, settings }: ClusterCore, type: string, { zone }: ProbeRequest): string {
  const known = catalog.types.get(type);
  if (known === undefined) return "there is no such instance type in the catalogue";
  if (known.onDemandUsd === undefined)
    return `no price is known in ${settings.region}, so that nobody could say what it costs`;
  return `it is not sold in ${zone ?? "any zone that the configuration allows"}`;
}
