import type { Refusal as Ec2Refusal } from "../errors.js";
import type { Clock } from "../lib/clock.js";
import { amount, type Resources } from "../pool/resources.js";
import type { PlannerOffering } from "./planner/model.js";
import type { Refusal } from "./planner/refusals.js";

/** A type that a zone does not sell is not asked for again while the process lives; a day is as good. */
const PERMANENT_MS = 24 * 60 * 60_000;

/**
 * What EC2 lately refused, and types that came up smaller than planned, so that the next launch goes elsewhere. Lives as
 * long as its process: the next one may have better luck. Its times are of the monotonic clock, as whoever sets the
 * machine's clock back must not close the cheapest offerings for hours.
 */
export class RefusalMemory {
  /** What types offered that came up smaller than planned. */
  readonly smaller = new Map<string, Resources>();
  private entries: Refusal[] = [];

  /** @param lifetimeMs how long an offering that had no capacity is left alone */
  constructor(
    private readonly clock: Clock,
    private readonly lifetimeMs: number,
  ) {}

  /** The refusals that still hold. */
  get refusals(): readonly Refusal[] {
    const nowMs = this.clock.monotonicMs();
    this.entries = this.entries.filter(({ untilMs }) => untilMs > nowMs);
    return this.entries;
  }

  /** EC2 had no capacity for an offering. @param types all that share its fate where a whole zone is full */
  refuse(
    { instanceType, zone, market }: Pick<PlannerOffering, "instanceType" | "zone" | "market">,
    { code, scope, permanent }: Ec2Refusal,
    types: Iterable<string>,
  ): void {
    const atMs = this.clock.monotonicMs();
    const untilMs = atMs + (permanent ? PERMANENT_MS : this.lifetimeMs);
    if (scope === "zone") {
      for (const type of types) {
        for (const each of ["on-demand", "spot"] as const) {
          this.entries.push({ instanceType: type, zone, market: each, code, atMs, untilMs });
        }
      }
      return;
    }
    if (scope === "market") {
      for (const type of types) this.entries.push({ instanceType: type, market, code, atMs, untilMs });
      return;
    }
    const markets = permanent ? (["on-demand", "spot"] as const) : [market];
    for (const each of markets) this.entries.push({ instanceType, zone, market: each, code, atMs, untilMs });
  }

  /** A type came up with less than it was planned with. */
  cameUpSmaller(instanceType: string, offered: Resources): void {
    const known = this.smaller.get(instanceType);
    if (known === undefined) return void this.smaller.set(instanceType, offered);
    const keys = new Set([...Object.keys(known), ...Object.keys(offered)]);
    const least = [...keys].map((key) => [key, Math.min(amount(known, key), amount(offered, key))] as const);
    this.smaller.set(instanceType, Object.fromEntries(least));
  }
}
