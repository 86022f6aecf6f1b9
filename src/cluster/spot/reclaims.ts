import { errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import type { Member } from "../members.js";
import type { Reclaim } from "../results.js";
import { isReclaimed } from "./request-status.js";

/**
 * Which of the members EC2 takes back, by instance id: it says so in the status of the spot request, two minutes ahead as a
 * rule. One call for every 200 spot members, none where there are none.
 * @throws the signal's reason; where EC2 does not let us look, nothing is known, and a warning says so
 */
export async function reclaimNotices(
  context: ClusterContext,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Reclaim>> {
  const spot = members.filter(({ instance }) => instance.market === "spot");
  const instanceIds = spot.map(({ instance }) => instance.id);
  try {
    const requests = await context.ec2.describeSpotRequests({ instanceIds }, signal);
    return new Map(
      requests.flatMap(({ instanceId, status, statusMs }): [string, Reclaim][] =>
        instanceId !== undefined && isReclaimed(status) ? [[instanceId, { status, noticedMs: statusMs }]] : [],
      ),
    );
  } catch (error) {
    signal.throwIfAborted();
    emit(context, {
      kind: "warning",
      message: `which spot instances are taken back is not known: ${errorText(error)}`,
    });
    return new Map();
  }
}
