import { CapacityError, LimitError, NeverFitsError, type ReflowEc2Error } from "../../errors.js";
import type { ClusterCore } from "../core.js";
import { limitError, type Usage } from "../limits.js";
import type { UnservedNeed } from "../planner/model.js";
import type { AllocateRequest } from "../settings.js";

/** The error of a need that nothing is planned for. */
export function unservedError(
  core: Pick<ClusterCore, "settings">,
  { maxUsd }: AllocateRequest,
  { kind, reason }: UnservedNeed,
  usage: Usage,
): ReflowEc2Error {
  switch (kind) {
    case "never-fits":
      return new NeverFitsError(reason, {
        hint: "ask for less, or allow other types with `ec2cluster: instancetypes`",
      });
    case "refused":
      return new CapacityError(reason, {
        hint: "try again later, or allow other types, zones or the other market",
      });
    case "too-dear":
      return maxUsd === undefined
        ? limitError(core, "hourly-limit", usage)
        : new LimitError(reason, { hint: "raise --max-price, or ask for less" });
    case "instance-limit":
    case "hourly-limit":
    case "pending-limit":
      return limitError(core, kind, usage);
  }
}

/**
 * Whether waiting may help a need. Launches of this process make room when they are up or come to nothing; pending ones
 * of others only make room for launches.
 * @param launches how many of this process are under way
 */
export function mayWaitForRoom({ kind }: UnservedNeed, launches: number): boolean {
  switch (kind) {
    case "pending-limit":
      return true;
    case "instance-limit":
    case "hourly-limit":
    case "too-dear":
      return launches > 0;
    case "never-fits":
    case "refused":
      return false;
  }
}
