import type { CatalogType } from "../../catalog/load-catalog.js";
import type { Clock } from "../../lib/clock.js";
import type { Parameters } from "../protocol/parameters.js";
import type { XmlObject } from "../protocol/xml.js";
import type { ScenarioInForce } from "../scenario/scenario-run.js";
import type { Account } from "./account.js";
import type { RandomBytes } from "./ids.js";
import type { InstanceRecord, StateReason } from "./records.js";

/** What runs the account's instances. */
export interface Power {
  /** A pending instance starts on its way to running. */
  switchOn(instance: InstanceRecord): void;
  /** An instance goes by way of shutting-down to terminated; does nothing when it is on that way already. */
  terminate(instance: InstanceRecord, reason: StateReason, transitionReason: string): void;
  /** Work that goes on after the answer; its signal aborts when the sandbox closes. */
  background(work: (signal: AbortSignal) => Promise<void>): void;
}

/** What the actions work on. */
export interface Ec2 {
  readonly account: Account;
  readonly clock: Clock;
  /** The instance types that AWS has, with those that the region sells. */
  readonly types: ReadonlyMap<string, CatalogType>;
  readonly randomBytes: RandomBytes;
  readonly power: Power;
  readonly scenario: ScenarioInForce;
  /** The call is a machine's own; scenarios are about those from outside. */
  readonly fromMachine?: boolean;
}

/** One action of the EC2 API. */
export interface Action {
  /** Top-level parameters that it knows, beside Action, Version and DryRun. */
  readonly parameters: readonly string[];
  /**
   * Checks the request against the account, changing nothing.
   * @returns the rest of the work, which a dry run leaves undone; it gives the members of the answer.
   * @throws Ec2ApiError in EC2's words.
   */
  plan(parameters: Parameters, ec2: Ec2): () => XmlObject;
}
