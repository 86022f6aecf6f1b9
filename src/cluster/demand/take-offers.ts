import type { OfferChoice } from "../../pool/choose-offer.js";
import { sub } from "../../pool/resources.js";
import type { MemberOffer, Reachable } from "../offers.js";
import { assignOffers } from "./assign.js";
import type { Demand } from "./demand.js";
import { serveDemand } from "./serve.js";
import type { DemandState } from "./state.js";

/** What came of one attempt to take an offer for a demand. */
export interface Attempt {
  readonly demand: Demand;
  readonly choice: OfferChoice<Reachable>;
  /** `aborted`: the demand was given up meanwhile. */
  readonly kind: "served" | "gone" | "failed" | "aborted";
  /** Why it failed. */
  readonly problem: string;
}

/**
 * Assigns offers to demands in their order and takes them all at once. Who is served is settled; everybody else is left
 * as before.
 */
export async function takeOffers(
  state: DemandState,
  demands: readonly Demand[],
  offers: readonly MemberOffer[],
  reused: boolean,
): Promise<readonly Attempt[]> {
  const askers = demands.map((demand) => ({
    requirements: demand.request.requirements,
    accepts: ({ instance }: Reachable) => demand.accepts(instance),
  }));
  const choices = assignOffers(askers, offers, state.core.settings.generation);
  const pairs = demands.flatMap((demand, at) => {
    const choice = choices[at];
    return choice === undefined ? [] : [{ demand, choice }];
  });
  for (const { demand } of pairs) demand.taking = true;
  return Promise.all(pairs.map((pair) => attempt(state, pair, reused)));
}

/** As takeOffers, and who came too late at one offer goes on to the next, until nobody is left who fits one. */
export async function takeUntilNoneFits(
  state: DemandState,
  candidates: () => readonly Demand[],
  offers: readonly MemberOffer[],
): Promise<void> {
  for (let left = offers; left.length > 0;) {
    const attempts = await takeOffers(state, candidates(), left, true);
    // Not waited for: what was launched for them ends in its own time, and others go on.
    for (const { demand, kind } of attempts) if (kind === "aborted") void state.abandon(demand);
    if (attempts.every(({ kind }) => kind === "served")) return;
    const broken = new Set(attempts.filter(({ kind }) => kind !== "served").map(({ choice }) => choice.member));
    left = left.filter(({ member }) => !broken.has(member)).map((one) => reduced(one, attempts));
  }
}

function reduced({ member, offer }: MemberOffer, attempts: readonly Attempt[]): MemberOffer {
  const taken = attempts.filter(({ choice }) => choice.member === member && choice.offer.id === offer.id);
  const available = taken.reduce((left, { choice }) => sub(left, choice.want), offer.available);
  return { member, offer: { ...offer, available } };
}

async function attempt(
  state: DemandState,
  { demand, choice }: Pick<Attempt, "demand" | "choice">,
  reused: boolean,
): Promise<Attempt> {
  const told = (kind: Attempt["kind"], problem = ""): Attempt => ({ demand, choice, kind, problem });
  try {
    const outcome = await serveDemand(state.core, demand, choice, reused);
    // Whoever gave it up was not heard while the offer was taken.
    if (outcome.kind === "none" && demand.signal.aborted) return told("aborted");
    if (outcome.kind === "none") return told(outcome.problem === "" ? "gone" : "failed", outcome.problem);
    state.serve(demand, outcome.served);
    return told("served");
  } catch (error) {
    if (!demand.signal.aborted) throw error;
    return told("aborted");
  } finally {
    demand.taking = false;
  }
}
