import { requirementsMax, type Requirements } from "./requirements.js";
import { amount, available, isZero, min, scaledDistance, sub, type Generation, type Resources } from "./resources.js";
import type { Offer } from "./wire-types.js";

/** An offer that can serve, and what to ask of it. */
export interface OfferChoice<M> {
  readonly member: M;
  readonly offer: Offer;
  readonly want: Resources;
}

/** Keys of which nothing may be left unusable: a reflowlet without any of one of them makes no more offers. */
const EXHAUSTIBLE = ["cpu", "mem", "disk"];

/**
 * The offers that can serve the requirements, best first, each with what to ask for. First come those that have the
 * maximum, then those that have at least the minimum, each group by how close it is to the maximum.
 *
 * Reflow's drivers shuffle the offers so that several of them do not run after the same one. Here the order given
 * breaks ties: the same input gives the same choice in a dry run and in earnest, and a driver that comes second is told
 * so at once (`NotExist`) and takes the next candidate.
 */
export function chooseOffers<M>(
  offers: readonly { readonly member: M; readonly offer: Offer }[],
  requirements: Requirements,
  generation: Generation,
): readonly OfferChoice<M>[] {
  const most = requirementsMax(requirements);
  return offers
    .filter(({ offer }) => available(offer.available, requirements.min))
    .map(({ member, offer }) => ({
      choice: { member, offer, want: wantFrom(offer.available, requirements, generation) },
      fitsMost: available(offer.available, most),
      distance: scaledDistance(offer.available, most, generation),
    }))
    .filter(({ choice }) => !isZero(choice.want))
    .sort((a, b) => Number(b.fitsMost) - Number(a.fitsMost) || a.distance - b.distance)
    .map(({ choice }) => choice);
}

/**
 * What to ask of an offer with `free`: as much of the maximum as it has, and everything when what would be left could
 * serve nobody. In 2020 wide requirements take everything in any case. All zero when there is nothing to ask for, which
 * 2023 refuses.
 */
export function wantFrom(free: Resources, requirements: Requirements, generation: Generation): Resources {
  const want = min(requirementsMax(requirements), free);
  const left = sub(free, want);
  const takesAll = generation === 2020 && requirements.width > 0;
  return takesAll || EXHAUSTIBLE.some((key) => amount(left, key) <= 0) ? free : want;
}
