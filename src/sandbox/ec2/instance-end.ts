import type { Account } from "./account.js";
import type { InstanceRecord, SpotStatus, StateReason } from "./records.js";

/** Why and when an instance ends. */
export interface Ending {
  readonly reason: StateReason;
  readonly transitionReason: string;
  readonly nowMs: number;
  /** What its spot request says then; that the user did it, where that is left out. */
  readonly spotStatus?: Omit<SpotStatus, "updatedMs"> | undefined;
}

const BY_USER = {
  code: "instance-terminated-by-user",
  message: "Spot Instance terminated due to user-initiated termination.",
};

/**
 * Puts an instance on its way to `terminated` or `stopped`.
 * @returns false when it is on that way already, or at its end: then nothing was changed. A stopping or stopped instance
 * can still be terminated.
 */
export function endInstance(
  account: Account,
  instance: InstanceRecord,
  how: "stop" | "terminate",
  ending: Ending,
): boolean {
  const { state } = instance;
  if (state === "shutting-down" || state === "terminated") return false;
  if (how === "stop" && (state === "stopping" || state === "stopped")) return false;
  instance.state = how === "stop" ? "stopping" : "shutting-down";
  instance.stateReason = ending.reason;
  instance.transitionReason = ending.transitionReason;
  closeSpotRequest(account, instance, ending);
  return true;
}

function closeSpotRequest(account: Account, instance: InstanceRecord, { spotStatus, nowMs }: Ending): void {
  const request = instance.spotRequestId === undefined ? undefined : account.spotRequests.get(instance.spotRequestId);
  if (request === undefined) return;
  if (request.state !== "cancelled") request.state = "closed";
  request.status = { ...(spotStatus ?? BY_USER), updatedMs: nowMs };
}

/** The end of the way: addresses are gone, and when terminated, the volumes that were to go with it. */
export function finishInstance(account: Account, instance: InstanceRecord, nowMs: number): void {
  instance.publicAddress = "";
  if (instance.state === "stopping") {
    instance.state = "stopped";
    return;
  }
  if (instance.state !== "shutting-down") return;
  instance.state = "terminated";
  instance.terminatedMs = nowMs;
  for (const id of instance.volumeIds) {
    const volume = account.volumes.get(id);
    if (volume === undefined) continue;
    volume.detached = true;
    if (!volume.deleteOnTermination) continue;
    account.volumes.delete(id);
    account.tags.forget(id);
  }
}
