import { InstanceError } from "../../errors.js";
import type { Offer } from "../../pool/reflowlet-client.js";
import type { PoolAddress } from "../../pool/transport.js";
import type { ClusterCore } from "../core.js";
import type { LaunchPhase } from "../events.js";
import type { Instance } from "../ports.js";
import type { Milestone } from "./milestones.js";

/** What is known of an instance on its way up. */
export interface Booting {
  readonly instance: Instance;
  /** Known from `running` on. */
  readonly address: PoolAddress | undefined;
  /** Known from `tagged` on. */
  readonly offers: readonly Offer[];
}

/** What a step works with. */
export interface Boot {
  readonly core: ClusterCore;
  /** The step's, for messages. */
  readonly phase: LaunchPhase;
  /** Notes why the step is not done yet; the last note explains a time-out. */
  readonly note: (problem: string) => void;
  /** Notes that something is seen, if it is for the first time. */
  readonly mark: (milestone: Milestone) => void;
}

/** Notes why the step is not done yet, as the answer of a look that has to be repeated. */
export function notYet(boot: Boot, problem: string): undefined {
  boot.note(problem);
  return undefined;
}

/** @throws InstanceError when the instance has no address; after `running` it has. */
export function addressKnown(booting: Booting): PoolAddress {
  if (booting.address === undefined) throw new InstanceError(`${title(booting)} has no address`);
  return booting.address;
}

/** `i-… (c6a.large)`. */
export function title({ instance }: Pick<Booting, "instance">): string {
  return `${instance.id} (${instance.type})`;
}
