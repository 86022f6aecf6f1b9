import type { TruePrice } from "../catalog/true-price.js";
import type { Resources } from "../pool/resources.js";
import type { RejectedOffering, UnservedKind } from "./planner/model.js";
import type { InstanceState, Market } from "./ports.js";

export type { TruePrice } from "../catalog/true-price.js";

/** An alloc that is ours now. */
export interface AllocView {
  /** `<host>:<port>/<id>`, as Reflow writes it. */
  readonly uri: string;
  readonly id: string;
  readonly resources: Resources;
  /** End of the lease as it stands, milliseconds since 1970. */
  readonly expiresMs: number;
}

/** The instance that an alloc is on. */
export interface AllocInstance {
  readonly id: string;
  readonly type: string;
  readonly zone: string;
  readonly market: Market;
  readonly publicDnsName: string;
  /** True price an hour (instance, volumes, CPU credits); undefined when the catalogue has no price. */
  readonly hourlyUsd: number | undefined;
}

/** What `allocate` gives. */
export interface AllocateResult {
  readonly alloc: AllocView;
  readonly instance: AllocInstance;
  /** Served by an instance that was there, without a launch. */
  readonly reused: boolean;
  /** Seconds per phase, in the order they happened, `total` last. */
  readonly timings: Readonly<Record<string, number>>;
}

/** What `allocate --dry-run` gives for one request or for many. */
export interface AllocatePlan {
  readonly reuse: readonly PlannedReuse[];
  /** Dearest part of the fleet first. */
  readonly launches: readonly FleetLaunch[];
  readonly unserved: readonly {
    /** Which of the requests, from 0. */
    readonly alloc: number;
    readonly kind: UnservedKind;
    /** One sentence. */
    readonly reason: string;
  }[];
  /** Offerings that were not considered, each with why. */
  readonly rejected: readonly RejectedOffering[];
  /** True price of all launches, USD an hour. */
  readonly hourlyUsd: number;
  /** What no fleet for the same needs can cost less than. */
  readonly boundUsd: number;
  /** How old the prices are that decided. */
  readonly dataAsOf: string;
  /** The newest of our own probes in the region that had a say; undefined where none had. */
  readonly measuredAsOf?: string | undefined;
}

/** A member that would serve. */
export interface PlannedReuse {
  readonly instance: AllocInstance;
  /** What it has free now. */
  readonly available: Resources;
  /** How many of the requests it would serve. */
  readonly allocs: number;
}

/** Instances of a kind that would be launched. */
export interface FleetLaunch {
  readonly instanceType: string;
  /** Absent where EC2 chooses. */
  readonly zone: string | undefined;
  readonly market: Market;
  readonly count: number;
  /** How many of the requests they serve together. */
  readonly allocs: number;
  /** What one instance will offer at least. */
  readonly resources: Resources;
  /** Of one instance. */
  readonly price: TruePrice;
  /** One sentence: why. */
  readonly reason: string;
}

/** Whether a member can be used, and if not, why. */
export type MemberHealth =
  /** Answers, and carries our version. */
  | "ready"
  /** Launched, not usable yet, its deadline not passed. */
  | "booting"
  /** Past its deadline and still without a version. */
  | "orphan"
  /** Launched by a probe to be measured: never leased, and ended by its deadline at the latest. */
  | "probe"
  /** Usable by another version of Reflow, not by us. */
  | "other-version"
  /** Does not answer, or answers what no reflowlet says. */
  | "unreachable"
  /** Of another authority, or refuses ours. */
  | "untrusted"
  /** EC2 is ending it, or has. */
  | "ending";

/** EC2's notice that it takes a spot instance back, or its word that it has. */
export interface Reclaim {
  /** EC2's status of the spot request, e.g. `marked-for-termination`. */
  readonly status: string;
  /** Since when, milliseconds since 1970; undefined where EC2 does not say. */
  readonly noticedMs: number | undefined;
}

/** An alloc on a member, as `list` shows it. */
export interface MemberAlloc {
  readonly id: string;
  readonly uri: string;
  readonly owner: string;
  readonly resources: Resources;
  readonly expiresMs: number;
  /** Its lease has run out; its resources are offered again. */
  readonly expired: boolean;
}

/** One instance of the cluster, as `list` shows it. */
export interface MemberView {
  readonly id: string;
  readonly type: string;
  readonly state: InstanceState;
  readonly health: MemberHealth;
  /** Why it is not ready; empty when it is. */
  readonly problem: string;
  readonly market: Market;
  readonly zone: string;
  readonly launchTimeMs: number;
  readonly publicDnsName: string;
  /** The `reflowlet:version` tag; empty while there is none. */
  readonly version: string;
  readonly hourlyUsd: number | undefined;
  /** Empty until the reflowlet has said. */
  readonly total: Resources;
  readonly available: Resources;
  readonly allocs: readonly MemberAlloc[];
  /** Absent where EC2 has given no notice. */
  readonly reclaim?: Reclaim | undefined;
}

/** What terminating one instance came to. */
export interface TerminateResult {
  readonly id: string;
  readonly from: InstanceState;
  readonly to: InstanceState;
}

/** One instance that `terminate` would end. */
export interface TerminateCandidate {
  readonly id: string;
  readonly type: string;
  readonly state: InstanceState;
  readonly zone: string;
  readonly launchTimeMs: number;
  readonly hourlyUsd: number | undefined;
  /** Allocs on it whose lease still runs. */
  readonly liveAllocs: number;
}

/** What `terminate` would do, before anything is done. */
export interface TerminatePlan {
  readonly instances: readonly TerminateCandidate[];
}
