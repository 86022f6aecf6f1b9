import {
  PROBE_MILESTONES,
  type ProbedType,
  type ProbeMarket,
  type ProbeMilestone,
  type ProbeOutcome,
  type ProbeReport,
  type ProbeSample,
  type ProbeSkip,
  type Spread,
} from "../../cluster/probe/model.js";
import type { InstanceState, Market } from "../../cluster/ports.js";
import type { Resources } from "../../pool/resources.js";
import { SCHEMA_VERSION, timestamp } from "./schema-version.js";

/** What `probe -o json` prints. */
export interface ProbeJson {
  readonly schemaVersion: number;
  /** RFC 3339. */
  readonly started: string;
  readonly ended: string;
  readonly region: string;
  readonly cluster: string;
  readonly generation: 2020 | 2023;
  readonly reflowVersion: string;
  readonly market: ProbeMarket;
  /** Seconds by which times are late at most: those of machines, and those that EC2 tells. */
  readonly resolution: { readonly machine: number; readonly ec2: number };
  readonly costUsd: number;
  readonly types: readonly ProbedTypeJson[];
  readonly samples: readonly ProbeSampleJson[];
  /** Samples that were not begun. */
  readonly skipped: readonly ProbeSkip[];
  readonly gates: readonly {
    readonly gate: string;
    readonly passed: boolean;
    readonly failures: readonly { readonly type: string; readonly problem: string }[];
    /** What passed without being compared, and what makes the comparison doubtful. */
    readonly notes: readonly string[];
  }[];
}

type PriceBasis = "on-demand" | "spot" | "bound";

/** All samples of a type. */
export interface ProbedTypeJson {
  readonly type: string;
  readonly vcpu: number;
  /** Bytes that AWS advertises. */
  readonly memory: number;
  /** Null when no price is known. */
  readonly hourlyUsd: number | null;
  /** `bound`: the on-demand price, as the spot price was not known. */
  readonly priceBasis: PriceBasis | null;
  readonly samples: number;
  readonly outcomes: Readonly<Record<ProbeOutcome, number>>;
  /** Seconds until each milestone, over the verified samples; empty without any. */
  readonly reached: Readonly<Partial<Record<ProbeMilestone, Spread>>>;
  /** Seconds from the milestone before. */
  readonly steps: Readonly<Partial<Record<ProbeMilestone, Spread>>>;
  /** The least of each resource; null without a verified sample. */
  readonly offered: Resources | null;
  /** Least offered memory over what AWS advertises. */
  readonly memoryRatio: number | null;
}

/** One instance, or the want of one. */
export interface ProbeSampleJson {
  readonly type: string;
  readonly sample: number;
  readonly outcome: ProbeOutcome;
  readonly market: Market;
  /** Null when EC2 was to choose. */
  readonly zone: string | null;
  readonly instance: string | null;
  readonly image: string | null;
  /** RFC 3339: when RunInstances was sent; null where it was not. */
  readonly started: string | null;
  /** Seconds since then, of the milestones that were reached. */
  readonly reached: Readonly<Partial<Record<ProbeMilestone, number>>>;
  readonly offered: Resources | null;
  readonly hourlyUsd: number | null;
  readonly priceBasis: PriceBasis | null;
  readonly costUsd: number;
  readonly refusals: readonly {
    readonly market: Market;
    readonly zone: string | null;
    readonly code: string;
    readonly message: string;
  }[];
  /** Why it is not verified; empty when it is. */
  readonly problem: string;
  readonly hint: string | null;
  readonly waitingFor: ProbeMilestone | null;
  readonly console: string;
  /** For each instance that was launched, whether EC2 said that it has gone. */
  readonly ends: readonly {
    readonly instance: string;
    readonly state: InstanceState;
    readonly seen: boolean;
    readonly problem: string;
  }[];
}

/** The JSON form of a probe. */
export function probeJson(report: ProbeReport): ProbeJson {
  const { region, cluster, generation, reflowVersion, market, resolution, costUsd, skipped, gates } = report;
  return {
    schemaVersion: SCHEMA_VERSION,
    started: timestamp(report.startedMs),
    ended: timestamp(report.endedMs),
    region,
    cluster,
    generation,
    reflowVersion,
    market,
    resolution: { machine: resolution.machine, ec2: resolution.ec2 },
    costUsd: usd(costUsd),
    types: report.types.map(typeJson),
    samples: report.samples.map(sampleJson),
    skipped: skipped.map(({ type, samples, kind, reason }) => ({ type, samples, kind, reason })),
    gates: gates.map(({ gate, passed, failures, notes }) => ({
      gate,
      passed,
      failures: failures.map(({ type, problem }) => ({ type, problem })),
      notes,
    })),
  };
}

function typeJson(type: ProbedType): ProbedTypeJson {
  return {
    type: type.type,
    vcpu: type.vcpu,
    memory: type.memoryBytes,
    hourlyUsd: type.hourlyUsd ?? null,
    priceBasis: type.priceBasis ?? null,
    samples: type.samples,
    outcomes: type.outcomes,
    reached: inOrder(type.reached),
    steps: inOrder(type.steps),
    offered: type.offered ?? null,
    memoryRatio: type.memoryRatio ?? null,
  };
}

function sampleJson(sample: ProbeSample): ProbeSampleJson {
  return {
    type: sample.type,
    sample: sample.sample,
    outcome: sample.outcome,
    market: sample.market,
    zone: sample.zone ?? null,
    instance: sample.instanceId ?? null,
    image: sample.imageId ?? null,
    started: sample.startedMs === undefined ? null : timestamp(sample.startedMs),
    reached: inOrder(sample.reached),
    offered: sample.offered ?? null,
    hourlyUsd: sample.hourlyUsd ?? null,
    priceBasis: sample.priceBasis ?? null,
    costUsd: usd(sample.costUsd),
    refusals: sample.refusals.map(({ market, zone, code, message }) => ({ market, zone: zone ?? null, code, message })),
    problem: sample.problem,
    hint: sample.hint ?? null,
    waitingFor: sample.waitingFor ?? null,
    console: sample.console,
    ends: sample.ends.map(({ instanceId, state, seen, problem }) => ({ instance: instanceId, state, seen, problem })),
  };
}

/** To a millionth of a dollar. */
function usd(value: number): number {
  return Number(value.toFixed(6));
}

/** Milestones in the order in which they are passed. */
function inOrder<T>(by: Readonly<Partial<Record<ProbeMilestone, T>>>): Readonly<Partial<Record<ProbeMilestone, T>>> {
  const ordered: Partial<Record<ProbeMilestone, T>> = {};
  for (const milestone of PROBE_MILESTONES) {
    const value = by[milestone];
    if (value !== undefined) ordered[milestone] = value;
  }
  return ordered;
}
