import type { Account } from "./ec2/account.js";
import type { Ending } from "./ec2/instance-end.js";
import type { InstanceRecord } from "./ec2/records.js";
import type { Reclaim } from "./scenario/instance-fate.js";

type Reason = Omit<Ending, "nowMs">;

/** Tells that a spot instance is taken back: its request says so, and its metadata say when. */
export function tellReclaim(instance: InstanceRecord, reclaim: Reclaim, account: Account, nowMs: number): void {
  instance.reclaimMs = nowMs + Math.min(reclaim.afterMs, reclaim.noticeMs);
  const request = account.spotRequests.get(instance.spotRequestId ?? "");
  if (request === undefined) return;
  const message = "Your Spot Instance is marked for termination.";
  request.status = { code: "marked-for-termination", message, updatedMs: nowMs };
}

/** How EC2 explains the end of a spot instance that it takes back. */
export function endOfReclaim({ cause }: Reclaim): Reason {
  const message = "Server.SpotInstanceTermination: Spot instance termination";
  return {
    reason: { code: "Server.SpotInstanceTermination", message },
    transitionReason: "Server.SpotInstanceTermination",
    spotStatus:
      cause === "price"
        ? {
            code: "instance-terminated-by-price",
            message: "Your Spot Instance was terminated because the Spot price exceeded your maximum price.",
          }
        : {
            code: "instance-terminated-no-capacity",
            message: "Your Spot Instance was terminated because there is no Spot capacity available.",
          },
  };
}

/** What EC2 says beside the code of a StateReason, where it ends a launch that it had accepted. */
const LAUNCH_REASONS: Readonly<Record<string, string>> = {
  "Client.InternalError": "A client error caused the instance to terminate during launch.",
  "Client.InvalidSnapshot.NotFound": "The specified snapshot was not found.",
  "Client.VolumeLimitExceeded": "The limit on the number of EBS volumes or total storage was exceeded.",
  "Server.InsufficientInstanceCapacity": "There was insufficient capacity available to satisfy the launch request.",
  "Server.InternalError": "An internal error caused the instance to terminate during launch.",
};

/** How EC2 explains the end of a launch that it had accepted. */
export function endOfLaunch(code: string): Reason {
  const why = LAUNCH_REASONS[code] ?? "The instance could not be launched.";
  const noCapacity = code === "Server.InsufficientInstanceCapacity";
  return {
    reason: { code, message: `${code}: ${why}` },
    transitionReason: code,
    spotStatus: {
      code: noCapacity ? "instance-terminated-no-capacity" : "instance-terminated-by-service",
      message: "Your Spot Instance was terminated while it was launched.",
    },
  };
}
