import { InstanceError, ReflowEc2Error, TimedOutError } from "../../errors.js";
import { sharedController } from "../../lib/abort.js";
import { deferred } from "../../lib/deferred.js";
import type { ClusterContext } from "../context.js";
import type { ClusterCore } from "../core.js";
import type { PlannerOffering } from "../planner/model.js";
import type { Instance } from "../ports.js";
import { addressOf } from "../membership.js";
import { isLeased } from "../take.js";
import { bootInstance, noProgress, type BootProgress } from "./boot.js";
import type { Booting } from "./booting.js";
import { endInstance } from "./cleanup.js";
import { consoleEnd } from "./diagnose.js";

/** One attempt to get one member. */
export class Launch {
  readonly progress: BootProgress = noProgress("prepare");
  /** Named by EC2 once it has accepted the launch. */
  instance: Instance | undefined;
  /** The end of its console, where it failed and EC2 had one. */
  console = "";
  /** It is a member like any other now: others may hold leases on it. */
  usable = false;
  /** Settles when nothing of the launch is under way any more. */
  readonly over = deferred<void>();
  private readonly controller = sharedController();

  constructor(readonly offering: PlannerOffering) {}

  /** Aborts when the launch is given up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Nobody wants it any more, or it must give way; `reason` says why. Its instance is ended. */
  giveUp(reason: unknown): void {
    this.controller.abort(reason);
  }
}

/** What comes of a launch. */
export interface LaunchOutcome {
  /** Its reflowlet offers; takes what it came for. What it throws ends the instance, unless somebody leases it. */
  readonly usable: (launch: Launch, member: Booting) => Promise<void>;
  /**
   * It came to nothing, and its instance is ended.
   * @param told the error with what its machine said last, for people
   */
  readonly failed: (launch: Launch, error: unknown, told: unknown) => void;
}

/**
 * Takes an accepted launch to a usable member and hands it over. Whatever goes wrong before that is done (a boot that
 * fails, a launch that is given up), the instance is ended before this settles. Never throws.
 */
export async function bootLaunch(
  core: ClusterCore,
  launch: Launch,
  instance: Instance,
  outcome: LaunchOutcome,
): Promise<void> {
  launch.instance = instance;
  core.watch.expect(instance.id);
  try {
    launch.signal.throwIfAborted();
    const start = { instance, address: undefined, offers: [] };
    const member = await bootInstance(core, start, launch.progress, launch.signal);
    launch.usable = true;
    await outcome.usable(launch, member);
  } catch (error) {
    const told = launch.signal.aborted || launch.usable ? error : await explain(core, launch, instance, error);
    await endUnlessLeased(core, launch, error);
    outcome.failed(launch, error, told);
  } finally {
    core.watch.forget(instance.id);
    launch.over.resolve();
  }
}

/** From its version tag on an instance is a member like any other: somebody else may have come first. */
async function endUnlessLeased(core: ClusterCore, { instance, usable }: Launch, error: unknown): Promise<void> {
  if (instance === undefined) return;
  const seen = core.watch.latest?.byId.get(instance.id);
  const address = addressOf(seen?.instance ?? instance, core.settings.address);
  // What EC2 has ended, or is ending, need not be ended: a hundred that found no capacity would be a hundred calls.
  if (seen?.instance.state === "terminated" || seen?.instance.state === "shutting-down") return;
  const serves = address !== undefined && (usable || seen?.standing.health === "ready");
  if (serves && (await isLeased(core, { instance, address }))) return;
  await endInstance(core, instance.id, endReason(error));
}

async function explain(context: ClusterContext, launch: Launch, instance: Instance, error: unknown): Promise<unknown> {
  // Where EC2 said no, no machine has come as far as a console.
  if (!(error instanceof InstanceError) || error.refusal !== undefined) return error;
  const end = await consoleEnd(context, instance.id);
  launch.console = end;
  if (end === "") return error;
  const indented = end.replace(/^/gm, "  | ");
  return new InstanceError(`${error.message}\nthe end of its console:\n${indented}`, {
    hint: error.hint,
    cause: error,
  });
}

function endReason(error: unknown): string {
  if (error instanceof TimedOutError) return "the time limit passed before it became usable";
  if (error instanceof ReflowEc2Error && error.code === "interrupted") return "interrupted before it became usable";
  if (error instanceof GivenUp) return error.message;
  return "it did not become usable";
}

/** Why a launch that works is ended all the same. */
export class GivenUp extends Error {}
