import type { Chance } from "./chance.js";
import { isAbout, isInForce, type PeriodRule, type Pool, type PoolRule } from "./rule-match.js";

/** Rules that hit a part of the instances that they are about. */
export interface PortionRule extends PoolRule, PeriodRule {
  readonly share?: number | undefined;
  readonly first?: number | undefined;
}

/** Counts, for each rule of a list, the instances that it was about, and draws which of them it hits. */
export class PortionCounter<Rule extends PortionRule> {
  private readonly counts: number[];

  constructor(
    private readonly name: string,
    private readonly rules: readonly Rule[],
    private readonly chance: Chance,
  ) {
    this.counts = rules.map(() => 0);
  }

  /** The rules that hit the next instance of the pool; each looks at it once. */
  next(pool: Pool, elapsedMs: number): readonly Rule[] {
    return this.rules.filter((rule, index) => {
      if (!isAbout(rule, pool) || !isInForce(rule, elapsedMs)) return false;
      const count = (this.counts[index] = (this.counts[index] ?? 0) + 1);
      if (count > (rule.first ?? Infinity)) return false;
      return rule.share === undefined || this.chance.draw(this.name, index, count) < rule.share;
    });
  }
}
