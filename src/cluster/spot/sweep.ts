import { errorText } from "../../errors.js";
import { emit, type ClusterContext } from "../context.js";
import type { SpotRequest } from "../ports.js";
import { DEADLINE_TAG, identityTags, LAUNCH_TAG } from "../tags.js";

/**
 * Ends what a process left behind that was killed between asking for a spot instance by the legacy API and tagging it:
 * such an instance is known by its request alone. Only what is past the deadline in the request's tags is touched, and
 * only where the configuration asks for that API and lets orphans be ended. Gives the ids of the instances that it ended.
 * @throws the signal's reason; where EC2 does not let it look or end, a warning is told instead
 */
export async function sweepSpotRequests(context: ClusterContext, signal: AbortSignal): Promise<readonly string[]> {
  const { settings, ec2 } = context;
  if (settings.spot.api !== "request" || !settings.sweep) return [];
  try {
    const query = { tags: identityTags(settings), states: ["open", "active"] } as const;
    const left = (await ec2.describeSpotRequests(query, signal)).filter((request) => isOverdue(context, request));
    if (left.length === 0) return [];
    const instanceIds = left.flatMap(({ instanceId }) => instanceId ?? []);
    const instances = await ec2.describeInstances({ ids: instanceIds, states: ["pending", "running"] }, signal);
    // Tagged ones are members like any other, and orphans among them are known by their own tags.
    const untagged = instances.filter(({ tags }) => !(LAUNCH_TAG in tags)).map(({ id }) => id);
    const abandoned = left.filter(({ instanceId }) => instanceId === undefined || untagged.includes(instanceId));
    await ec2.cancelSpotRequests(
      abandoned.map(({ id }) => id),
      signal,
    );
    for (const instanceId of untagged) {
      emit(context, {
        kind: "instance-terminating",
        instanceId,
        reason: "its launch was abandoned before it was tagged",
      });
    }
    await ec2.terminateInstances(untagged, signal);
    return untagged;
  } catch (error) {
    signal.throwIfAborted();
    emit(context, { kind: "warning", message: `abandoned spot requests cannot be looked for: ${errorText(error)}` });
    return [];
  }
}

/** A launch of ours whose time to become usable is up. */
function isOverdue({ clock }: ClusterContext, { tags }: SpotRequest): boolean {
  const deadlineMs = Date.parse(tags[DEADLINE_TAG] ?? "");
  return LAUNCH_TAG in tags && deadlineMs < clock.nowMs();
}
