import type { Market } from "../../catalog/model.js";
import { durationText } from "../../lib/time-text.js";

/** EC2 said no to an offering. */
export interface Refusal {
  readonly instanceType: string;
  /** Absent when it holds for every zone. */
  readonly zone?: string | undefined;
  readonly market: Market;
  /** EC2's error code. */
  readonly code: string;
  readonly atMs: number;
  /** The offering is left alone until then. */
  readonly untilMs: number;
}

type OfferingName = Pick<Refusal, "instanceType" | "zone" | "market">;

/**
 * Finds the refusal that holds for an offering, the one that lasts longest. A refusal of one zone says nothing of a
 * launch whose zone EC2 chooses.
 */
export function refusalFinder(
  refusals: readonly Refusal[],
  nowMs: number,
): (offering: OfferingName) => Refusal | undefined {
  const byName = new Map<string, Refusal>();
  for (const refusal of refusals) {
    const name = nameOf(refusal);
    if (refusal.untilMs > nowMs && refusal.untilMs > (byName.get(name)?.untilMs ?? -Infinity))
      byName.set(name, refusal);
  }
  return (offering) => byName.get(nameOf({ ...offering, zone: undefined })) ?? byName.get(nameOf(offering));
}

function nameOf({ instanceType, zone = "", market }: OfferingName): string {
  return `${instanceType}/${zone}/${market}`;
}

/** E.g. `refused 2m00s ago (InsufficientInstanceCapacity)`. */
export function refusalText({ atMs, code }: Refusal, nowMs: number): string {
  return `refused ${durationText(nowMs - atMs)} ago (${code})`;
}
