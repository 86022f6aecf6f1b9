import type { ClusterDeps, ClusterHandle, ClusterTarget } from "../../src/commands/shared/cluster-handle.js";
import type { ClusterEvent } from "../../src/cluster/events.js";
import type { AllocatePlan, AllocateResult, MemberView } from "../../src/cluster/results.js";
import type { ProbeReport } from "../../src/cluster/probe/model.js";
import type { ProbePlan } from "../../src/cluster/probe/plan.js";
import type { NamedLease } from "../../src/cluster/lease/by-uri.js";
import type { LeaseOutcome } from "../../src/cluster/lease/outcome.js";
import { CapacityError, LeaseLostError, type ReflowEc2Error, UsageError } from "../../src/errors.js";
import { orAbort } from "../../src/lib/abort.js";
import { NOW_MS } from "./sample-results.js";

/** What a fake cluster starts with. */
export interface FakeClusterState {
  readonly members?: readonly MemberView[];
  readonly problems?: readonly ReflowEc2Error[];
  readonly allocation?: AllocateResult;
  readonly plan?: AllocatePlan;
  /** After so many allocs there is no capacity. */
  readonly failsFrom?: number;
  /** The last of so many allocs, which is as long in coming as `ready` is. */
  readonly late?: { readonly nth: number; readonly ready: Promise<void> };
  /** What a probe would do, and what comes of it. */
  readonly probe?: {
    readonly plan: ProbePlan;
    readonly report: ProbeReport;
    readonly fatal?: ReflowEc2Error;
    /** Happens while it goes on. */
    readonly meanwhile?: () => void;
    /** Why nothing can be saved: from the beginning, or only when it comes to it. */
    readonly unclaimable?: ReflowEc2Error;
    readonly unsavable?: ReflowEc2Error;
  };
  /** Told while anything is done. */
  readonly events?: readonly ClusterEvent[];
  /** Thrown instead of doing anything. */
  readonly failure?: unknown;
  readonly config?: Partial<ClusterHandle["config"]>;
}

/** A request as it reached the cluster, without its signal. */
export type FakeRequest = Readonly<Record<string, unknown>> & { readonly method: string };

/**
 * A cluster in memory, below the commands: it lists the members it was given, ends them, refuses what the real one
 * refuses (unknown ids, live leases without force), and remembers what it was asked and how it was opened.
 */
export class FakeCluster {
  members: readonly MemberView[];
  readonly opened: ClusterTarget[] = [];
  readonly requests: FakeRequest[] = [];
  closed = 0;
  /** Tells whoever opened it last of what it does. */
  tell: ClusterDeps["onEvent"] = () => undefined;
  private allocated = 0;
  /** Loses a lease that is held, as its reflowlet would say it. */
  readonly lose = new Map<string, (why: string) => void>();

  constructor(private readonly state: FakeClusterState = {}) {
    this.members = state.members ?? [];
  }

  async open(target: ClusterTarget, { onEvent, signal }: ClusterDeps): Promise<ClusterHandle> {
    signal.throwIfAborted();
    this.opened.push(target);
    this.tell = onEvent;
    const work = (request: FakeRequest): void => {
      this.requests.push(request);
      for (const event of this.state.events ?? []) onEvent(event);
      if (this.state.failure !== undefined) throw this.state.failure as Error;
    };
    return {
      config: { source: "config.yaml", warnings: [], logLevel: "info", ...this.state.config },
      region: target.region ?? "us-west-2",
      allocate: async (requirements, { signal: aborted, ...options }) => {
        aborted.throwIfAborted();
        work({ method: "allocate", requirements, ...options });
        this.allocated += 1;
        const { late, failsFrom = Infinity } = this.state;
        if (late?.nth === this.allocated) await orAbort(late.ready, aborted);
        else if (this.allocated > failsFrom)
          throw new CapacityError("all offerings refused", { hint: "try again later" });
        return required(this.state.allocation, "allocation");
      },
      planAllocate: async (requirements, count, { signal: aborted, ...options }) => {
        aborted.throwIfAborted();
        work({ method: "planAllocate", requirements, count, ...options });
        return required(this.state.plan, "plan");
      },
      hold: async (uris, { signal: end, onLost, free = true }) => {
        this.requests.push({ method: "hold", uris, free, until: end.aborted ? "now" : "later" });
        return Promise.all(uris.map((uri) => this.holdOne(uri, end, free ? "freed" : "left", onLost)));
      },
      free: async (uris) => {
        work({ method: "free", uris });
        return uris.map((uri) => this.named(uri, () => undefined));
      },
      keepalive: async (uris, { intervalMs }) => {
        work({ method: "keepalive", uris, intervalMs });
        return uris.map((uri) => this.named(uri, () => ({ grantedMs: intervalMs, expiresMs: NOW_MS + intervalMs })));
      },
      probeTypes: (selection, max = Infinity) => {
        work({ method: "probeTypes", selection });
        const { types: planned, skipped } = required(this.state.probe, "probe").plan;
        const types = [...planned, ...skipped].map(({ type }) => type);
        return { types: types.slice(0, max), left: Math.max(0, types.length - max) };
      },
      planProbe: async (request) => {
        work({ method: "planProbe", ...request });
        return required(this.state.probe, "probe").plan;
      },
      probe: async (request, { onDecided, signal: aborted }) => {
        work({ method: "probe", ...request });
        aborted.throwIfAborted();
        const { report, fatal, meanwhile } = required(this.state.probe, "probe");
        meanwhile?.();
        for (const sample of report.samples) onDecided?.(sample);
        return { report, fatal };
      },
      claimMeasured: async () => {
        work({ method: "claimMeasured" });
        if (this.state.probe?.unclaimable !== undefined) throw this.state.probe.unclaimable;
      },
      saveMeasured: async ({ types }) => {
        work({ method: "saveMeasured", types: types.map(({ type }) => type) });
        if (this.state.probe?.unsavable !== undefined) throw this.state.probe.unsavable;
        return { path: "/home/ada/.reflow/reflow-ec2-measured.json", types: types.length };
      },
      list: async ({ orphans }) => {
        work({ method: "list" });
        const members = orphans ? this.members.filter(({ health }) => health === "orphan") : this.members;
        return { members, problems: this.state.problems ?? [] };
      },
      planTerminate: async ({ selection, force }) => {
        work({ method: "planTerminate", selection, force });
        if (selection.kind === "planned") {
          const there = selection.plan.instances.filter(({ id }) => this.members.some((member) => member.id === id));
          const ids = there.map(({ id }) => id);
          return { instances: this.select(ids, force).map(candidate) };
        }
        const ids = selection.kind === "ids" ? selection.ids : undefined;
        const orphans = this.members.filter(({ health }) => health === "orphan");
        const chosen = selection.kind === "orphans" ? orphans : this.select(ids, force);
        return { instances: chosen.map(candidate) };
      },
      terminate: async (plan, { signal: aborted }) => {
        aborted.throwIfAborted();
        const ids = plan.instances.map(({ id }) => id);
        this.requests.push({ method: "terminate", ids });
        this.members = this.members.filter(({ id }) => !ids.includes(id));
        return plan.instances.map(({ id, state }) => ({ id, from: state, to: "terminated" }));
      },
      close: () => {
        this.closed += 1;
      },
    };
  }

  private holdOne(
    uri: string,
    end: AbortSignal,
    release: "freed" | "left",
    onLost: (outcome: LeaseOutcome) => void = () => undefined,
  ): Promise<LeaseOutcome> {
    const history = [{ atMs: NOW_MS, kind: "renewed", grantedMs: 120_000 }] as const;
    return new Promise((resolve) => {
      const free = (): void =>
        resolve({
          kind: "ended",
          uri,
          release,
          renewals: 1,
          failures: 0,
          history: [...history, { atMs: NOW_MS, kind: "released", release }],
        });
      if (end.aborted) return free();
      end.addEventListener("abort", free, { once: true });
      this.lose.set(uri, (why) => {
        const moments = [...history, { atMs: NOW_MS, kind: "lost", why }] as const;
        const outcome = { kind: "lost", uri, why, renewals: 1, failures: 0, history: moments } as const;
        resolve(outcome);
        onLost(outcome);
      });
    });
  }

  /** Knows the allocs of its members alone. */
  private named<T>(uri: string, value: () => T): NamedLease<T> {
    const known = this.members.some(({ allocs }) => allocs.some((alloc) => alloc.uri === uri));
    if (known) return { uri, kind: "done", value: value() };
    return { uri, kind: "failed", error: new LeaseLostError(`${uri}: zombie alloc`) };
  }

  private select(ids: readonly string[] | undefined, force: boolean): readonly MemberView[] {
    const unknown = ids?.filter((id) => !this.members.some((member) => member.id === id)) ?? [];
    if (unknown.length > 0) throw new UsageError(`no member ${unknown.join(", ")}`, { hint: "See reflow-ec2 list." });
    const chosen = this.members.filter(({ id }) => ids?.includes(id) ?? true);
    const leased = chosen.filter((member) => candidate(member).liveAllocs > 0);
    if (!force && leased.length > 0) {
      throw new UsageError(`live leases on ${leased.map(({ id }) => id).join(", ")}`, { hint: "Add --force." });
    }
    return chosen;
  }
}

function candidate({ id, type, state, zone, launchTimeMs, hourlyUsd, allocs }: MemberView) {
  const liveAllocs = allocs.filter(({ expired }) => !expired).length;
  return { id, type, state, zone, launchTimeMs, hourlyUsd, liveAllocs };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the fake cluster has no ${name}`);
  return value;
}
