import { deferred, type Deferred } from "../../lib/deferred.js";
import { noProgress, type BootProgress } from "../launch/boot.js";
import type { Launch } from "../launch/launch.js";
import type { Instance } from "../ports.js";
import type { AllocateResult } from "../results.js";
import type { AllocateRequest } from "../settings.js";

/** An alloc for a demand, before its times are told. */
export type Served = Omit<AllocateResult, "timings">;

/** One allocate that waits for its alloc. */
export class Demand {
  readonly progress: BootProgress = noProgress("members");
  readonly outcome: Deferred<Served> = deferred();
  /** The launch that it waits for. */
  launch: Launch | undefined;
  /** An offer is being taken for it: it is not to be served otherwise. */
  taking = false;
  /** Launches for it that failed without EC2 having refused them. */
  failures = 0;
  /** Offerings that EC2 refused to it. */
  refused = 0;
  private launchTimings: Readonly<Record<string, number>> = {};

  constructor(
    /** Names it in plans. */
    readonly id: string,
    readonly request: AllocateRequest,
    readonly signal: AbortSignal,
    /** The type that it would get by itself. */
    readonly likelyType: string,
  ) {}

  /** Nothing is under way for it: it is to be served, or planned for. */
  get idle(): boolean {
    return this.launch === undefined && !this.taking;
  }

  /** What it waits for now, to be told when its time is over. */
  get waiting(): BootProgress {
    return this.launch?.progress ?? this.progress;
  }

  /** Whether an instance may serve it. */
  accepts({ type, zone, market }: Pick<Instance, "type" | "zone" | "market">): boolean {
    const { request } = this;
    return (
      (request.instanceType === undefined || request.instanceType === type) &&
      (request.zone === undefined || request.zone === zone) &&
      (request.market === undefined || request.market === market)
    );
  }

  /** It has its alloc. */
  settle(served: Served): void {
    // A member may have served it while it waited for a launch.
    if (this.launch?.usable === true) this.launchTimings = this.launch.progress.timings;
    this.outcome.resolve(served);
  }

  /** Seconds per phase in the order in which they came, those of its launch before the accept. */
  get timings(): Readonly<Record<string, number>> {
    const { accept, ...own } = this.progress.timings;
    const prepare = (own["prepare"] ?? 0) + (this.launchTimings["prepare"] ?? 0);
    return {
      ...own,
      ...this.launchTimings,
      ...("prepare" in own && { prepare }),
      ...(accept !== undefined && { accept }),
    };
  }
}
