import type { Clock } from "../../../lib/clock.js";
import { add, amount, available, isZero, sub, type Generation, type Resources } from "../../../pool/resources.js";
import { ReflowFault } from "./reflow-error.js";

/** What a driver sends with an accept. */
export interface AllocMeta {
  /** Undefined when the request had none. */
  readonly want: Resources | undefined;
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
}

/** An alloc with its lease. */
export interface Alloc {
  readonly id: string;
  readonly meta: AllocMeta;
  /** Wall-clock times in nanoseconds since 1970, for show. */
  readonly createdNs: bigint;
  lastKeepaliveNs: bigint | undefined;
  expiresNs: bigint;
  /** When the lease ends on the clock that never jumps; this decides. */
  expiresAtMs: number;
}

/** What a reflowlet has free. */
export interface Offer {
  readonly id: string;
  readonly available: Resources;
}

/** What a pool of leases is made of. */
export interface LeasePoolOptions {
  readonly clock: Clock;
  readonly generation: Generation;
  /** Everything that the machine has to give. */
  readonly total: Resources;
  randomBytes(length: number): Buffer;
}

/** The one offer that a reflowlet makes. */
const OFFER_ID = "1";

/** The lease that a new alloc starts with, and the longest that a keepalive is granted, as recorded. */
const LEASE_RULES: Readonly<Record<Generation, { readonly initialMs: number; readonly longestMs: number }>> = {
  2020: { initialMs: 60_000, longestMs: 2 * 60 * 60_000 },
  2023: { initialMs: 2 * 60_000, longestMs: 5 * 60_000 },
};
const NS_PER_MS = 1_000_000n;

/**
 * The resources of one machine and the leases on them, by Reflow's rules: an expired alloc keeps its place until
 * somebody needs the room, a keepalive revives it, and one that was collected or freed stays known as a zombie.
 */
export class LeasePool {
  private readonly live = new Map<string, Alloc>();
  private readonly zombies = new Map<string, AllocMeta>();
  private stopped = false;

  constructor(private readonly options: LeasePoolOptions) {}

  /** The allocs that are not collected, expired ones included, oldest first. */
  get allocs(): readonly Alloc[] {
    return [...this.live.values()];
  }

  /** The offer, if anything of each of the three base resources is left; expired allocs count as free. */
  offers(): readonly Offer[] {
    if (this.stopped) return [];
    const reserved = sumOf(this.allocs.filter((alloc) => !this.expired(alloc)));
    const left = sub(this.options.total, reserved);
    const exhausted = ["mem", "cpu", "disk"].some((key) => amount(left, key) === 0);
    return exhausted ? [] : [{ id: OFFER_ID, available: left }];
  }

  /** @throws ReflowFault when there is no such offer (any more). */
  offer(id: string): Offer {
    const offer = this.offers().find((candidate) => candidate.id === id);
    if (offer === undefined) {
      throw new ReflowFault({ op: "offer", args: [id], kind: "NotExist", cause: "offer expired" });
    }
    return offer;
  }

  /**
   * Reserves what `meta` wants, collecting expired allocs, longest expired first, as far as the room is needed.
   * @throws ReflowFault when it does not fit, or (2023) when nothing is wanted.
   */
  accept(meta: AllocMeta): Alloc {
    const want = meta.want ?? {};
    if (this.options.generation === 2023 && isZero(want)) {
      const cause = "illegal request for an empty resources: {}";
      throw new ReflowFault({ op: "ResourcePool.New", args: [], kind: "Precondition", cause });
    }
    const collected = this.makeRoom(want);
    for (const alloc of collected) this.bury(alloc);
    const nowNs = this.nowNs();
    const { initialMs } = LEASE_RULES[this.options.generation];
    const alloc: Alloc = {
      id: this.options.randomBytes(8).toString("hex"),
      meta,
      createdNs: nowNs,
      lastKeepaliveNs: undefined,
      expiresNs: nowNs + BigInt(initialMs) * NS_PER_MS,
      expiresAtMs: this.options.clock.monotonicMs() + initialMs,
    };
    this.live.set(alloc.id, alloc);
    return alloc;
  }

  /**
   * A live alloc, or what is left of one that is gone.
   * @throws ReflowFault when there never was such an alloc here.
   */
  find(
    id: string,
  ): { readonly kind: "live"; readonly alloc: Alloc } | { readonly kind: "zombie"; readonly meta: AllocMeta } {
    const alloc = this.live.get(id);
    if (alloc !== undefined) return { kind: "live", alloc };
    const meta = this.zombies.get(id);
    if (meta !== undefined) return { kind: "zombie", meta };
    throw new ReflowFault({ op: "alloc", args: [id], kind: "NotExist" });
  }

  /** Renews a lease for `intervalNs`, at most for what the generation grants; gives what was applied. */
  keepalive(alloc: Alloc, intervalNs: bigint): bigint {
    const longestNs = BigInt(LEASE_RULES[this.options.generation].longestMs) * NS_PER_MS;
    const grantedNs = intervalNs > longestNs ? longestNs : intervalNs;
    alloc.lastKeepaliveNs = this.nowNs();
    alloc.expiresNs = alloc.lastKeepaliveNs + grantedNs;
    alloc.expiresAtMs = this.options.clock.monotonicMs() + Number(grantedNs) / Number(NS_PER_MS);
    return grantedNs;
  }

  /** Ends a lease; the alloc is a zombie from then on. */
  free(alloc: Alloc): void {
    this.bury(alloc);
  }

  /**
   * Stops offering when every alloc has been expired for `idleMs`, as it is when there are none; says whether it did.
   * What is left of the allocs is ended.
   */
  stopIfIdle(idleMs: number): boolean {
    const nowMs = this.options.clock.monotonicMs();
    if (this.allocs.some((alloc) => nowMs - alloc.expiresAtMs < idleMs)) return false;
    for (const alloc of this.allocs) this.bury(alloc);
    this.stopped = true;
    return true;
  }

  /** The expired allocs that must go so that `want` fits. */
  private makeRoom(want: Resources): readonly Alloc[] {
    let used = sumOf(this.allocs);
    const expired = this.allocs.filter((alloc) => this.expired(alloc)).sort((a, b) => a.expiresAtMs - b.expiresAtMs);
    const collected: Alloc[] = [];
    for (const alloc of expired) {
      if (available(sub(this.options.total, used), want)) break;
      used = sub(used, alloc.meta.want ?? {});
      collected.push(alloc);
    }
    if (available(sub(this.options.total, used), want)) return collected;
    throw new ReflowFault({ op: "alloc", args: [], kind: "NotExist", cause: "offer expired" });
  }

  private bury(alloc: Alloc): void {
    this.live.delete(alloc.id);
    this.zombies.set(alloc.id, alloc.meta);
  }

  private expired(alloc: Alloc): boolean {
    return this.options.clock.monotonicMs() > alloc.expiresAtMs;
  }

  private nowNs(): bigint {
    return BigInt(Math.trunc(this.options.clock.nowMs())) * NS_PER_MS;
  }
}

function sumOf(allocs: readonly Alloc[]): Resources {
  return allocs.reduce<Resources>((sum, alloc) => add(sum, alloc.meta.want ?? {}), {});
}
