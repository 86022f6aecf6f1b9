import type { TypeFacts } from "./model.js";

/**
 * What a vCPU of a burstable type may do for ever without paying, as a share of it: AWS's EC2 user guide, "Key
 * concepts for burstable performance instances", the same for t3, t3a and t4g; November 2026.
 */
const T3_BASELINES: Readonly<Record<string, number>> = {
  nano: 0.05,
  micro: 0.1,
  small: 0.2,
  medium: 0.2,
  large: 0.3,
  xlarge: 0.4,
  "2xlarge": 0.4,
};
const BASELINES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // Credits of 90 and 135 minutes an hour, over 4 and 8 vCPUs.
  t2: { ...T3_BASELINES, xlarge: 0.225, "2xlarge": 0.16875 },
  t3: T3_BASELINES,
  t3a: T3_BASELINES,
  t4g: T3_BASELINES,
};

/** USD for a vCPU-hour beyond the baseline, Linux; AWS charges the same in all regions. */
const CREDIT_USD = 0.05;
const CREDIT_USD_BY_FAMILY: Readonly<Record<string, number>> = { t4g: 0.04 };

/**
 * USD an hour for the CPU credits that a burstable type uses up at full use of all its vCPUs; 0 for any other type.
 * An instance that does not pay for credits (t2 in its default mode) is slowed down to the baseline instead, which
 * costs the work at least as much. A burstable type without a known baseline is taken to have none.
 */
export function creditsUsdPerHour(type: Pick<TypeFacts, "type" | "vcpu" | "burstable">): number {
  // t1 came before credits and has none to buy, but lends its CPU for short bursts in the same way.
  if (!type.burstable && !type.type.startsWith("t1.")) return 0;
  const [family = "", size = ""] = type.type.split(".");
  const baseline = BASELINES[family]?.[size] ?? 0;
  return type.vcpu * (1 - baseline) * (CREDIT_USD_BY_FAMILY[family] ?? CREDIT_USD);
}
