import {
  CapacityError,
  ConfigError,
  Ec2TroubleError,
  EndpointError,
  InstanceError,
  ReflowEc2Error,
  TimedOutError,
} from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit, type ClusterContext } from "../context.js";
import type { ClusterCore } from "../core.js";
import type { Instance, LaunchRequest } from "../ports.js";
import type { LaunchPlan } from "../results.js";
import { isLeased } from "../take.js";
import { bootInstance, type BootProgress } from "./boot.js";
import { endInstance, endLostLaunch } from "./cleanup.js";
import { consoleEnd } from "./diagnose.js";
import { launchRequest } from "./request.js";
import type { Booting } from "./booting.js";

/** RunInstances answers in 1.5 s as a rule; one that takes this long is given up and looked for by its token. */
const LAUNCH_LIMIT_MS = 60_000;

/**
 * Carries out a plan and hands the usable member to `use`, which takes what it came for. Whatever goes wrong before
 * `use` is done (a refusal, a boot that fails, a signal, a time limit), the instance is ended before this returns.
 * @throws what failed, with the end of the console where the machine was the cause.
 */
export async function launchMember<T>(
  context: ClusterCore,
  plan: LaunchPlan,
  progress: BootProgress,
  signal: AbortSignal,
  use: (member: Booting, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const instance = await launchInstance(context, plan, progress, signal);
  const member = await bootInstance(context, { instance, address: undefined, offers: [] }, progress, signal).catch(
    async (error: unknown) => {
      const explained = signal.aborted ? error : await explain(context, instance, error);
      await endInstance(context, instance.id, endReason(error));
      throw explained;
    },
  );
  try {
    return await use(member, signal);
  } catch (error) {
    // From now on the instance is a member like any other: somebody else may have come first.
    const { address } = member;
    const leased = address !== undefined && (await isLeased(context, { instance, address }));
    if (!leased) await endInstance(context, instance.id, endReason(error));
    throw error;
  }
}

async function launchInstance(
  context: ClusterCore,
  plan: LaunchPlan,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<Instance> {
  const request = await prepareRequest(context, plan, progress, signal);
  const startMs = context.clock.monotonicMs();
  progress.phase = "launch";
  emit(context, { kind: "phase-started", phase: "launch", instanceId: undefined, limitMs: LAUNCH_LIMIT_MS });
  const instance = await runOne(context, request);
  const ms = context.clock.monotonicMs() - startMs;
  progress.timings["launch"] = ms / 1_000;
  emit(context, {
    kind: "instance-launched",
    instanceId: instance.id,
    instanceType: instance.type,
    zone: instance.zone,
  });
  emit(context, { kind: "phase-done", phase: "launch", instanceId: instance.id, ms });
  if (signal.aborted) {
    await endInstance(context, instance.id, "the launch was given up");
    signal.throwIfAborted();
  }
  return instance;
}

/** Finds out what the call must say. Nothing is launched yet. */
async function prepareRequest(
  context: ClusterCore,
  plan: LaunchPlan,
  progress: BootProgress,
  signal: AbortSignal,
): Promise<LaunchRequest> {
  const startMs = context.clock.monotonicMs();
  progress.phase = "prepare";
  emit(context, { kind: "phase-started", phase: "prepare", instanceId: undefined, limitMs: undefined });
  const { image, placements } = await context.preparation.prepare(plan.instanceType, signal);
  const [placement] = placements;
  if (placement === undefined) throw new ConfigError("there is nowhere to launch");
  const request = await launchRequest(context, plan, { imageId: image.id, placement }, signal);
  signal.throwIfAborted();
  progress.timings["prepare"] = (context.clock.monotonicMs() - startMs) / 1_000;
  return request;
}

/**
 * The one call that the user's signal does not cut short: its answer names what must be ended. If the answer is lost
 * all the same, the instance is found by its token.
 */
async function runOne(context: ClusterContext, request: LaunchRequest): Promise<Instance> {
  const late = (): Error =>
    new EndpointError(`RunInstances gave no answer for ${LAUNCH_LIMIT_MS / 1_000} s`, {
      hint: "check the network, and try again",
    });
  const launched = await withDeadline(context.clock, LAUNCH_LIMIT_MS, undefined, late, (within) =>
    context.ec2.runInstances(request, within),
  ).catch(async (error: unknown) => {
    if (!isRefusal(error)) await endLostLaunch(context, request.clientToken);
    throw error;
  });
  const [instance, ...more] = launched;
  for (const { id } of more) await endInstance(context, id, "more instances came than were asked for");
  if (instance === undefined) {
    await endLostLaunch(context, request.clientToken);
    throw new CapacityError(`EC2 accepted the launch of ${request.instanceType}, and named no instance`, {
      hint: "try again",
    });
  }
  return instance;
}

/** EC2 itself said no: only then is it certain that nothing was launched. */
function isRefusal(error: unknown): boolean {
  const unknownOutcome = error instanceof EndpointError || error instanceof Ec2TroubleError;
  return error instanceof ReflowEc2Error && !unknownOutcome;
}

async function explain(context: ClusterContext, instance: Instance, error: unknown): Promise<unknown> {
  if (!(error instanceof InstanceError)) return error;
  const end = await consoleEnd(context, instance.id);
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
  return "it did not become usable";
}
