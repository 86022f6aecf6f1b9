/** Something that happened to a lease. `atMs` is the clock's wall time. */
export type LeaseMoment = { readonly atMs: number } & (
  | { readonly kind: "renewed"; readonly grantedMs: number }
  /** A keepalive failed, and says nothing about the lease. */
  | { readonly kind: "trouble"; readonly problem: string }
  /** The process or the machine stood still for so long, at most. */
  | { readonly kind: "stood-still"; readonly ms: number }
  | { readonly kind: "lost"; readonly why: string }
  | { readonly kind: "released"; readonly release: LeaseRelease }
);

/** A moment before it has its time. */
export type LeaseMomentBody = LeaseMoment extends infer M ? (M extends LeaseMoment ? Omit<M, "atMs"> : never) : never;

/** How a lease was ended by its holder. */
export type LeaseRelease =
  /** The alloc is freed. */
  | "freed"
  /** It could not be freed; its lease was ended, and the room is offered again. */
  | "expired"
  /** It was gone already: lost since its last keepalive, or freed by whoever used it. */
  | "gone"
  /** The reflowlet did not answer, or the alloc was not to be freed: the lease runs out by itself. */
  | "left";

/** What holding a lease came to. */
export type LeaseOutcome = {
  /** Of the alloc. */
  readonly uri: string;
  readonly renewals: number;
  /** Keepalives that failed. */
  readonly failures: number;
  /** The latest moments, oldest first. */
  readonly history: readonly LeaseMoment[];
} & (
  | { readonly kind: "ended"; readonly release: LeaseRelease }
  /** Lost while it was wanted. */
  | { readonly kind: "lost"; readonly why: string }
);

/** Moments kept: five hours of a lease without trouble. */
const KEPT = 200;

/** Collects what happens to one lease. */
export class LeaseHistory {
  private moments: LeaseMoment[] = [];
  private renewals = 0;
  private failures = 0;

  add(moment: LeaseMoment): void {
    if (moment.kind === "renewed") this.renewals += 1;
    if (moment.kind === "trouble") this.failures += 1;
    this.moments = [...this.moments.slice(1 - KEPT), moment];
  }

  /** All but how it ended. */
  summary(): Pick<LeaseOutcome, "renewals" | "failures" | "history"> {
    return { renewals: this.renewals, failures: this.failures, history: this.moments };
  }
}
