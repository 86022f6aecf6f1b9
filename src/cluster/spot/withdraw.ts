import { emit, type ClusterContext } from "../context.js";
import { cleanUp } from "../launch/cleanup.js";
import { LAUNCH_TAG } from "../tags.js";

/**
 * Cancels spot requests, looks whether one was fulfilled meanwhile, and ends its instance. Repeated for half a minute
 * while EC2 does not know one of them yet. Never throws: what is left is told as an event, and lapses, or ends itself by
 * its deadline.
 */
export async function withdrawSpotRequests(
  context: ClusterContext,
  ids: readonly string[],
  reason: string,
): Promise<void> {
  if (ids.length === 0) return;
  const told = new Set<string>();
  await cleanUp(context, ids.length === 1 ? `spot request ${ids[0]}` : `spot requests ${ids.join(", ")}`, (signal) =>
    withdraw(context, ids, reason, told, signal),
  );
}

/**
 * Withdraws what a call asked for whose answer never came, found by the token in its launch tag. Never throws, as
 * withdrawSpotRequests.
 */
export async function withdrawLostRequest(context: ClusterContext, clientToken: string): Promise<void> {
  let ids: readonly string[] = [];
  const told = new Set<string>();
  await cleanUp(context, `spot request of launch ${clientToken}`, async (signal) => {
    if (ids.length === 0) {
      const found = await context.ec2.describeSpotRequests({ tags: { [LAUNCH_TAG]: clientToken } }, signal);
      ids = found.map(({ id }) => id);
    }
    if (ids.length === 0) return "EC2 shows no request of it yet";
    return withdraw(context, ids, "the answer to its request was lost", told, signal);
  });
}

/** One attempt; says why it must be repeated, if it must. */
async function withdraw(
  context: ClusterContext,
  ids: readonly string[],
  reason: string,
  told: Set<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { ec2 } = context;
  await ec2.cancelSpotRequests(ids, signal);
  // Cancelling does not stop an instance that is there, and the answer does not name it.
  const requests = await ec2.describeSpotRequests({ ids }, signal);
  const instanceIds = requests.flatMap(({ instanceId }) => instanceId ?? []);
  for (const instanceId of instanceIds.filter((id) => !told.has(id))) {
    told.add(instanceId);
    emit(context, { kind: "instance-terminating", instanceId, reason });
  }
  const changes = await ec2.terminateInstances(instanceIds, signal);
  for (const { id, to } of changes) emit(context, { kind: "instance-state", instanceId: id, state: to });
  if (requests.length < ids.length) return "EC2 does not know it yet";
  if (requests.some(({ state }) => state === "open")) return "it is still open";
  return changes.length < instanceIds.length ? "EC2 does not know its instance yet" : undefined;
}
