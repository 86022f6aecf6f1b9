import type { TruePrice } from "../../catalog/true-price.js";
import type { CatalogType, Market } from "../../catalog/model.js";
import type { Barrier } from "../../catalog/type-bar.js";
import type { Requirements } from "../../pool/requirements.js";
import type { Generation, Resources } from "../../pool/resources.js";

/** What could be launched: an instance type in a zone on a market. */
export interface PlannerOffering {
  readonly instanceType: string;
  /** Absent where EC2 chooses the zone. */
  readonly zone?: string | undefined;
  readonly market: Market;
  /** True price an hour; `totalUsd` is what counts. */
  readonly price: TruePrice;
  /** What the reflowlet on it will offer at least. */
  readonly resources: Resources;
  /** EBS throughput that lasts, MB/s; 0 where not known. */
  readonly ebsThroughputMBps: number;
  /** Interruption frequency of the type on spot, where known; it counts for spot offerings only. */
  readonly interruption?: CatalogType["interruption"];
}

/** Why an offering is not used: its type may not be launched, or one of these. */
export type RejectionKind = Barrier | "refused" | "price-cap" | "too-small" | "came-up-smaller" | "interruption";

/** An offering that is not used. */
export interface RejectedOffering {
  readonly instanceType: string;
  readonly zone?: string | undefined;
  readonly market: Market;
  readonly kind: RejectionKind;
  /** In words, with the figures. */
  readonly reason: string;
  /** What an instance would offer, where that was looked at. */
  readonly resources?: Resources | undefined;
  /** True price an hour, where the price is known. */
  readonly hourlyUsd?: number | undefined;
}

/** What is asked for. */
export interface Need {
  /** Names it in the plan. */
  readonly id: string;
  readonly requirements: Requirements;
}

/** What is still free of a launch on its way, or of an instance that is there. */
export interface PendingCapacity {
  readonly id: string;
  readonly free: Resources;
}

/** How much may be launched now; Infinity for no limit. */
export interface PlanLimits {
  /** Instances that the cluster may still get. */
  readonly instances: number;
  /** Launches that may still be under way. */
  readonly pendingLaunches: number;
  /** True price an hour of all launches together. */
  readonly hourlyUsd: number;
}

/** No limits. */
export const UNLIMITED: PlanLimits = { instances: Infinity, pendingLaunches: Infinity, hourlyUsd: Infinity };

/** What a fleet is planned for. */
export interface PlanRequest {
  /** In the order of their arrival. */
  readonly needs: readonly Need[];
  readonly offerings: readonly PlannerOffering[];
  /** Tells why needs fit nothing. */
  readonly rejected?: readonly RejectedOffering[] | undefined;
  /** Serves needs before anything is launched. */
  readonly pending?: readonly PendingCapacity[] | undefined;
  readonly limits?: PlanLimits | undefined;
  /** Whose rules hold for wide needs. */
  readonly generation: Generation;
  /** USD an hour that 1,000 MB/s of lasting EBS throughput are worth; 0 lets throughput break ties only. */
  readonly ebsThroughputWeight: number;
}

/** Copies of a need on one instance. */
export interface PlacedNeed {
  readonly id: string;
  /** How many times its minimum. */
  readonly copies: number;
}

/** Instances of one offering to launch. */
export interface PlannedLaunch {
  readonly offering: PlannerOffering;
  readonly count: number;
  /** What each of the instances is for. */
  readonly instances: readonly (readonly PlacedNeed[])[];
  /** One sentence: why. */
  readonly reason: string;
}

/** Needs that capacity on its way will serve. */
export interface ServedByPending {
  /** Of the pending capacity. */
  readonly id: string;
  readonly needs: readonly PlacedNeed[];
}

/** Why a need is not served, or not with all its copies. */
export type UnservedKind = "never-fits" | "refused" | "too-dear" | "instance-limit" | "pending-limit" | "hourly-limit";

/** A need, or copies of it, that nothing is planned for. */
export interface UnservedNeed {
  readonly id: string;
  readonly copies: number;
  readonly kind: UnservedKind;
  /** One sentence, with the figures. */
  readonly reason: string;
}

/** What to launch. */
export interface FleetPlan {
  /** Those that cost most first. */
  readonly launches: readonly PlannedLaunch[];
  readonly servedByPending: readonly ServedByPending[];
  /** In the order of arrival. */
  readonly unserved: readonly UnservedNeed[];
  /** True price of all launches. */
  readonly hourlyUsd: number;
  /** What no fleet for the same needs and offerings can cost less than (less what EBS throughput is worth). */
  readonly boundUsd: number;
}
