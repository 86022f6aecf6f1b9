import { UsageError } from "../../errors.js";
import type { Placement } from "../launch/placements.js";

/**
 * The placements of the cluster that a request allows. One whose zone EC2 would not say is taken at the request's word.
 * @param zone the only zone that the request allows; undefined for any
 */
export function placementsIn(zone: string | undefined, placements: readonly Placement[]): readonly Placement[] {
  if (zone === undefined) return placements;
  return placements
    .filter((placement) => placement.zone === undefined || placement.zone === zone)
    .map((placement) => ({ ...placement, zone }));
}

/** The error of a request that allows none of the placements: a launch elsewhere would be paid for and of no use. */
export function nowhereError(zone: string, placements: readonly Placement[]): UsageError {
  const zones = placements.flatMap((placement) => placement.zone ?? []).join(", ");
  return new UsageError(`instances of the cluster are launched in ${zones}, and not in ${zone}`, {
    hint: "name one of these zones, or a subnet of the other one with `ec2cluster: subnets`",
  });
}
