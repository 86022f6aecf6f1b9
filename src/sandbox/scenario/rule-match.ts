import { matchesWildcard, parseWildcard, type Wildcard } from "../../lib/wildcard.js";
import { durationMs } from "./scenario-time.js";

/** A pool of EC2's: what there is of a type in a zone on a market. */
export interface Pool {
  readonly type: string;
  readonly zone: string;
  readonly market: "spot" | "on-demand";
}

/** Which pools a rule is about; what is left out is any. */
export interface PoolRule {
  readonly type?: string | undefined;
  readonly zone?: string | undefined;
  readonly market?: "spot" | "on-demand" | "*" | undefined;
}

/** When a rule holds, after the setting of the scenario. */
export interface PeriodRule {
  readonly from?: string | undefined;
  readonly for?: string | undefined;
}

/** Whether a rule is about the pool. */
export function isAbout(rule: PoolRule, pool: Pool): boolean {
  const { market = "*" } = rule;
  return (
    matchesGlob(rule.type, pool.type) && matchesGlob(rule.zone, pool.zone) && (market === "*" || market === pool.market)
  );
}

/** Whether a rule holds `elapsedMs` after the setting of the scenario. */
export function isInForce(rule: PeriodRule, elapsedMs: number): boolean {
  const fromMs = durationMs(rule.from, 0);
  return elapsedMs >= fromMs && elapsedMs < fromMs + durationMs(rule.for, Infinity);
}

/** Whether a rule is about an action, by its name and the service's (`ec2`, `s3`); without one EC2 is meant. */
export function isAboutAction(glob: string, service: string, action: string): boolean {
  return matchesGlob(glob.includes(":") ? glob : `ec2:${glob}`, `${service}:${action}`);
}

const read = new Map<string, Wildcard>();

/** Globs come from scenarios alone, so there are never many. */
function matchesGlob(glob: string | undefined, text: string): boolean {
  if (glob === undefined || glob === "*") return true;
  const pattern = read.get(glob) ?? parseWildcard(glob);
  read.set(glob, pattern);
  return matchesWildcard(pattern, text);
}
