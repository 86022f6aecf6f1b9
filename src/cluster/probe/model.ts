import type { TruePrice } from "../../catalog/true-price.js";
import type { ReflowEc2Error } from "../../errors.js";
import type { Resources } from "../../pool/resources.js";
import type { Milestone as ProbeMilestone } from "../launch/milestones.js";
import type { InstanceState, Market } from "../ports.js";

/** Which markets a probe tries, in which order. */
export type ProbeMarket =
  | Market
  /** Spot first, then on-demand where spot is refused, as Reflow's probe does. */
  | "fallback";

/**
 * What a probed instance passes on its way, in order. Each is told in seconds since the RunInstances call was sent, so
 * that they rise, and each is late by at most one production poll interval.
 */
export { MILESTONES as PROBE_MILESTONES, type Milestone as ProbeMilestone } from "../launch/milestones.js";

/** How a sample ended. */
export type ProbeOutcome =
  /** It came up with one offer. */
  | "verified"
  /** EC2 refused it in every zone and market that was to be tried. */
  | "unavailable"
  /** It was launched, and did not become usable. */
  | "failed"
  /** The sample's time was over. */
  | "timed-out"
  /** The probe was ended from outside. */
  | "interrupted";

/** An offering that EC2 refused to a sample. */
export interface ProbeRefusal {
  readonly market: Market;
  /** Absent where EC2 was to choose. */
  readonly zone: string | undefined;
  /** EC2's code. */
  readonly code: string;
  readonly message: string;
}

/** What was seen of an instance's end. */
export interface ProbeEnd {
  readonly instanceId: string;
  /** The last state that EC2 told. */
  readonly state: InstanceState;
  /** EC2 said that it is terminated, or knows it no more. */
  readonly seen: boolean;
  /** Why it was not seen; empty when it was. */
  readonly problem: string;
}

/** One instance, or the want of one. */
export interface ProbeSample {
  readonly type: string;
  /** From 1; samples of a type are counted. */
  readonly sample: number;
  readonly outcome: ProbeOutcome;
  /** Of the last attempt; the market to be tried first where nothing was tried. */
  readonly market: Market;
  /** Where the instance was, or the last refusal; absent where EC2 was to choose. */
  readonly zone: string | undefined;
  readonly instanceId: string | undefined;
  readonly imageId: string | undefined;
  /** When RunInstances was sent for the last attempt, milliseconds since 1970; undefined where none was. */
  readonly startedMs: number | undefined;
  /** Seconds since RunInstances was sent, for those that were reached. */
  readonly reached: Readonly<Partial<Record<ProbeMilestone, number>>>;
  /** What the reflowlet offered. */
  readonly offered: Resources | undefined;
  /** True price an hour of this type in this market (instance, volumes, CPU credits), as it was known. */
  readonly hourlyUsd: number | undefined;
  /** `bound`: the spot price was not known, and this is the on-demand price. */
  readonly priceBasis: TruePrice["basis"] | undefined;
  /** What it cost by that price, from running (at least a minute) to its end; 0 where nothing ran. */
  readonly costUsd: number;
  /** Refusals before the last attempt, and that of an unavailable one, in order. */
  readonly refusals: readonly ProbeRefusal[];
  /** Why it is not verified, in one sentence; empty when it is. */
  readonly problem: string;
  /** What to do about it. */
  readonly hint: string | undefined;
  /** The milestone that it waited for when it failed; absent when it is verified or nothing was launched. */
  readonly waitingFor: ProbeMilestone | undefined;
  /** The end of its console, where it failed and EC2 had one; empty otherwise. */
  readonly console: string;
  /** One for each instance that was launched for the sample. */
  readonly ends: readonly ProbeEnd[];
  /** What went wrong, as an error: its class decides the exit code. Not part of reports. */
  readonly error: ReflowEc2Error | undefined;
}

/** A figure over samples, in the unit of what is counted. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly max: number;
}

/** All samples of a type together. */
export interface ProbedType {
  readonly type: string;
  /** What AWS advertises. */
  readonly vcpu: number;
  readonly memoryBytes: number;
  /** True price an hour where the last sample was launched or refused; undefined when it is not known. */
  readonly hourlyUsd: number | undefined;
  readonly priceBasis: TruePrice["basis"] | undefined;
  readonly samples: number;
  readonly outcomes: Readonly<Record<ProbeOutcome, number>>;
  /** Seconds until each milestone since RunInstances was sent, over the verified samples. */
  readonly reached: Readonly<Partial<Record<ProbeMilestone, Spread>>>;
  /** Seconds of each step: from the milestone before it, over the verified samples. */
  readonly steps: Readonly<Partial<Record<ProbeMilestone, Spread>>>;
  /** The least that was offered of each resource. */
  readonly offered: Resources | undefined;
  /** Least offered memory over what AWS advertises; undefined without a verified sample. */
  readonly memoryRatio: number | undefined;
}

/** A gate of `probe`, and who falls short of it. */
export interface ProbeGate {
  /** As it was asked for, e.g. `--fail-over 120s`. */
  readonly gate: string;
  readonly passed: boolean;
  /** One for each type that falls short. */
  readonly failures: readonly { readonly type: string; readonly problem: string }[];
  /** What passed without being compared, and what makes the comparison doubtful; a sentence each. */
  readonly notes: readonly string[];
}

/** Why samples were not begun. */
export type ProbeSkipKind =
  /** They might have passed the budget. */
  | "budget"
  /** The probe was ended from outside before them. */
  | "interrupted"
  /** The type is not known, has no price, or is not sold where it may be launched. */
  | "nowhere"
  /** The configuration or the permissions stopped the probe: it would have been the same for them. */
  | "stopped";

/** Samples that were not begun. */
export interface ProbeSkip {
  readonly type: string;
  readonly samples: number;
  /** Of the first of them. */
  readonly kind: ProbeSkipKind;
  /** The same in one sentence, with figures. */
  readonly reason: string;
}

/** Everything that a run of `probe` found out. */
export interface ProbeReport {
  /** Milliseconds since 1970. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly region: string;
  /** Name of the cluster; the instances carry `<name>/probe`. */
  readonly cluster: string;
  readonly generation: 2020 | 2023;
  /** Version of Reflow that the configuration names. */
  readonly reflowVersion: string;
  readonly market: ProbeMarket;
  /** Machines are asked at least this often, and EC2 about them; a milestone is late by at most so much, in seconds. */
  readonly resolution: { readonly machine: number; readonly ec2: number };
  readonly samples: readonly ProbeSample[];
  readonly types: readonly ProbedType[];
  readonly skipped: readonly ProbeSkip[];
  readonly gates: readonly ProbeGate[];
  /** USD, all samples together. */
  readonly costUsd: number;
}
