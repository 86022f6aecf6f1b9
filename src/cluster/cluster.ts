import { sharedController, sharedSignal } from "../lib/abort.js";
import type { PoolAddress } from "../pool/transport.js";
import { ReflowletClient, type AllocInspect, type Offer } from "../pool/reflowlet-client.js";
import { parseUri } from "../pool/uri.js";
import { UsageError } from "../errors.js";
import { allocate, withAllocateLimit } from "./allocate.js";
import type { ClusterContext } from "./context.js";
import { clusterCore, type ClusterCore } from "./core.js";
import { DemandLoop } from "./demand/loop.js";
import { planAllocate } from "./demand/plan-allocate.js";
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

/**
 * An elastic cluster of Reflow instances on EC2. It keeps no state: every call infers it from the tags on the
 * instances, so any number of processes share one cluster. Every method throws one of the classes of errors.ts, or its
 * signal's reason.
 */
export class Cluster {
  private readonly core: ClusterCore;
  private readonly demand: DemandLoop;

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

  /** All instances of the cluster with what their reflowlets offer and hold. */
  list(options: CallOptions = {}): Promise<Listing> {
    return listMembers(this.core, signalOf(options));
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
    const { address, id } = parseUri(uri);
    const members = await findMembers(this.core, "alive", signal);
    const known = members.some(({ instance }) => {
      const at = addressOf(instance, this.core.settings.address);
      return at?.host === address.host && at.port === address.port;
    });
    if (!known)
      throw new UsageError(`${uri} names no member of the cluster`, { hint: "`reflow-ec2 list` shows the members" });
    return this.client(address).inspect(id, { signal });
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

  private client(address: PoolAddress): ReflowletClient {
    return new ReflowletClient(this.core.transport, address);
  }
}

function signalOf({ signal }: CallOptions): AbortSignal {
  return signal === undefined ? sharedController().signal : sharedSignal(signal);
}
