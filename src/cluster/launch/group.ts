import { CapacityError, Ec2TroubleError, EndpointError, ReflowEc2Error, errorText } from "../../errors.js";
import { untilAllAbort } from "../../lib/abort.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import type { Instance, LaunchRequest } from "../ports.js";
import type { PlannerOffering } from "../planner/model.js";
import { classify, refusalOf } from "../refusals/classify.js";
import { launchBySpotRequest } from "../spot/launch-by-request.js";
import { endInstance, endLostLaunch } from "./cleanup.js";
import { bootLaunch, type Launch, type LaunchOutcome } from "./launch.js";
import type { Placement } from "./placements.js";
import { launchRequest } from "./request.js";

/** RunInstances answers in 1.5 s as a rule; one that takes this long is given up and looked for by its token. */
const LAUNCH_LIMIT_MS = 60_000;

/** AWS's advice for a lost answer: the same call again, which by its token launches nothing twice. */
const TRIES = 2;
const PAUSE_MS = 1_000;
/** A launch that names what is too new for EC2 is tried again so often: for half a minute. */
const PATIENT_TRIES = 4;

/**
 * Launches all of a kind in one call and takes each to a usable member. One that is given up before the call is not
 * launched, one that is given up during it is ended as soon as EC2 has named it. Settles when all are over; never throws.
 * @param launches at most 100, of one offering
 */
export async function launchGroup(
  core: ClusterCore,
  launches: readonly [Launch, ...Launch[]],
  placement: Placement,
  outcome: LaunchOutcome,
): Promise<void> {
  const fail = (failed: readonly Launch[], error: unknown): void => {
    for (const launch of failed) {
      launch.over.resolve();
      outcome.failed(launch, error, error);
    }
  };
  let wanted: readonly Launch[] = launches;
  let instances: readonly Instance[];
  try {
    const request = await prepareRequest(core, launches, placement);
    wanted = launches.filter(({ signal }) => !signal.aborted);
    for (const launch of launches) if (!wanted.includes(launch)) fail([launch], launch.signal.reason);
    const count = Math.min(request.count, wanted.length);
    instances = await launchInstances(core, wanted, { ...request, count });
  } catch (error) {
    return fail(wanted, error);
  }
  // EC2 launches as many as it can; those get them first that have not been given up meanwhile.
  const ordered = [...wanted].sort((a, b) => Number(a.signal.aborted) - Number(b.signal.aborted));
  const named = ordered.slice(0, instances.length);
  fail(ordered.slice(instances.length), fewer(wanted, instances));
  await Promise.all([
    ...named.map((launch, at) => bootLaunch(core, launch, instances[at]!, outcome)),
    ...instances.slice(wanted.length).map(({ id }) => endInstance(core, id, "more came than were asked for")),
  ]);
}

/** What the call must say. Nothing is launched yet. @throws the reason when all launches were given up meanwhile */
async function prepareRequest(
  core: ClusterCore,
  launches: readonly [Launch, ...Launch[]],
  placement: Placement,
): Promise<LaunchRequest> {
  const [first] = launches;
  const startMs = core.clock.monotonicMs();
  emit(core, { kind: "phase-started", phase: "prepare", instanceId: undefined, limitMs: undefined });
  const signals = launches.map(({ signal }) => signal);
  const request = await untilAllAbort(signals, async (wanted) => {
    const image = await core.preparation.prepare(first.offering.instanceType, wanted);
    const count = await admitted(
      core,
      first.offering,
      placement,
      { imageId: image.id, count: launches.length },
      wanted,
    );
    return launchRequest(core, first.offering, { imageId: image.id, placement, count }, wanted);
  });
  const seconds = (core.clock.monotonicMs() - startMs) / 1_000;
  for (const { progress } of launches) progress.timings["prepare"] = seconds;
  if (signals.every(({ aborted }) => aborted)) throw first.signal.reason;
  return request;
}

async function launchInstances(
  core: ClusterCore,
  launches: readonly Launch[],
  request: LaunchRequest,
): Promise<readonly Instance[]> {
  const startMs = core.clock.monotonicMs();
  for (const { progress } of launches) progress.phase = "launch";
  markSent(core, launches);
  emit(core, { kind: "phase-started", phase: "launch", instanceId: undefined, limitMs: LAUNCH_LIMIT_MS });
  try {
    const instances = await (isLegacy(core, request)
      ? untilAllAbort(
          launches.map(({ signal }) => signal),
          (wanted) => launchBySpotRequest(core, request, wanted),
        )
      : runCertainly(core, launches, request));
    const acceptedMs = core.clock.monotonicMs();
    const ms = acceptedMs - startMs;
    for (const { progress } of launches) {
      progress.timings["launch"] = ms / 1_000;
      progress.seenMs.accepted = acceptedMs;
    }
    for (const { id: instanceId, type: instanceType, zone } of instances) {
      emit(core, { kind: "instance-launched", instanceId, instanceType, zone });
      emit(core, { kind: "phase-done", phase: "launch", instanceId, ms });
    }
    return instances;
  } finally {
    emit(core, { kind: "launch-answered" });
  }
}

/** From here on the times of a boot count: a call may have waited for its turn before. */
function markSent({ clock }: ClusterCore, launches: readonly Launch[]): void {
  for (const { progress } of launches) progress.seenMs.sent = clock.monotonicMs();
}

/** How many of the launches a dry run lets through, where spot is to be probed. @throws CapacityError when it is none */
async function admitted(
  core: ClusterCore,
  { instanceType, market }: PlannerOffering,
  { zone }: Placement,
  { imageId, count }: { readonly imageId: string; readonly count: number },
  signal: AbortSignal,
): Promise<number> {
  if (market !== "spot") return count;
  const through = await core.spotProbe.admit({ imageId, instanceType, zone, count }, signal);
  if (through > 0) return through;
  throw new CapacityError(`a dry run found no spot capacity for ${instanceType} in ${zone ?? core.settings.region}`, {
    refusal: classify("InsufficientInstanceCapacity"),
    hint: "try again later, or allow other types, zones or on-demand instances (`reflow-ec2: spotfallback`)",
  });
}

function isLegacy({ settings }: ClusterCore, { market }: LaunchRequest): boolean {
  return market === "spot" && settings.spot.api === "request";
}

/**
 * The one call that no signal cuts short: its answer names what must be ended. If the answer is lost, the call is made
 * again with its token; if that is of no use either, what it launched is found by the token and ended.
 */
async function runCertainly(
  core: ClusterCore,
  launches: readonly Launch[],
  request: LaunchRequest,
): Promise<readonly Instance[]> {
  const late = (): Error =>
    new EndpointError(`RunInstances gave no answer for ${LAUNCH_LIMIT_MS / 1_000} s`, {
      hint: "check the network, and try again",
    });
  let lost = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const instances = await withDeadline(core.clock, LAUNCH_LIMIT_MS, undefined, late, (within) =>
        core.ec2.runInstances(request, within, () => markSent(core, launches)),
      );
      if (instances.length > 0) return instances;
      throw new Ec2TroubleError(`EC2 accepted the launch of ${request.instanceType}, and named no instance`, {
        hint: "try again",
      });
    } catch (error) {
      const wanted = launches.some(({ signal }) => !signal.aborted);
      if (isRefusal(error)) {
        if (lost && saysNothingOfToken(error)) {
          await endLostLaunch(core, request.clientToken);
          throw error;
        }
        // Nothing was launched, and nothing is wrong: the same call a little later.
        if (!mayComeGood(error) || !wanted || attempt > PATIENT_TRIES) throw error;
        await core.clock.sleep(PAUSE_MS * 2 ** attempt);
        continue;
      }
      if (!wanted || attempt >= TRIES) {
        await endLostLaunch(core, request.clientToken);
        throw error;
      }
      lost = true;
      emit(core, { kind: "warning", message: `the answer to a launch was lost, asking again: ${errorText(error)}` });
      await core.clock.sleep(PAUSE_MS);
    }
  }
}

/** Something new, such as a profile that was just made, is not known everywhere in EC2 yet. */
function mayComeGood(error: unknown): boolean {
  return refusalOf(error)?.kind === "not-yet-visible";
}

/** EC2 said no before it looked at the token: what a call before this one did is as uncertain as it was. */
function saysNothingOfToken(error: unknown): boolean {
  const kind = refusalOf(error)?.kind;
  return kind === "throttled" || kind === "permission";
}

/** EC2 itself said no: only then is it certain that nothing was launched. */
function isRefusal(error: unknown): boolean {
  const unknownOutcome = error instanceof EndpointError || error instanceof Ec2TroubleError;
  return error instanceof ReflowEc2Error && !unknownOutcome;
}

function fewer(launches: readonly Launch[], instances: readonly Instance[]): CapacityError {
  const type = launches[0]?.offering.instanceType ?? "";
  return new CapacityError(`EC2 had ${instances.length} of ${launches.length} ${type}`, {
    refusal: classify("InsufficientInstanceCapacity"),
    hint: "try again later, or allow other types, zones or the other market",
  });
}
