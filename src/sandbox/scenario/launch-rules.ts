import type { CatalogType } from "../../catalog/load-catalog.js";
import type { Account } from "../ec2/account.js";
import type { InstanceRecord } from "../ec2/records.js";
import { noDefaultVpc } from "../ec2/placement.js";
import { Ec2ApiError } from "../protocol/ec2-error.js";
import type { Chance } from "./chance.js";
import { isCapacityCode, isUnknownToDryRun, quotaErrors, refusalError } from "./refusal-error.js";
import { isAbout, isInForce, type Pool } from "./rule-match.js";
import type { Scenario } from "./schema.js";
import type { SpotPrices } from "./spot-prices.js";

/** A launch that asks whether and where there is room for it. */
export interface LaunchWish {
  readonly type: CatalogType;
  readonly market: "spot" | "on-demand";
  /** In USD an hour, as sent. */
  readonly maxPriceUsd: string | undefined;
  /** The zones that it may go to; one when the request names it. */
  readonly zones: readonly string[];
  /** The request names its zone. */
  readonly zoned: boolean;
  readonly least: number;
  readonly most: number;
  readonly dryRun: boolean;
}

/** Where a launch goes, and how many instances it gets. */
export interface LaunchRoom {
  readonly zone: string;
  readonly count: number;
}

/** How many instances one rule lets through, and what EC2 says when that is not enough. */
interface Cap {
  readonly count: number;
  readonly error: () => Ec2ApiError;
}

/** What a scenario says about launches: refusals, capacity, quotas, prices. */
export class LaunchRules {
  private asked = 0;
  /** Instances that each refusal has let pass. */
  private readonly passed: number[];

  constructor(
    private readonly scenario: Scenario,
    private readonly chance: Chance,
    private readonly elapsedMs: () => number,
    private readonly prices: SpotPrices,
  ) {
    this.passed = (scenario.refusals ?? []).map(() => 0);
  }

  /**
   * Finds the zone in which most of a launch fits, as EC2 does: all that was asked for if that is to be had, else as
   * many as there are, else nothing. Counts nothing yet but the question.
   * @throws Ec2ApiError when fewer than the least fit anywhere.
   */
  findRoom(wish: LaunchWish, account: Account): LaunchRoom {
    this.asked += 1;
    let best: (LaunchRoom & { readonly error: () => Ec2ApiError }) | undefined;
    for (const zone of this.chance.shuffle(wish.zones, "zone", this.asked)) {
      const cap = this.capOf(wish, { type: wish.type.type, zone, market: wish.market }, account);
      if (cap.count >= wish.most) return { zone, count: wish.most };
      if (best === undefined || cap.count > best.count) best = { zone, ...cap };
    }
    if (best === undefined) throw noDefaultVpc();
    if (best.count < wish.least) throw best.error();
    return { zone: best.zone, count: best.count };
  }

  /** Notes that instances were launched in a pool. */
  launched(pool: Pool, count: number): void {
    const nowMs = this.elapsedMs();
    this.scenario.refusals?.forEach((rule, index) => {
      if (isAbout(rule, pool) && isInForce(rule, nowMs)) this.passed[index] = (this.passed[index] ?? 0) + count;
    });
  }

  /** How many spot instances of a type a zone could still start; Infinity where nothing limits them. */
  spotRoom(type: string, zone: string, account: Account): number {
    return this.capacityCap({ type, zone, market: "spot" }, account, true)?.count ?? Infinity;
  }

  private capOf(wish: LaunchWish, pool: Pool, account: Account): Cap {
    const caps = [
      ...this.refusalCaps(wish, pool),
      this.priceCap(wish, pool),
      ...(this.looksAtCapacity(wish)
        ? [this.capacityCap(pool, account, wish.zoned), ...this.quotaCaps(wish, account)]
        : []),
    ].filter((cap) => cap !== undefined);
    const none: Cap = { count: Infinity, error: () => refusalError("InternalError", pool, wish.zoned) };
    return caps.reduce((tightest, cap) => (cap.count < tightest.count ? cap : tightest), none);
  }

  private looksAtCapacity(wish: LaunchWish): boolean {
    return !wish.dryRun || this.scenario.dryRun === "capacity";
  }

  private refusalCaps(wish: LaunchWish, pool: Pool): readonly Cap[] {
    const nowMs = this.elapsedMs();
    return (this.scenario.refusals ?? []).flatMap((rule, index) => {
      if (!isAbout(rule, pool) || !isInForce(rule, nowMs)) return [];
      if (isUnknownToDryRun(rule.code) && !this.looksAtCapacity(wish)) return [];
      if (rule.share !== undefined && this.chance.draw("refusal", index, this.asked) >= rule.share) return [];
      const left = Math.max(0, (rule.passes ?? 0) - (this.passed[index] ?? 0));
      // Only for want of capacity does EC2 give a part.
      const count = isCapacityCode(rule.code) || left >= wish.most ? left : 0;
      return [{ count, error: () => refusalError(rule.code, pool, wish.zoned, rule) }];
    });
  }

  private priceCap({ type, maxPriceUsd }: LaunchWish, { zone, market }: Pool): Cap | undefined {
    if (market !== "spot" || maxPriceUsd === undefined) return undefined;
    const priceUsd = this.prices.setPriceUsd(type, zone, this.elapsedMs());
    if (priceUsd === undefined || priceUsd <= Number(maxPriceUsd)) return undefined;
    const message =
      `Your Spot request price of ${maxPriceUsd} is lower than the minimum required Spot request fulfillment ` +
      `price of ${priceUsd}.`;
    return { count: 0, error: () => new Ec2ApiError("SpotMaxPriceTooLow", message) };
  }

  private capacityCap(pool: Pool, account: Account, zoned: boolean): Cap | undefined {
    const nowMs = this.elapsedMs();
    const rule = this.scenario.capacity?.find((each) => isAbout(each, pool) && isInForce(each, nowMs));
    if (rule === undefined) return undefined;
    const used = live(account).filter(
      ({ type, market, subnet }) => type === pool.type && market === pool.market && subnet.zone === pool.zone,
    ).length;
    return {
      count: Math.max(0, rule.instances - used),
      error: () => refusalError("InsufficientInstanceCapacity", pool, zoned),
    };
  }

  private quotaCaps({ type, market, least }: LaunchWish, account: Account): readonly Cap[] {
    const quotas = this.scenario.quotas ?? {};
    const caps: Cap[] = [];
    const vcpus = market === "spot" ? quotas.spotVcpus : quotas.onDemandVcpus;
    if (vcpus !== undefined) {
      const used = live(account)
        .filter((instance) => instance.market === market)
        .reduce((sum, instance) => sum + instance.vcpus, 0);
      const count = Math.max(0, Math.floor((vcpus - used) / type.vcpu));
      caps.push({ count, error: () => (market === "spot" ? quotaErrors.spot() : quotaErrors.vcpus(vcpus)) });
    }
    const { instances } = quotas;
    if (instances !== undefined) {
      const used = live(account).length;
      caps.push({
        count: Math.max(0, instances - used),
        error: () => quotaErrors.instances(used + least, instances),
      });
    }
    return caps;
  }
}

/** What takes room: hosts are given back when an instance is terminated, or stopped. */
function live(account: Account): readonly InstanceRecord[] {
  return [...account.instances.values()].filter(({ state }) => state !== "terminated" && state !== "stopped");
}
