import { emit, type ClusterContext } from "./context.js";
import type { Instance, InstanceState, Tags } from "./ports.js";
import { standingOf, type Standing } from "./membership.js";
import { identityTags, LAUNCH_TAG } from "./tags.js";

/** An instance of the cluster, with what EC2 alone tells of it. */
export interface Member {
  readonly instance: Instance;
  readonly standing: Standing;
}

const ALIVE: readonly InstanceState[] = ["pending", "running"];
const VISIBLE: readonly InstanceState[] = [...ALIVE, "shutting-down", "stopping", "stopped"];

/**
 * All instances of the cluster in one Describe: usable ones, booting ones, those of other versions, orphans.
 * @param states `alive` leaves out what is ending or stopped
 */
export async function findMembers(
  context: ClusterContext,
  states: "alive" | "visible",
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const query = { tags: identityTags(context.settings), states: states === "alive" ? ALIVE : VISIBLE };
  const instances = await context.ec2.describeInstances(query, signal);
  return withStanding(context, instances);
}

/** Adds to instances what their state and tags tell; oldest first, so that every process sees the same order. */
export function withStanding(context: ClusterContext, instances: readonly Instance[]): readonly Member[] {
  const nowMs = context.clock.nowMs();
  return instances
    .map((instance) => ({ instance, standing: standingOf(instance, context.settings.version, nowMs) }))
    .sort((a, b) => a.instance.launchTimeMs - b.instance.launchTimeMs || (a.instance.id < b.instance.id ? -1 : 1));
}

/** The instance carries every one of the tags. */
export function carries(instance: Instance, tags: Tags): boolean {
  return Object.entries(tags).every(([key, value]) => instance.tags[key] === value);
}

/** Members that never became usable in their time. Only what a launch of ours made is an orphan. */
export function orphansIn(members: readonly Member[]): readonly Member[] {
  return members.filter(({ instance, standing }) => standing.health === "orphan" && LAUNCH_TAG in instance.tags);
}

/** Tells of orphans: somebody has to end them, and pays for them until then. */
export function nameOrphans(context: ClusterContext, members: readonly Member[]): void {
  for (const { instance, standing } of orphansIn(members)) {
    emit(context, { kind: "member-unusable", instanceId: instance.id, problem: standing.problem });
  }
}
