import { CapacityError, ConfigError, InstanceError } from "../errors.js";
import { withDeadline } from "../lib/deadline.js";
import { chooseOffers } from "../pool/choose-offer.js";
import type { Offer } from "../pool/reflowlet-client.js";
import { resourcesText } from "../pool/resources.js";
import { timedOutWhile, type BootProgress } from "./launch/boot.js";
import { launchMember } from "./launch/launch.js";
import type { Booting } from "./launch/booting.js";
import { emit, type ClusterContext } from "./context.js";
import type { ClusterCore } from "./core.js";
import { checkLimits, priceOf } from "./limits.js";
import { findMembers, sweepOrphans, type Member } from "./members.js";
import { gatherOffers, type Gathered, type Reachable } from "./offers.js";
import { planLaunch } from "./plan-launch.js";
import type { Instance } from "./ports.js";
import type { AllocateResult, AllocatePlan, AllocInstance, LaunchPlan } from "./results.js";
import type { AllocateRequest } from "./settings.js";
import { isLeased, takeOffer, type Taken } from "./take.js";
import type { Surroundings } from "./upload/surroundings.js";

/** The default limit of an allocate. */
export const ALLOCATE_LIMIT_MS = 15 * 60_000;

/** Each lost round may have paid for a launch that served somebody else. */
const ROUNDS = 3;

/**
 * Reserves resources: an offer of an existing member if one serves, else a launch of the cheapest fitting type. What
 * was launched and did not become usable is ended before this throws, whatever the reason.
 * @throws NeverFitsError, LimitError, CapacityError, AccessError, InstanceError, TrustError, TimedOutError, or the
 * signal's reason.
 */
export async function allocate(
  context: ClusterCore,
  request: AllocateRequest,
  signal: AbortSignal,
): Promise<AllocateResult> {
  const startMs = context.clock.monotonicMs();
  return withinLimit(context, request, signal, async (progress, within) => {
    // Decided first, although a member may serve: what no type can hold is an error whoever runs.
    const plan = planLaunch(context, request.requirements.min, request.instanceType);
    for (let round = 1; round <= ROUNDS; round += 1) {
      const served = await serveOnce(context, request, plan, progress, within);
      if (served === undefined) continue;
      const total = (context.clock.monotonicMs() - startMs) / 1_000;
      return { ...served, timings: { ...progress.timings, total } };
    }
    throw new CapacityError(`others took what was there and what was launched, ${ROUNDS} times over`, {
      hint: "try again",
    });
  });
}

/** What `allocate` would do now: nothing is accepted, launched or ended. */
export async function planAllocate(
  context: ClusterContext,
  request: AllocateRequest,
  signal: AbortSignal,
): Promise<AllocatePlan> {
  return withinLimit(context, request, signal, async (_progress, within) => {
    const plan = planLaunch(context, request.requirements.min, request.instanceType);
    const members = await findMembers(context, "alive", within);
    const { choices, untrusted } = await gatherOffers(context, ofType(members, request), request.requirements, within);
    const [choice] = choices;
    if (choice !== undefined) {
      return {
        kind: "reuse",
        instance: instanceView(context, choice.member.instance),
        available: choice.offer.available,
      };
    }
    refuseUntrusted(untrusted);
    refuseUnlaunchable(context);
    checkLimits(context, members, plan.price.totalUsd);
    await context.upload?.check(surroundings(context));
    return { kind: "launch", launch: plan };
  });
}

/** Runs `work` with the time that the request allows. */
function withinLimit<T>(
  context: ClusterContext,
  request: AllocateRequest,
  signal: AbortSignal,
  work: (progress: BootProgress, within: AbortSignal) => Promise<T>,
): Promise<T> {
  const limitMs = request.timeoutMs ?? ALLOCATE_LIMIT_MS;
  const progress: BootProgress = { phase: "members", problem: "", timings: {} };
  const late = (): Error => timedOutWhile(progress, limitMs, "allocate");
  return withDeadline(context.clock, limitMs, signal, late, (within) => work(progress, within));
}

type Served = Omit<AllocateResult, "timings">;

/** One round; undefined when what was there, or was launched, went to somebody else meanwhile. */
async function serveOnce(
  context: ClusterCore,
  request: AllocateRequest,
  plan: LaunchPlan,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Served | undefined> {
  waitFor(progress, "members");
  const members = await timed(context, progress, "members", () => findMembers(context, "alive", signal));
  const gathered = await timed(context, progress, "offers", () =>
    gatherOffers(context, ofType(members, request), request.requirements, signal),
  );
  if (gathered.choices.length > 0) {
    const reused = await timed(context, progress, "accept", () =>
      takeOffer(context, gathered.choices, request.labels ?? {}, signal),
    );
    if (reused.kind === "taken") return serve(context, reused.taken, true);
  }
  refuseUntrusted(gathered.untrusted);
  refuseUnlaunchable(context);
  const left = await sweepOrphans(context, members, signal);
  checkLimits(context, left, plan.price.totalUsd);
  // What was seen before an upload is as old as the upload took: all of it is looked at again.
  if (await ensureReflowlet(context, progress, signal)) return serveOnce(context, request, plan, progress, signal);
  emit(context, {
    kind: "plan-made",
    instanceType: plan.instanceType,
    market: plan.market,
    hourlyUsd: plan.price.totalUsd,
    reason: plan.reason,
  });
  return launchMember(context, plan, progress, signal, async (member, within) => {
    waitFor(progress, "offer");
    const taken = await timed(context, progress, "accept", () => takeOfLaunched(context, request, member, within));
    return taken === undefined ? undefined : serve(context, taken, false);
  });
}

/** From now on this is what a time-out would have waited for. */
function waitFor(progress: BootProgress, phase: BootProgress["phase"]): void {
  progress.phase = phase;
  progress.problem = "";
}

/** Whether the reflowlet's binary had to be uploaded. */
async function ensureReflowlet(context: ClusterContext, progress: BootProgress, signal: AbortSignal): Promise<boolean> {
  const { upload } = context;
  if (upload === undefined || upload.url !== undefined) return false;
  waitFor(progress, "upload");
  return timed(context, progress, "upload", () => upload.ensure(surroundings(context), signal));
}

function surroundings(context: ClusterContext): Surroundings {
  const { clock, settings } = context;
  return { clock, architectures: settings.architectures, tell: (event) => emit(context, event) };
}

/** The offer of a new member is there with its first answer, and is taken at once. */
async function takeOfLaunched(
  context: ClusterContext,
  request: AllocateRequest,
  { instance, address, offers }: Booting,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  if (address === undefined) return undefined;
  const member: Reachable = { instance, address };
  const choices = chooseOffers(
    offers.map((offer) => ({ member, offer })),
    request.requirements,
    context.settings.generation,
  );
  const outcome = await takeOffer(context, choices, request.labels ?? {}, signal);
  if (outcome.kind === "taken") return outcome.taken;
  // Others came first, which is no fault of the instance.
  if (await isLeased(context, member)) return undefined;
  throw choices.length === 0 ? tooSmall(instance, offers, request) : notGiven(instance, outcome.problem);
}

function notGiven(instance: Instance, problem: string): InstanceError {
  return new InstanceError(
    `${instance.id} (${instance.type}) did not give what it offered${problem && `: ${problem}`}`,
    { hint: "try again; if it stays so, `reflow-ec2: image` may name something that is no working reflowlet" },
  );
}

function tooSmall(instance: Instance, offers: readonly Offer[], request: AllocateRequest): InstanceError {
  const offered = offers.map(({ available }) => resourcesText(available)).join(", ") || "nothing";
  const wanted = resourcesText(request.requirements.min);
  return new InstanceError(`${instance.id} (${instance.type}) came up with ${offered}, which does not hold ${wanted}`, {
    hint: "ask for a little less, or exclude the type with `ec2cluster: instancetypes`",
  });
}

function serve(context: ClusterContext, { member, alloc }: Taken, reused: boolean): Served {
  emit(context, { kind: "offer-accepted", instanceId: member.instance.id, allocUri: alloc.uri, reused });
  return { alloc, instance: instanceView(context, member.instance), reused };
}

function instanceView(context: ClusterContext, instance: Instance): AllocInstance {
  const { id, type, zone, market, publicDnsName } = instance;
  return { id, type, zone, market, publicDnsName, hourlyUsd: priceOf(context, type, market)?.totalUsd };
}

function ofType(members: readonly Member[], { instanceType }: AllocateRequest): readonly Member[] {
  return instanceType === undefined ? members : members.filter(({ instance }) => instance.type === instanceType);
}

/**
 * A member of another authority means that the cluster is split, or that the configuration names the wrong authority:
 * launching beside it would hide that, and be paid for.
 */
function refuseUntrusted(untrusted: Gathered["untrusted"]): void {
  const [first] = untrusted;
  if (first !== undefined) throw first;
}

/** Before anything is launched: a configuration may be good for listing and reusing, and not for launching. */
function refuseUnlaunchable({ settings }: ClusterContext): void {
  const { launchProblems } = settings;
  if (launchProblems.length === 0) return;
  throw new ConfigError("the configuration cannot launch instances", launchProblems, {
    hint: "Mend what is named; config.example.yaml shows every key.",
  });
}

async function timed<T>(
  context: ClusterContext,
  progress: BootProgress,
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const startMs = context.clock.monotonicMs();
  try {
    return await work();
  } finally {
    const ms = context.clock.monotonicMs() - startMs;
    progress.timings[name] = (progress.timings[name] ?? 0) + ms / 1_000;
  }
}
