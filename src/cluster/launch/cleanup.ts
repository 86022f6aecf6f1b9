import { errorText, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit, type ClusterContext } from "../context.js";
import { EC2_PACE, mayPass, pollUntil } from "../poll.js";
import { LAUNCH_TAG } from "../tags.js";

/** Cleaning up has its own time: it happens after the command's signal has aborted. */
const CLEANUP_LIMIT_MS = 30_000;

/**
 * Ends an instance that never became usable. Never throws: what cannot be ended is told as an event, and ends itself
 * by its deadline.
 * @returns why it could not be ended; undefined when it was
 */
export async function endInstance(context: ClusterContext, instanceId: string, reason: string): Promise<unknown> {
  emit(context, { kind: "instance-terminating", instanceId, reason });
  return cleanUp(context, instanceId, (signal) => endAll(context, [instanceId], signal));
}

/**
 * Ends what a launch made whose answer never came, found by the token in its launch tag. Never throws, as endInstance.
 */
export async function endLostLaunch(context: ClusterContext, clientToken: string): Promise<void> {
  const told = new Set<string>();
  await cleanUp(context, `launch ${clientToken}`, async (signal) => {
    const query = { tags: { [LAUNCH_TAG]: clientToken }, states: ["pending", "running"] } as const;
    const ids = (await context.ec2.describeInstances(query, signal)).map(({ id }) => id);
    if (ids.length === 0) return told.size === 0 ? "EC2 shows no instance of it yet" : undefined;
    for (const instanceId of ids.filter((id) => !told.has(id))) {
      told.add(instanceId);
      emit(context, { kind: "instance-terminating", instanceId, reason: "the answer to its launch was lost" });
    }
    await endAll(context, ids, signal);
    return "EC2 may show others of it a little later";
  });
}

/** One attempt to end the instances; says why it must be repeated, if it must. */
async function endAll(
  context: ClusterContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const changes = await context.ec2.terminateInstances(ids, signal);
  for (const { id, to } of changes) emit(context, { kind: "instance-state", instanceId: id, state: to });
  // EC2 may not know a new instance for some seconds, and then says nothing of it.
  return changes.length < ids.length ? "EC2 does not know it yet" : undefined;
}

/**
 * Repeats `attempt` until it is undefined, which means done, or it fails for good, or half a minute is over. Never throws:
 * what is left is told as an event, with `subject` for the instance.
 * @returns why it was given up; undefined when it is done
 */
export async function cleanUp(
  context: ClusterContext,
  subject: string,
  attempt: (signal: AbortSignal) => Promise<string | undefined>,
): Promise<unknown> {
  let problem = "";
  const late = (): Error => new TimedOutError(`given up after ${CLEANUP_LIMIT_MS / 1_000} s (${problem})`);
  try {
    await withDeadline(context.clock, CLEANUP_LIMIT_MS, undefined, late, (signal) =>
      pollUntil(context.clock, EC2_PACE, signal, async () => {
        try {
          problem = (await attempt(signal)) ?? "";
        } catch (error) {
          signal.throwIfAborted();
          if (!mayPass(error)) throw error;
          problem = errorText(error);
        }
        return problem === "" ? true : undefined;
      }),
    );
    return undefined;
  } catch (error) {
    emit(context, { kind: "cleanup-failed", instanceId: subject, problem: errorText(error) });
    return error;
  }
}
