import { sharedController, sharedSignal } from "../lib/abort.js";
import type { PoolAddress } from "../pool/transport.js";
import { ReflowletClient, type AllocInspect, type Offer } from "../pool/reflowlet-client.js";
import { parseUri, type PoolUri } from "../pool/uri.js";
import { allocate, withAllocateLimit } from "./allocate.js";
import type { ClusterContext } from "./context.js";
import { clusterCore, type ClusterCore } from "./core.js";
import { DemandLoop } from "./demand/loop.js";
import { planAllocate } from "./demand/plan-allocate.js";
import { freeAllocs, locateAllocs, renewAllocs, type NamedLease, type RenewedLease } from "./lease/by-uri.js";
import { holdLeases } from "./lease/hold.js";
import type { LeaseOutcome } from "./lease/outcome.js";
import type { ProbePlan } from "./probe/plan.js";
import { planProbe, probe, type ProbeResult } from "./probe/probe.js";
import type { ProbeObserver, ProbeRequest } from "./probe/request.js";
import { selectTypes, type ProbeSelection, type SelectedTypes } from "./probe/select-types.js";
import { probeSettings } from "./probe/settings.js";
import { inspectMember, listMembers, type Listing } from "./list.js";
import { findMembers } from "./members.js";
import { addressOf } from "./membership.js";
import type { Tags } from "./ports.js";
import type { AllocatePlan, AllocateResult, MemberAlloc, TerminatePlan, TerminateResult } from "./results.js";
import type { AllocateRequest } from "./settings.js";
import { instanceTags, queryTags } from "./tags.js";
import { planTerminate, terminate, type TerminateSelection } from "./terminate.js";

/** Ends the call; its reason is what the call then throws. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** How leases are held. */
export interface HoldOptions {
  /** Ends the holding. */
  readonly signal: AbortSignal;
  /** Hears of each lease that is lost, when it is. */
  readonly onLost?: ((outcome: LeaseOutcome) => void) | undefined;
  /** Whether the allocs are freed at the end, as they are by default; otherwise their leases run on, and out. */
  readonly free?: boolean | undefined;
}

/**
 * An elastic cluster of Reflow instances on EC2. It keeps no state: every call infers it from the tags on the
 * instances, so any number of processes share one cluster. Every method throws one of the classes of errors.ts, or its
 * signal's reason.
 */
export class Cluster {
  private readonly core: ClusterCore;
  private readonly demand: DemandLoop;
  private probes: ClusterCore | undefined;

  /** @param context everything from outside: EC2, HTTPS, the catalogue, clock, events */
  constructor(context: ClusterContext) {
    this.core = clusterCore(context);
    this.demand = new DemandLoop(this.core);
  }

  /**
   * Reserves resources: from an existing member if one serves, else from a new instance. Calls that are made together
   * are planned together, as one fleet of the least price.
   */
  allocate(request: AllocateRequest, options: CallOptions = {}): Promise<AllocateResult> {
    return allocate(this.core, this.demand, request, signalOf(options));
  }

  /** What `allocate` would do now for the requests together; nothing is accepted, launched or ended. */
  planAllocate(
    requests: AllocateRequest | readonly AllocateRequest[],
    options: CallOptions = {},
  ): Promise<AllocatePlan> {
    const list = "requirements" in requests ? [requests] : requests;
    return withAllocateLimit(
      this.core,
      { timeoutMs: list[0]?.timeoutMs },
      () => undefined,
      signalOf(options),
      (within) => planAllocate(this.core, list, within),
    );
  }

  /** The types that a selection means, by name. @throws UsageError for a name or a pattern of no type */
  selectProbeTypes(selection: ProbeSelection, max?: number): SelectedTypes {
    const { catalog, settings } = this.core;
    const { instanceTypes: configured, architectures } = settings;
    return selectTypes({ catalog, configured, architectures, selection, max });
  }

  /** What `probe` would do, and cost; launches nothing. */
  planProbe(request: ProbeRequest, options: CallOptions = {}): Promise<ProbePlan> {
    return planProbe(this.probeCore, request, signalOf(options));
  }

  /**
   * Launches instances of types only to measure how they come up, and ends every one of them. They are no members:
   * nobody leases them. When `signal` aborts nothing else is begun and all that run are ended; the result then tells what
   * was found until then.
   */
  probe(request: ProbeRequest, options: CallOptions & ProbeObserver = {}): Promise<ProbeResult> {
    return probe(this.core, this.probeCore, request, options, signalOf(options));
  }

  /**
   * All instances of the cluster with what their reflowlets offer and hold; with `orphans` only those that never became
   * usable in their time.
   */
  list(options: CallOptions & { readonly orphans?: boolean } = {}): Promise<Listing> {
    return listMembers(this.core, options.orphans === true ? "orphans" : "all", signalOf(options));
  }

  /** What `terminate` would end. @throws UsageError as planTerminate does. */
  planTerminate(
    selection: TerminateSelection,
    options: CallOptions & { force?: boolean } = {},
  ): Promise<TerminatePlan> {
    return planTerminate(this.core, selection, options.force ?? false, signalOf(options));
  }

  /** Ends the instances of a plan and waits until EC2 says that they are terminated. */
  terminate(plan: TerminatePlan, options: CallOptions = {}): Promise<readonly TerminateResult[]> {
    return terminate(this.core, plan, signalOf(options));
  }

  /** The offers of all usable members; members that do not answer have none. */
  async offers(options: CallOptions = {}): Promise<readonly { readonly instanceId: string; readonly offer: Offer }[]> {
    const signal = signalOf(options);
    const members = await findMembers(this.core, "alive", signal);
    const ready = members.filter(({ standing }) => standing.health === "ready");
    const asked = ready.map(async ({ instance }) => {
      const address = addressOf(instance, this.core.settings.address);
      if (address === undefined) return [];
      const offers = await this.client(address)
        .offers({ signal })
        .catch(() => []);
      return offers.map((offer) => ({ instanceId: instance.id, offer }));
    });
    const offers = (await Promise.all(asked)).flat();
    signal.throwIfAborted();
    return offers;
  }

  /** The allocs on all usable members, expired ones included. */
  async allocs(options: CallOptions = {}): Promise<readonly MemberAlloc[]> {
    const signal = signalOf(options);
    const members = await findMembers(this.core, "alive", signal);
    const views = await Promise.all(members.map((member) => inspectMember(this.core, member, signal)));
    return views.flatMap(({ view }) => view.allocs);
  }

  /**
   * One alloc by its URI, as its reflowlet tells it.
   * @throws UsageError for what is no URI or names no member; RemoteError when the reflowlet does not know the alloc.
   */
  async alloc(uri: string, options: CallOptions = {}): Promise<AllocInspect> {
    const signal = signalOf(options);
    const [alloc] = (await locateAllocs(this.core, [uri], signal)) as readonly [PoolUri];
    return this.client(alloc.address).inspect(alloc.id, { signal });
  }

  /**
   * Keeps the leases of allocs alive until `signal` aborts, and then gives the allocs back, which takes at most 15 s.
   * Whatever happens comes as a value, one for each alloc in their order: a lease that is lost is told by `onLost` at
   * once, and the others are held on.
   * @param uris as `allocate` gave them; whether they are on members is not asked
   * @throws UsageError for what is no URI, before anything is done; nothing else
   */
  async hold(uris: readonly string[], { signal, onLost, free = true }: HoldOptions): Promise<readonly LeaseOutcome[]> {
    const allocs = uris.map(parseUri);
    return holdLeases(this.core, allocs, { signal: sharedSignal(signal), free }, onLost ?? (() => undefined));
  }

  /**
   * Frees an alloc, with whatever runs in it.
   * @throws UsageError for what is no URI or names no member; LeaseLostError when the reflowlet has no such alloc (any
   * more); TransportError or TrustError when it cannot be asked.
   */
  async free(uri: string, options: CallOptions = {}): Promise<void> {
    valueOf(await this.freeAll([uri], options));
  }

  /** Frees allocs, each whatever becomes of the others. @throws UsageError as `free` does, before any is freed. */
  freeAll(uris: readonly string[], options: CallOptions = {}): Promise<readonly NamedLease<undefined>[]> {
    return freeAllocs(this.core, uris, signalOf(options));
  }

  /**
   * Sets the lease of an alloc to end `intervalMs` from now; gives what was granted, five minutes at most by a reflowlet
   * of 2023. Revives a lease that has run out, as long as nobody needed the room.
   * @throws as `free` does.
   */
  async keepalive(uri: string, intervalMs: number, options: CallOptions = {}): Promise<RenewedLease> {
    return valueOf(await this.keepaliveAll([uri], intervalMs, options));
  }

  /** Renews leases, each whatever becomes of the others. @throws UsageError as `free` does, before any is renewed. */
  keepaliveAll(
    uris: readonly string[],
    intervalMs: number,
    options: CallOptions = {},
  ): Promise<readonly NamedLease<RenewedLease>[]> {
    return renewAllocs(this.core, uris, intervalMs, signalOf(options));
  }

  /** The tags that find the cluster's usable members. */
  queryTags(): Tags {
    return queryTags(this.core.settings);
  }

  /** The tags of every instance that this cluster launches, beside those of the single launch. */
  get instanceTags(): Tags {
    return instanceTags(this.core.settings);
  }

  /** Ends idle connections; the cluster is not used afterwards. */
  close(): void {
    this.core.transport.close();
  }

  private get probeCore(): ClusterCore {
    this.probes ??= clusterCore({ ...this.core, settings: probeSettings(this.core.settings) });
    return this.probes;
  }

  private client(address: PoolAddress): ReflowletClient {
    return new ReflowletClient(this.core.transport, address);
  }
}

function signalOf({ signal }: CallOptions): AbortSignal {
  return signal === undefined ? sharedController().signal : sharedSignal(signal);
}

/** What became of the one that was named. */
function valueOf<T>(results: readonly NamedLease<T>[]): T {
  const [result] = results as readonly [NamedLease<T>];
  if (result.kind === "failed") throw result.error;
  return result.value;
}
