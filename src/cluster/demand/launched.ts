import { InstanceError } from "../../errors.js";
import type { Offer } from "../../pool/reflowlet-client.js";
import { add, resourcesText, type Resources } from "../../pool/resources.js";
import { emit } from "../context.js";
import type { Booting } from "../launch/booting.js";
import { GivenUp, type Launch } from "../launch/launch.js";
import type { Instance } from "../ports.js";
import { refusalOf } from "../refusals/classify.js";
import { familyGroup } from "../refusals/family-group.js";
import { isLeased } from "../take.js";
import type { Demand } from "./demand.js";
import type { DemandState } from "./state.js";
import { takeOffers, type Attempt } from "./take-offers.js";

/**
 * Launches that may fail for one demand without EC2 having refused them. Only where others of this process came up: else
 * the configuration is to blame, and the next one would end alike.
 */
const MOST_FAILURES = 2;

/** Offerings that may be refused to one demand: twenty types in three zones. */
const MOST_REFUSALS = 60;

/**
 * Takes the offer of a launched member at once for those who wait for it, and what is left of it for whoever else fits.
 * @throws when nobody was served by it; the member is then ended, unless somebody leases it.
 */
export async function takeOfLaunched(state: DemandState, launch: Launch, member: Booting): Promise<void> {
  const { core } = state;
  const { address, instance, offers } = member;
  if (address === undefined) return;
  const reachable = { instance, address };
  const waiting = [...(state.launches.get(launch) ?? [])].filter(({ taking }) => !taking);
  for (const { progress } of waiting) progress.phase = "offer";
  const attempts = await takeOffers(
    state,
    [...waiting, ...state.idle],
    offers.map((offer) => ({ member: reachable, offer })),
    false,
  );
  const tried = new Set(attempts.map(({ demand }) => demand));
  const short = waiting.filter((demand) => !tried.has(demand));
  for (const { demand, kind } of attempts) {
    if (kind === "aborted" && demand.launch !== launch) void state.abandon(demand);
  }
  // Others may have been first; then it is as large as was planned.
  const isShared = short.length > 0 && (await isLeased(core, reachable));
  if (!isShared && short.some((demand) => demand.accepts(instance))) {
    core.refusals.cameUpSmaller(
      instance.type,
      offers.reduce<Resources>((sum, { available }) => add(sum, available), {}),
    );
  }
  if (attempts.some(({ kind }) => kind === "served")) {
    state.proven = true;
    settleRest(state, launch, instance, attempts);
    return;
  }
  const [gaveUp] = waiting;
  // Each is told its own reason; as long as one has not given up, that is none to end the others' waiting.
  if (gaveUp !== undefined && waiting.every(({ signal }) => signal.aborted)) throw gaveUp.signal.reason;
  const failed = attempts.find(({ kind }) => kind === "failed");
  if (failed !== undefined) throw notGiven(instance, failed.problem);
  const [first] = short;
  if (first === undefined || isShared) throw new GivenUp("others took what it offered");
  throw first.accepts(instance) ? tooSmall(instance, offers, first) : elsewhere(instance, first);
}

/** Some were served: the instance stays, and the others look elsewhere. */
function settleRest(state: DemandState, launch: Launch, instance: Instance, attempts: readonly Attempt[]): void {
  for (const { demand, kind, problem } of attempts) {
    if (kind === "failed" && demand.launch === launch) state.reject(demand, notGiven(instance, problem));
  }
  const waiting = state.launches.get(launch) ?? new Set();
  state.launches.delete(launch);
  for (const demand of waiting) release(state, demand);
  state.taken.add(instance.id);
  // Hundreds come up one by one: a round for each would ask all the others again, for nobody.
  if (state.idle.length > 0 || state.demands.size === 0) state.wake();
}

/** What becomes of those who waited for a launch that came to nothing: those whom another launch may help go on. */
export function launchFailed(state: DemandState, launch: Launch, error: unknown, told: unknown): void {
  const waiting = state.launches.get(launch) ?? new Set<Demand>();
  state.launches.delete(launch);
  const refusal = refusalOf(error);
  if (refusal?.kind === "capacity" || closesSpot(state, launch, error)) {
    remember(state, launch, error);
  }
  for (const demand of waiting) {
    if (!state.demands.has(demand)) continue;
    // While a member's offer is taken for it, that decides.
    if (demand.taking || (!demand.signal.aborted && mayGoOn(state, launch, demand, error))) release(state, demand);
    else {
      demand.launch = undefined;
      state.reject(demand, demand.signal.aborted ? demand.signal.reason : told);
    }
  }
  state.wake();
}

function release(state: DemandState, demand: Demand): void {
  demand.launch = undefined;
  if (demand.signal.aborted && !demand.taking) state.reject(demand, demand.signal.reason);
}

function remember({ core }: DemandState, { offering }: Launch, error: unknown): void {
  const refusal = refusalOf(error);
  if (refusal === undefined) return;
  const { instanceType, zone, market } = offering;
  const isKnown = core.refusals.refusals.some(
    (known) => known.instanceType === instanceType && known.zone === zone && known.market === market,
  );
  // Launches of one call are refused together.
  if (!isKnown) emit(core, { kind: "offering-refused", instanceType, zone, market, code: refusal.code });
  const types = [...core.catalog.types.keys()];
  // A quota is of the types of one family group.
  const group = familyGroup(offering.instanceType);
  const sharing = refusal.kind === "quota" ? types.filter((type) => familyGroup(type) === group) : types;
  core.refusals.refuse(offering, refusal, sharing);
}

/** A quota or a permission of the spot market alone, where on-demand instances may be launched instead. */
function closesSpot({ core }: DemandState, { offering }: Launch, error: unknown): boolean {
  return offering.market === "spot" && core.settings.spot.fallback && refusalOf(error)?.scope === "market";
}

function mayGoOn(state: DemandState, launch: Launch, demand: Demand, error: unknown): boolean {
  if (error instanceof GivenUp || closesSpot(state, launch, error)) return true;
  if (refusalOf(error)?.kind === "capacity") return (demand.refused += 1) < MOST_REFUSALS;
  if (error instanceof TooSmallError) return (demand.failures += 1) <= MOST_FAILURES;
  if (!(error instanceof InstanceError) || !state.proven) return false;
  return (demand.failures += 1) <= MOST_FAILURES;
}

/** A type offers less than it was planned with. */
class TooSmallError extends InstanceError {}

function tooSmall(instance: Instance, offers: readonly Offer[], { request }: Demand): InstanceError {
  const offered = offers.map(({ available }) => resourcesText(available)).join(", ") || "nothing";
  const wanted = resourcesText(request.requirements.min);
  return new TooSmallError(`${instance.id} (${instance.type}) came up with ${offered}, which does not hold ${wanted}`, {
    hint: "ask for a little less, or exclude the type with `ec2cluster: instancetypes`",
  });
}

/** Where EC2 would not say in which zone a subnet is, it shows only in the instance. */
function elsewhere({ id, type, zone }: Instance, { request }: Demand): InstanceError {
  return new InstanceError(`${id} (${type}) came up in ${zone}, and ${request.zone ?? "another zone"} was asked for`, {
    hint: "leave the zone out, or let `ec2cluster: subnets` name a subnet in it",
  });
}

function notGiven(instance: Instance, problem: string): InstanceError {
  return new InstanceError(
    `${instance.id} (${instance.type}) did not give what it offered${problem && `: ${problem}`}`,
    { hint: "try again; if it stays so, `reflow-ec2: image` may name something that is no working reflowlet" },
  );
}
