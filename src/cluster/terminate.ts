import { TimedOutError, UsageError, errorText } from "../errors.js";
import { withDeadline } from "../lib/deadline.js";
import { mapLimit } from "../lib/map-limit.js";
import { emit, type ClusterContext } from "./context.js";
import type { ClusterCore } from "./core.js";
import { inspectMember } from "./list.js";
import { carries, findInstances, findMembers, orphansIn, withStanding, type Member } from "./members.js";
import { EC2_PACE, mayPass, pollUntil } from "./poll.js";
import type { Instance, StateChange } from "./ports.js";
import type { MemberView, TerminateCandidate, TerminatePlan, TerminateResult } from "./results.js";
import { identityTags, probeClusterName } from "./tags.js";

/** Which instances are to go. */
export type TerminateSelection =
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  | { readonly kind: "all" }
  /** Those that never became usable in their time. */
  | { readonly kind: "orphans" }
  /** What an earlier plan named: what has ended since is left out. */
  | { readonly kind: "planned"; readonly plan: TerminatePlan };

/** Shutting down takes tens of seconds; a hung guest takes minutes. */
const END_LIMIT_MS = 10 * 60_000;
/** Instances per TerminateInstances call, its limit. */
const IDS_PER_CALL = 1_000;
const ASKED_AT_ONCE = 256;
/** Single calls at a time: EC2 takes five a second after a burst of a hundred. */
const ENDED_AT_ONCE = 4;
const INSTANCE_ID = /^i-([0-9a-f]{8}|[0-9a-f]{17})$/;

/**
 * Decides what goes; ends nothing.
 * @param force also what holds live leases, what cannot say whether it does, and Reflow instances of other clusters
 * @throws UsageError for ids that are no instances of the cluster, and for live leases without `force`.
 */
export async function planTerminate(
  context: ClusterCore,
  selection: TerminateSelection,
  force: boolean,
  signal: AbortSignal,
): Promise<TerminatePlan> {
  const members = await select(context, selection, force, signal);
  const going = members.filter(({ instance }) => instance.state !== "shutting-down" && instance.state !== "terminated");
  const views = await mapLimit(
    going,
    ASKED_AT_ONCE,
    async (member) => (await inspectMember(context, member, signal)).view,
  );
  if (!force) refuseLeased(views);
  return { instances: views.map(toCandidate) };
}

function select(
  context: ClusterCore,
  selection: TerminateSelection,
  force: boolean,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  switch (selection.kind) {
    case "ids":
      return findNamed(context, selection.ids, force, signal);
    case "all":
      return findMembers(context, "visible", signal);
    case "orphans":
      return findInstances(context, "visible", signal).then(({ members, probes }) =>
        orphansIn([...members, ...probes]),
      );
    case "planned":
      return findPlanned(context, selection.plan, signal);
  }
}

/**
 * Ends the instances of the plan and waits until EC2 says so. One that EC2 refuses to end keeps its state in the
 * results, and a warning tells why.
 * @throws EC2's refusal when it holds for all.
 */
export async function terminate(
  context: ClusterContext,
  plan: TerminatePlan,
  signal: AbortSignal,
): Promise<readonly TerminateResult[]> {
  const ids = plan.instances.map(({ id }) => id);
  const from = new Map(plan.instances.map(({ id, state }) => [id, state]));
  for (const instanceId of ids) emit(context, { kind: "instance-terminating", instanceId, reason: "asked to" });
  const refused = new Map<string, unknown>();
  for (let at = 0; at < ids.length; at += IDS_PER_CALL) {
    const outcome = await endMany(context, ids.slice(at, at + IDS_PER_CALL), signal);
    for (const change of outcome.changes) from.set(change.id, change.from);
    for (const [id, error] of outcome.refused) refused.set(id, error);
  }
  if (refused.size > 0 && refused.size === ids.length) throw [...refused.values()][0];
  for (const [id, error] of refused) {
    emit(context, { kind: "warning", message: `${id} was not ended: ${errorText(error)}` });
  }
  const ending = ids.filter((id) => !refused.has(id));
  await waitEnded(context, ending, signal);
  return ids.map((id) => {
    const state = from.get(id) ?? "terminated";
    return { id, from: state, to: refused.has(id) ? state : "terminated" };
  });
}

interface Ended {
  readonly changes: readonly StateChange[];
  readonly refused: readonly (readonly [id: string, error: unknown])[];
}

/** One call for all; where EC2 refuses it for the sake of one, such as a protected instance, each goes by itself. */
async function endMany(context: ClusterContext, ids: readonly string[], signal: AbortSignal): Promise<Ended> {
  try {
    return { changes: await context.ec2.terminateInstances(ids, signal), refused: [] };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (ids.length === 1) return { changes: [], refused: ids.map((id) => [id, error]) };
    // What the failed call has ended already would now be told as ending before; the plan knows better.
    const each = await mapLimit(ids, ENDED_AT_ONCE, (id) => endMany(context, [id], signal));
    return { changes: [], refused: each.flatMap(({ refused }) => refused) };
  }
}

async function waitEnded(context: ClusterContext, ids: readonly string[], signal: AbortSignal): Promise<void> {
  const open = new Set(ids);
  const late = (): Error =>
    new TimedOutError(`${[...open].join(", ")} still not terminated after ${END_LIMIT_MS / 60_000} min`, {
      hint: "EC2 goes on ending them; `reflow-ec2 list` shows their state",
    });
  await withDeadline(context.clock, END_LIMIT_MS, signal, late, (within) =>
    pollUntil(context.clock, EC2_PACE, within, async () => {
      if (open.size === 0) return true;
      const seen = await look(context, [...open], within);
      if (seen === undefined) return undefined;
      const states = new Map(seen.map(({ id, state }) => [id, state]));
      for (const id of open) {
        const state = states.get(id) ?? "terminated";
        if (state !== "terminated") continue;
        open.delete(id);
        emit(context, { kind: "instance-state", instanceId: id, state });
      }
      return open.size === 0 ? true : undefined;
    }),
  );
}

/** Undefined when EC2 is in trouble for now: the instances end all the same. */
async function look(
  context: ClusterContext,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Instance[] | undefined> {
  try {
    return await context.ec2.describeInstances({ ids }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (mayPass(error)) return undefined;
    throw error;
  }
}

async function findPlanned(
  context: ClusterContext,
  { instances }: TerminatePlan,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const ids = instances.map(({ id }) => id);
  return withStanding(context, await context.ec2.describeInstances({ ids }, signal));
}

async function findNamed(
  context: ClusterContext,
  ids: readonly string[],
  force: boolean,
  signal: AbortSignal,
): Promise<readonly Member[]> {
  const malformed = ids.filter((id) => !INSTANCE_ID.test(id));
  if (malformed.length > 0) {
    throw new UsageError(`not an instance id: ${malformed.join(", ")}`, {
      hint: "an instance id is `i-` and 17 hexadecimal digits; `reflow-ec2 list` shows them",
    });
  }
  const unique = [...new Set(ids)];
  const found = await context.ec2.describeInstances({ ids: unique }, signal);
  const missing = unique.filter(
    (id) => !found.some((instance) => instance.id === id && instance.state !== "terminated"),
  );
  if (missing.length > 0) {
    throw new UsageError(`no such instance: ${missing.join(", ")}`, {
      hint: "`reflow-ec2 list` shows the cluster's instances",
    });
  }
  const { settings } = context;
  const identities = [settings.name, probeClusterName(settings.name)].map((name) =>
    identityTags({ ...settings, name }),
  );
  const ours = force ? [{ managedby: "reflow" }] : identities;
  const foreign = found.filter((instance) => !ours.some((tags) => carries(instance, tags)));
  if (foreign.length > 0) throw foreignError(foreign, context.settings.name);
  return withStanding(context, found);
}

function foreignError(foreign: readonly Member["instance"][], cluster: string): UsageError {
  const reflows = foreign.every(({ tags }) => tags["managedby"] === "reflow");
  const whose = foreign.map(
    ({ id, tags }) => `${id} (cluster ${tags["cluster"] ?? "none"}, ${tags["Name"] ?? "no name"})`,
  );
  return new UsageError(`not of cluster ${cluster} of this user: ${whose.join(", ")}`, {
    hint: reflows
      ? "--force ends Reflow instances of others too"
      : "reflow-ec2 ends only instances that Reflow launched",
  });
}

function liveAllocs(view: MemberView): number {
  return view.allocs.filter(({ expired }) => !expired).length;
}

function refuseLeased(views: readonly MemberView[]): void {
  const leased = views.filter((view) => liveAllocs(view) > 0);
  const silent = views.filter(({ health }) => health === "unreachable" || health === "untrusted");
  if (leased.length + silent.length === 0) return;
  const reasons = [
    ...leased.map((view) => `${view.id} holds ${liveAllocs(view)} live lease${liveAllocs(view) === 1 ? "" : "s"}`),
    ...silent.map(({ id, problem }) => `${id} cannot be asked for its leases: ${problem}`),
  ];
  throw new UsageError(`not terminated: ${reasons.join("; ")}`, {
    hint: "--force ends them all the same, and whatever runs on them; or leave the leases to run out",
  });
}

function toCandidate(view: MemberView): TerminateCandidate {
  const { id, type, state, zone, launchTimeMs, hourlyUsd } = view;
  return { id, type, state, zone, launchTimeMs, hourlyUsd, liveAllocs: liveAllocs(view) };
}
