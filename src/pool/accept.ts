import type { OfferChoice } from "./choose-offer.js";
import type { Alloc, CallOptions, ReflowletClient } from "./reflowlet-client.js";
import { RemoteError } from "./remote-error.js";

/** A candidate that did not come to an alloc. */
export interface NotAccepted<M> {
  readonly choice: OfferChoice<M>;
  /** `gone`: someone else was first. `failed`: the member could not be asked, or refused for another reason. */
  readonly kind: "gone" | "failed";
  readonly error: unknown;
}

/** What came of trying the candidates. */
export type AcceptOutcome<M> =
  | {
      readonly kind: "accepted";
      readonly choice: OfferChoice<M>;
      readonly alloc: Alloc;
      readonly passedOver: readonly NotAccepted<M>[];
    }
  | { readonly kind: "none"; readonly passedOver: readonly NotAccepted<M>[] };

/** Who asks, and how. */
export interface AcceptOptions<M> extends CallOptions {
  readonly clientOf: (member: M) => Pick<ReflowletClient, "accept">;
  /** `Full Name <login>`. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Tries the candidates in their order until one gives an alloc. A candidate that is gone, broken or too slow makes way
 * for the next. An accept that ran out of time or was aborted may have made an alloc all the same; it ends with its
 * first lease.
 * @throws the signal's reason when it aborts.
 */
export async function acceptFirst<M>(
  choices: readonly OfferChoice<M>[],
  options: AcceptOptions<M>,
): Promise<AcceptOutcome<M>> {
  const { clientOf, owner, labels, signal, timeoutMs } = options;
  const passedOver: NotAccepted<M>[] = [];
  for (const choice of choices) {
    signal?.throwIfAborted();
    const { member, offer, want } = choice;
    try {
      const alloc = await clientOf(member).accept(offer.id, { want, owner, labels }, { signal, timeoutMs });
      return { kind: "accepted", choice, alloc, passedOver };
    } catch (error) {
      signal?.throwIfAborted();
      passedOver.push({ choice, kind: isGone(error) ? "gone" : "failed", error });
    }
  }
  return { kind: "none", passedOver };
}

function isGone(error: unknown): boolean {
  return error instanceof RemoteError && error.kind === "NotExist";
}
