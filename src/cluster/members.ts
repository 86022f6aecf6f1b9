import { emit, type ClusterContext } from "./context.js";
import type { Instance, InstanceState, Tags } from "./ports.js";
import { standingOf, type Standing } from "./membership.js";
import { identityTags, LAUNCH_TAG, probeClusterName } from "./tags.js";

/** An instance of the cluster, with what EC2 alone tells of it. */
export interface Member {
  readonly instance: Instance;
  readonly standing: Standing;
}

const ALIVE: readonly InstanceState[] = ["pending", "running"];
const VISIBLE: readonly InstanceState[] = [...ALIVE, "shutting-down", "stopping", "stopped"];

/** The instances of a cluster. */
export interface ClusterInstances {
  /** Usable ones, booting ones, those of other versions, orphans. */
  readonly members: readonly Member[];
  /** Those that probes launch to measure them, which are no members. */
  readonly probes: readonly Member[];
}

/**
 * All instances of the cluster in one Describe.
 * @param states `alive` leaves out what is ending or stopped
 */
export async function findInstances(
  context: ClusterContext,
  states: "alive" | "visible",
  signal: AbortSignal,
): Promise<ClusterInstances> {
  const identity = identityTags(context.settings);
  const names = [context.settings.name, probeClusterName(context.settings.name)];
  const query = { tags: { ...identity, cluster: names }, states: states === "alive" ? ALIVE : VISIBLE };
  const found = withStanding(context, await context.ec2.describeInstances(query, signal));
  const ours = ({ instance }: Member): boolean => carries(instance, identity);
  return { members: found.filter(ours), probes: found.filter((member) => !ours(member)) };
}

/** The members alone. @param states as findInstances */
export async function findMembers(
  context: ClusterContext,
  states: "alive" | "visible",
  signal: AbortSignal,
): Promise<readonly Member[]> {
  return (await findInstances(context, states, signal)).members;
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
