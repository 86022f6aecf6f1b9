import { sharedController } from "../../lib/abort.js";
import type { ClusterCore } from "../core.js";
import { GivenUp } from "../launch/launch.js";
import { overLimits } from "../limits.js";
import type { AllocateRequest } from "../settings.js";
import type { Look } from "../watch.js";
import { Demand, type Served } from "./demand.js";
import { runRound } from "./round.js";
import { DemandState } from "./state.js";

/** Calls that are made at once are planned together; this is how long the loop waits for the others. */
const GATHER_MS = 10;

/** Who waits looks again this often: leases end, and other processes' instances come up. */
const REFRESH_MS = 15_000;
/** Who waits for room under the limits looks more often. */
const ROOM_REFRESH_MS = 5_000;

/** An alloc, and how long each phase took. */
export interface Allocated {
  readonly served: Served;
  /** Seconds. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * Serves all allocates of a process together: those made at once are planned as one fleet, whichever offer comes first
 * is taken, and what fails is planned anew. Runs only while somebody waits.
 */
export class DemandLoop {
  private readonly state: DemandState;
  private running = false;
  /** Something has happened that a round may act on. */
  private due = false;
  /** The next look is that of a round that has just begun: what it shows is no news to that round. */
  private looksItself = false;
  private pause = sharedController();
  private round = sharedController();
  private count = 0;
  /** Members that the looks have shown to be usable. */
  private ready: ReadonlySet<string> = new Set();

  constructor(private readonly core: ClusterCore) {
    this.state = new DemandState(core, () => this.wake());
    core.watch.onLook = (look) => this.hear(look);
  }

  /**
   * Waits until the request is served. Whatever was launched for it alone and is not usable when this throws has been
   * ended before.
   * @throws one of our errors, or the signal's reason
   */
  async serve(
    request: AllocateRequest,
    likelyType: string,
    signal: AbortSignal,
    begun: (demand: Demand) => void,
  ): Promise<Allocated> {
    signal.throwIfAborted();
    this.count += 1;
    const demand = new Demand(String(this.count), request, signal, likelyType);
    begun(demand);
    const onAbort = (): void => void this.abandon(demand);
    signal.addEventListener("abort", onAbort, { once: true });
    this.state.demands.add(demand);
    this.wake();
    if (!this.running) void this.run();
    try {
      const served = await demand.outcome.promise;
      return { served, timings: demand.timings };
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }

  /** The demand's caller has given it up. While an offer is taken for it, whoever takes it gives it back first. */
  private async abandon(demand: Demand): Promise<void> {
    if (demand.taking) return;
    await this.state.abandon(demand);
    if (this.state.demands.size === 0) this.round.abort(demand.signal.reason);
  }

  private wake(): void {
    this.due = true;
    this.pause.abort();
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.state.demands.size > 0) {
      await this.core.clock.sleep(GATHER_MS);
      this.due = false;
      this.looksItself = true;
      this.round = sharedController();
      try {
        if (this.state.demands.size > 0) await runRound(this.state, this.round.signal);
      } catch (error) {
        // A round that nobody waits for any more has failed nobody.
        if (!this.round.signal.aborted) for (const demand of this.state.idle) this.state.reject(demand, error);
      }
      await this.rest();
    }
    this.running = false;
  }

  /** Until something happens, or it is time to look again. */
  private async rest(): Promise<void> {
    if (this.due || this.state.demands.size === 0) return;
    this.pause = sharedController();
    const refreshMs = this.state.idle.length > 0 ? ROOM_REFRESH_MS : REFRESH_MS;
    await this.core.clock.sleep(refreshMs, this.pause.signal).catch(() => undefined);
  }

  /** Each look may show that the cluster is over its limits, or that somebody else's instance is usable now. */
  private hear({ members }: Look): void {
    const over = new Set(overLimits(this.core, members).map(({ instance }) => instance.id));
    for (const launch of this.state.launches.keys()) {
      if (launch.instance === undefined || !over.has(launch.instance.id) || launch.usable) continue;
      launch.giveUp(new GivenUp("the cluster is over its limits, and it is one of the youngest"));
    }
    const { launches, taken } = this.state;
    const own = new Set([...launches.keys()].map(({ instance }) => instance?.id));
    const ready = members
      .filter(
        ({ instance, standing }) => standing.health === "ready" && !own.has(instance.id) && !taken.has(instance.id),
      )
      .map(({ instance }) => instance.id);
    const isNews = ready.some((id) => !this.ready.has(id));
    this.ready = new Set(ready);
    if (isNews && !this.looksItself) this.wake();
    this.looksItself = false;
  }
}
