import { ConfigError } from "../../errors.js";
import type { Member } from "../members.js";
import type { Placement } from "../launch/placements.js";
import { gatherOffers } from "../offers.js";
import { reclaimNotices } from "../spot/reclaims.js";
import { sweepSpotRequests } from "../spot/sweep.js";
import type { Surroundings } from "../upload/surroundings.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import { assignOffers } from "./assign.js";
import type { Demand } from "./demand.js";
import { launchForIdle } from "./launch-demands.js";
import type { DemandState } from "./state.js";
import { takeUntilNoneFits } from "./take-offers.js";

/**
 * One round of the loop: a look at the cluster, offers for whoever waits, and for those whom none serves a plan and its
 * launches, which go on after the round.
 * @throws what EC2 says; the signal's reason
 */
export async function runRound(state: DemandState, signal: AbortSignal): Promise<void> {
  const { core } = state;
  const look = await timed(state, "members", () => core.watch.look(0, signal));
  state.orphans.name([...look.members, ...look.probes]);
  // Who comes later has not been offered what members have: nothing is launched for them before the next round.
  const asking = new Set(state.demands);
  const untrusted = await timed(state, "offers", () => serveByMembers(state, look.members, signal));
  if (state.idle.length === 0) return;
  if (untrusted !== undefined) return rejectIdle(state, untrusted);
  const problem = launchProblem(core);
  if (problem !== undefined) return rejectIdle(state, problem);
  // What was seen before an upload is as old as the upload took: all of it is looked at again.
  if (await ensureReflowlet(state, signal)) return state.wake();
  const placements = await timed(state, "prepare", () => prepare(state, signal));
  const members = await state.orphans.sweep(look.members, signal);
  await state.orphans.sweep(look.probes, signal);
  await sweepSpotRequests(core, signal);
  await timed(state, "prepare", () =>
    launchForIdle(
      state,
      state.idle.filter((demand) => asking.has(demand)),
      members,
      placements,
      signal,
    ),
  );
}

/** Without those that EC2 takes back: an alloc there would be lost within two minutes. */
async function lasting(core: ClusterCore, members: readonly Member[], signal: AbortSignal): Promise<readonly Member[]> {
  const ready = members.filter(({ standing }) => standing.health === "ready");
  const reclaimed = await reclaimNotices(core, ready, signal);
  for (const [instanceId, { status }] of reclaimed) {
    emit(core, { kind: "member-unusable", instanceId, problem: `EC2 takes it back (${status})` });
  }
  return members.filter(({ instance }) => !reclaimed.has(instance.id));
}

/** Where to launch; what launches need beside it is looked for at the same time, and waited for by them. */
async function prepare(state: DemandState, signal: AbortSignal): Promise<readonly Placement[]> {
  const { preparation } = state.core;
  for (const type of new Set(state.idle.map(({ likelyType }) => likelyType))) {
    preparation.prepare(type, signal).catch(() => undefined);
  }
  return preparation.placements(signal);
}

/**
 * Gives offers of members to whoever waits, those first who have no launch under way.
 * @returns the error of a member of another authority, if there was one
 */
async function serveByMembers(
  state: DemandState,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<Error | undefined> {
  const { core } = state;
  const own = new Set([...state.launches.keys()].map(({ instance }) => instance?.id));
  const others = await lasting(
    core,
    members.filter(({ instance }) => !own.has(instance.id)),
    signal,
  );
  const { generation } = core.settings;
  const gathered = await gatherOffers(
    core,
    others,
    (found) => {
      const askers = state.idle.map((demand) => ({
        requirements: demand.request.requirements,
        accepts: ({ instance }: (typeof found)[number]["member"]) => demand.accepts(instance),
      }));
      return askers.length > 0 && assignOffers(askers, found, generation).every((choice) => choice !== undefined);
    },
    signal,
  );
  const candidates = (): readonly Demand[] => {
    const waiting = [...state.demands].filter(({ launch, taking }) => !taking && launch?.usable === false);
    return [...state.idle, ...waiting];
  };
  await takeUntilNoneFits(state, candidates, gathered.offers);
  return gathered.untrusted[0];
}

function rejectIdle(state: DemandState, error: unknown): void {
  for (const demand of state.idle) state.reject(demand, error);
}

/** A configuration may be good for listing and reusing, and not for launching. */
export function launchProblem({ settings }: Pick<ClusterCore, "settings">): ConfigError | undefined {
  const { launchProblems } = settings;
  if (launchProblems.length === 0) return undefined;
  return new ConfigError("the configuration cannot launch instances", launchProblems, {
    hint: "Mend what is named; config.example.yaml shows every key.",
  });
}

/** Whether the reflowlet's binary had to be uploaded. */
async function ensureReflowlet(state: DemandState, signal: AbortSignal): Promise<boolean> {
  const { upload } = state.core;
  if (upload === undefined || upload.url !== undefined) return false;
  return timed(state, "upload", () => upload.ensure(uploadSurroundings(state.core), signal));
}

/** What an upload works with. */
export function uploadSurroundings(core: ClusterCore): Surroundings {
  const { clock, settings } = core;
  return { clock, architectures: settings.architectures, tell: (event) => emit(core, event) };
}

/** Does a part of the round, and adds its time to those who wait for it. */
async function timed<T>(
  state: DemandState,
  phase: "members" | "offers" | "upload" | "prepare",
  work: () => Promise<T>,
): Promise<T> {
  const { clock } = state.core;
  const waiting = state.idle;
  const startMs = clock.monotonicMs();
  for (const { progress } of waiting) {
    progress.phase = phase === "offers" ? "members" : phase;
    progress.problem = "";
  }
  try {
    return await work();
  } finally {
    const seconds = (clock.monotonicMs() - startMs) / 1_000;
    for (const { progress } of waiting) progress.timings[phase] = (progress.timings[phase] ?? 0) + seconds;
  }
}
