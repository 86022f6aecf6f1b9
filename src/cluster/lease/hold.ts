import { ReflowletClient } from "../../pool/reflowlet-client.js";
import { formatUri, type PoolUri } from "../../pool/uri.js";
import { emit, type ClusterContext } from "../context.js";
import { FIRST_LEASE_MS, RECOVERY_MS, renewAfterMs, retryWaitMs } from "./figures.js";
import { LeaseHistory, type LeaseMomentBody, type LeaseOutcome } from "./outcome.js";
import { releaseLease } from "./release.js";
import { renewLease } from "./renew.js";
import { Standstill } from "./standstill.js";

/** Waits are made of pieces no longer than this, so that a standstill is noticed soon after it. */
const LONGEST_NAP_MS = 3_000;

/** How leases are held. */
export interface LeaseHolding {
  /** Ends the holding. */
  readonly signal: AbortSignal;
  /** Whether the alloc is freed then; otherwise its lease runs on, and out. */
  readonly free: boolean;
}

/**
 * Keeps the lease of an alloc alive until the signal aborts, and then gives the alloc back or lets go of it, or until the
 * lease is lost. It is lost when the reflowlet says so, or when no keepalive worked until it ran out, counted from when it
 * was last asked for. Never throws.
 */
export async function holdLease(
  context: ClusterContext,
  at: PoolUri,
  { signal, free }: LeaseHolding,
): Promise<LeaseOutcome> {
  const lease = new HeldLease(context, at);
  const why = await lease.keepAlive(signal);
  if (why !== undefined) return lease.lost(why);
  return free ? lease.release() : lease.letGo();
}

/**
 * Holds many leases, each as `holdLease` does; `onLost` hears of each that is lost while the others are held on. What it
 * throws is dropped. Never throws.
 */
export async function holdLeases(
  context: ClusterContext,
  allocs: readonly PoolUri[],
  holding: LeaseHolding,
  onLost: (outcome: LeaseOutcome) => void,
): Promise<readonly LeaseOutcome[]> {
  return Promise.all(
    allocs.map(async (at) => {
      const outcome = await holdLease(context, at, holding);
      if (outcome.kind === "lost") {
        try {
          onLost(outcome);
        } catch {
          // The others are held on, and the outcome says it all the same.
        }
      }
      return outcome;
    }),
  );
}

class HeldLease {
  private readonly uri: string;
  private readonly client: ReflowletClient;
  private readonly history = new LeaseHistory();
  private readonly standstill: Standstill;
  /** When the lease runs out at the earliest, on the clock of durations. */
  private endsAtMs: number;
  /** Failures since the last renewal. */
  private failures = 0;

  constructor(
    private readonly context: ClusterContext,
    private readonly at: PoolUri,
  ) {
    const { clock, settings, transport } = context;
    this.uri = formatUri(at);
    this.client = new ReflowletClient(transport, at.address);
    this.standstill = new Standstill(clock);
    this.endsAtMs = clock.monotonicMs() + FIRST_LEASE_MS[settings.generation];
  }

  /** Why the lease is lost; undefined when the signal ended it. */
  async keepAlive(signal: AbortSignal): Promise<string | undefined> {
    const { clock } = this.context;
    try {
      for (;;) {
        const askedAtMs = clock.monotonicMs();
        const renewal = await renewLease(clock, this.client, this.at.id, signal);
        if (renewal.kind === "lost") return renewal.why;
        if (renewal.kind === "granted") {
          this.renewed(askedAtMs, renewal.grantedMs);
          await this.waitUntil(askedAtMs + renewAfterMs(renewal.grantedMs), signal);
          continue;
        }
        this.notice();
        this.troubled(renewal.problem);
        if (askedAtMs >= this.endsAtMs) return `it ran out, as no keepalive worked: ${renewal.problem}`;
        // The last try is made when the lease has run out: that alone revives one that nobody collected.
        const nowMs = clock.monotonicMs();
        await this.waitUntil(Math.min(nowMs + retryWaitMs(this.failures), Math.max(nowMs, this.endsAtMs)), signal);
      }
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  async release(): Promise<LeaseOutcome> {
    const { clock } = this.context;
    const { release, problem } = await releaseLease(clock, this.client, this.at.id);
    this.note({ kind: "released", release });
    const leftMs = Math.max(0, this.endsAtMs - clock.monotonicMs());
    emit(this.context, { kind: "lease-ended", allocUri: this.uri, release, problem, leftMs });
    return { kind: "ended", uri: this.uri, release, ...this.history.summary() };
  }

  letGo(): LeaseOutcome {
    this.note({ kind: "released", release: "left" });
    return { kind: "ended", uri: this.uri, release: "left", ...this.history.summary() };
  }

  lost(why: string): LeaseOutcome {
    this.note({ kind: "lost", why });
    emit(this.context, { kind: "lease-lost", allocUri: this.uri, why });
    return { kind: "lost", uri: this.uri, why, ...this.history.summary() };
  }

  private renewed(askedAtMs: number, grantedMs: number): void {
    this.endsAtMs = askedAtMs + grantedMs;
    const afterFailures = this.failures;
    this.failures = 0;
    this.note({ kind: "renewed", grantedMs });
    emit(this.context, { kind: "lease-renewed", allocUri: this.uri, grantedMs, afterFailures });
    this.notice();
  }

  private troubled(problem: string): void {
    this.failures += 1;
    this.note({ kind: "trouble", problem });
    const leftMs = Math.max(0, this.endsAtMs - this.context.clock.monotonicMs());
    emit(this.context, { kind: "lease-trouble", allocUri: this.uri, problem, failures: this.failures, leftMs });
  }

  /** Returns early when everything stood still: the lease may have run out meanwhile. */
  private async waitUntil(untilMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.context;
    for (let leftMs = untilMs - clock.monotonicMs(); leftMs > 0; leftMs = untilMs - clock.monotonicMs()) {
      await clock.sleep(Math.min(leftMs, LONGEST_NAP_MS), signal);
      if (this.notice()) return;
    }
    signal.throwIfAborted();
  }

  /** Whether everything stood still since the last look; the lease then has time to be revived. */
  private notice(): boolean {
    const ms = this.standstill.look();
    if (ms === 0) return false;
    this.endsAtMs = Math.max(this.endsAtMs, this.context.clock.monotonicMs() + RECOVERY_MS);
    this.note({ kind: "stood-still", ms });
    return true;
  }

  private note(moment: LeaseMomentBody): void {
    this.history.add({ atMs: this.context.clock.nowMs(), ...moment });
  }
}
