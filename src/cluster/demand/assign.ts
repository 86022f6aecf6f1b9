import { chooseOffers, type OfferChoice } from "../../pool/choose-offer.js";
import type { Requirements } from "../../pool/requirements.js";
import { sub, type Generation } from "../../pool/resources.js";
import type { Offer } from "../../pool/wire-types.js";

/** One who asks, and of whom. */
export interface Asker<M> {
  readonly requirements: Requirements;
  /** Whether a member may serve it. */
  readonly accepts: (member: M) => boolean;
}

/**
 * Gives each asker an offer to take, in their order, so that none is promised more than it has: what one asker takes, the
 * next does not find. Each gets what Reflow's order has first of what is left.
 * @returns for each asker its choice, or undefined
 */
export function assignOffers<M>(
  askers: readonly Asker<M>[],
  offers: readonly { readonly member: M; readonly offer: Offer }[],
  generation: Generation,
): readonly (OfferChoice<M> | undefined)[] {
  let left = [...offers];
  return askers.map(({ requirements, accepts }) => {
    const [choice] = chooseOffers(
      left.filter(({ member }) => accepts(member)),
      requirements,
      generation,
    );
    if (choice === undefined) return undefined;
    left = left.map((one) =>
      one.offer === choice.offer
        ? { ...one, offer: { ...one.offer, available: sub(one.offer.available, choice.want) } }
        : one,
    );
    return choice;
  });
}
