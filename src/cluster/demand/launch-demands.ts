import { sub } from "../../pool/resources.js";
import { emit } from "../context.js";
import { launchGroup } from "../launch/group.js";
import { Launch } from "../launch/launch.js";
import type { Placement } from "../launch/placements.js";
import { limitsLeft, usageOf, type Usage } from "../limits.js";
import type { Member } from "../members.js";
import type { Need, PendingCapacity, UnservedNeed } from "../planner/model.js";
import { priceMembers } from "../spot/member-prices.js";
import type { Demand } from "./demand.js";
import { launchFailed, takeOfLaunched } from "./launched.js";
import { nowhereError, placementsIn } from "./placements-in.js";
import { planDemands, type Constraints, type DemandPlan } from "./plan-demands.js";
import type { DemandState } from "./state.js";
import { mayWaitForRoom, unservedError } from "./unserved.js";

/** EC2's advice: large launches are quicker in calls of about a hundred. */
const INSTANCES_PER_CALL = 100;

/**
 * Plans for demands that nothing is under way for, and begins the launches, which go on by themselves.
 * @throws what EC2 says; the signal's reason
 */
export async function launchForIdle(
  state: DemandState,
  idle: readonly Demand[],
  members: readonly Member[],
  placements: readonly Placement[],
  signal: AbortSignal,
): Promise<void> {
  await priceMembers(state.core, members, signal);
  for (const demands of byConstraints(idle)) await launchFor(state, demands, members, placements, signal);
}

async function launchFor(
  state: DemandState,
  demands: readonly Demand[],
  members: readonly Member[],
  placements: readonly Placement[],
  signal: AbortSignal,
): Promise<void> {
  const { core } = state;
  const [first] = demands;
  if (first === undefined) return;
  const { zone } = first.request;
  const allowed = placementsIn(zone, placements);
  if (zone !== undefined && allowed.length === 0) {
    for (const demand of demands) state.reject(demand, nowhereError(zone, placements));
    return;
  }
  const launches = [...state.launches.keys()].filter((launch) => serves(launch, first));
  const plan = await planDemands(
    core,
    {
      needs: demands.map(({ id, request }) => ({ id, requirements: request.requirements })),
      constraints: first.request,
      limits: limitsLeft(core, usageNow(state, members)),
      pending: launches.map((launch, at) => ({ id: String(at), free: freeOf(state, launch) })),
      placements: allowed,
    },
    signal,
  );
  // While they were planned for, some may have been given up, or served by what came up.
  const open = demands.filter((demand) => state.demands.has(demand) && demand.idle);
  const byId = new Map(open.map((demand) => [demand.id, demand]));
  for (const { id, needs } of plan.servedByPending) {
    const launch = launches[Number(id)];
    // One that has ended, or is usable already, is waited for no more.
    if (launch === undefined || !state.launches.has(launch) || !serves(launch, first)) state.wake();
    else for (const demand of known(byId, needs)) state.attach(demand, launch);
  }
  startLaunches(state, plan, byId, allowed);
  // What has just been launched is part of what leaves no room.
  const usageThen = usageNow(state, members);
  for (const unserved of plan.unserved) leaveUnserved(state, byId.get(unserved.id), unserved, usageThen);
}

function startLaunches(
  state: DemandState,
  plan: DemandPlan,
  byId: ReadonlyMap<string, Demand>,
  placements: readonly Placement[],
): void {
  for (const { offering, instances, reason } of plan.launches) {
    const { instanceType, market, price } = offering;
    const placement = placements.find(({ zone }) => zone === offering.zone) ?? placements[0];
    if (placement === undefined) continue;
    const launches = instances.flatMap((needs) => {
      const waiting = known(byId, needs);
      const launch = new Launch(offering);
      for (const demand of waiting) state.attach(demand, launch);
      return waiting.length > 0 ? [launch] : [];
    });
    const count = launches.length;
    if (count === 0) continue;
    emit(state.core, { kind: "plan-made", instanceType, market, count, hourlyUsd: price.totalUsd, reason });
    for (let at = 0; at < launches.length; at += INSTANCES_PER_CALL) {
      const [head, ...tail] = launches.slice(at, at + INSTANCES_PER_CALL);
      if (head === undefined) continue;
      void launchGroup(state.core, [head, ...tail], placement, {
        usable: (launch, member) => takeOfLaunched(state, launch, member),
        failed: (launch, error, told) => launchFailed(state, launch, error, told),
      });
    }
  }
}

function known(byId: ReadonlyMap<string, Demand>, needs: readonly Pick<Need, "id">[]): readonly Demand[] {
  return needs.flatMap(({ id }) => byId.get(id) ?? []);
}

/** A need that nothing is planned for waits where that may help, and is told why not otherwise. */
function leaveUnserved(state: DemandState, demand: Demand | undefined, unserved: UnservedNeed, usage: Usage): void {
  if (demand === undefined) return;
  const error = unservedError(state.core, demand.request, unserved, usage);
  if (!mayWaitForRoom(unserved, state.launches.size)) return state.reject(demand, error);
  demand.progress.phase = "room";
  demand.progress.problem = error.message;
}

/** The members and launches of all processes, those of this one included that no look has shown yet. */
function usageNow(state: DemandState, members: readonly Member[]): Usage {
  const seen = new Set(members.map(({ instance }) => instance.id));
  const unseen = [...state.launches.keys()].filter(
    ({ instance, signal }) => !signal.aborted && (instance === undefined || !seen.has(instance.id)),
  );
  return usageOf(
    state.core,
    members,
    unseen.map(({ offering }) => offering.price.totalUsd),
  );
}

/** What a launch under way will have left when those who wait for it are served. */
function freeOf(state: DemandState, launch: Launch): PendingCapacity["free"] {
  const waiting = [...(state.launches.get(launch) ?? [])];
  return waiting.reduce((free, { request }) => sub(free, request.requirements.min), launch.offering.resources);
}

function serves({ offering, signal, usable }: Launch, demand: Demand): boolean {
  const { instanceType: type, zone = "", market } = offering;
  return !usable && !signal.aborted && demand.accepts({ type, zone, market });
}

/** Demands that may be served by the same offerings, together. */
function byConstraints(demands: readonly Demand[]): readonly (readonly Demand[])[] {
  const groups = new Map<string, Demand[]>();
  for (const demand of demands) {
    const { instanceType, zone, market, maxUsd }: Constraints = demand.request;
    const key = JSON.stringify([instanceType, zone, market, maxUsd]);
    groups.set(key, [...(groups.get(key) ?? []), demand]);
  }
  return [...groups.values()];
}
