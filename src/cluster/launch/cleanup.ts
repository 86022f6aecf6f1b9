import { errorText, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit, type ClusterContext } from "../context.js";
import { EC2_PACE, pollUntil } from "../poll.js";
import { LAUNCH_TAG } from "../tags.js";

/** Cleaning up has its own time: it happens after the command's signal has aborted. */
const CLEANUP_LIMIT_MS = 30_000;

/** A launch whose answer was lost shows in DescribeInstances after seconds; looked for this often. */
const LOST_LAUNCH_LOOKS = 6;

/**
 * Ends an instance that never became usable. Never throws: what cannot be ended is told as an event, and ends itself
 * by its deadline.
 */
export async function endInstance(context: ClusterContext, instanceId: string, reason: string): Promise<void> {
  emit(context, { kind: "instance-terminating", instanceId, reason });
  await cleaning(context, instanceId, async (signal) => {
    const [change] = await context.ec2.terminateInstances([instanceId], signal);
    if (change !== undefined) emit(context, { kind: "instance-state", instanceId, state: change.to });
  });
}

/**
 * Ends what a launch made whose answer never came. The token in the launch tag finds it; EC2 may show a new instance
 * only after some seconds.
 */
export async function endLostLaunch(context: ClusterContext, clientToken: string): Promise<void> {
  await cleaning(context, `launch ${clientToken}`, async (signal) => {
    const found = await pollUntil(context.clock, EC2_PACE, signal, async (attempt) => {
      const instances = await context.ec2.describeInstances(
        { tags: { [LAUNCH_TAG]: clientToken }, states: ["pending", "running"] },
        signal,
      );
      return instances.length > 0 || attempt >= LOST_LAUNCH_LOOKS ? instances : undefined;
    });
    if (found.length === 0) return;
    for (const { id } of found) {
      emit(context, { kind: "instance-terminating", instanceId: id, reason: "the answer to its launch was lost" });
    }
    await context.ec2.terminateInstances(
      found.map(({ id }) => id),
      signal,
    );
  });
}

async function cleaning(
  context: ClusterContext,
  subject: string,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const late = (): Error => new TimedOutError(`took longer than ${CLEANUP_LIMIT_MS / 1_000} s`);
  try {
    await withDeadline(context.clock, CLEANUP_LIMIT_MS, undefined, late, work);
  } catch (error) {
    emit(context, { kind: "cleanup-failed", instanceId: subject, problem: errorText(error) });
  }
}
