import type { ClusterCore } from "../core.js";
import { GivenUp, type Launch } from "../launch/launch.js";
import type { Demand, Served } from "./demand.js";
import { Orphans } from "./orphans.js";

/** The demands of a process and the launches that are under way for them. */
export class DemandState {
  /** All that are not settled, in the order of their arrival. */
  readonly demands = new Set<Demand>();
  /** Launches under way, with those who wait for them. */
  readonly launches = new Map<Launch, Set<Demand>>();
  /** Instances that this process launched and has taken offers of: that they are usable is no news. */
  readonly taken = new Set<string>();
  /** A launch of this process has become usable: the configuration is good. */
  proven = false;
  readonly orphans: Orphans;

  constructor(
    readonly core: ClusterCore,
    /** Tells that there is something for a round to act on. */
    readonly wake: () => void,
  ) {
    this.orphans = new Orphans(core);
  }

  /** Demands for which nothing is under way. */
  get idle(): readonly Demand[] {
    return [...this.demands].filter((demand) => demand.idle);
  }

  /** The demand waits for the launch from now on. */
  attach(demand: Demand, launch: Launch): void {
    const waiting = this.launches.get(launch) ?? new Set<Demand>();
    this.launches.set(launch, waiting.add(demand));
    demand.launch = launch;
  }

  /** The demand does not need its launch any more; one that nobody waits for is given up. */
  detach(demand: Demand, reason: unknown = new GivenUp("it is not needed any more")): void {
    const { launch } = demand;
    if (launch === undefined) return;
    demand.launch = undefined;
    const waiting = this.launches.get(launch);
    waiting?.delete(demand);
    if (waiting?.size === 0 && !launch.usable) launch.giveUp(reason);
  }

  /** The demand has its alloc. */
  serve(demand: Demand, served: Served): void {
    this.demands.delete(demand);
    demand.settle(served);
    this.detach(demand);
  }

  /** The demand's caller has given it up: what was launched for it alone is ended before it is told so. */
  async abandon(demand: Demand): Promise<void> {
    const { launch, signal } = demand;
    // At once, lest another launch be planned for it.
    this.demands.delete(demand);
    this.detach(demand, signal.reason);
    if (launch !== undefined && !this.isWanted(launch)) await launch.over.promise;
    this.reject(demand, signal.reason);
  }

  /** Also one that is usable already is ended when nobody waits for it any more. */
  private isWanted(launch: Launch): boolean {
    return !launch.signal.aborted && (this.launches.get(launch)?.size ?? 0) > 0;
  }

  /** The demand is not to be served. */
  reject(demand: Demand, error: unknown): void {
    this.demands.delete(demand);
    this.detach(demand);
    demand.outcome.reject(error);
  }
}
