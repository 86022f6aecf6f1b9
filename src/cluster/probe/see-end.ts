import { AccessError, errorText, TimedOutError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import { emit } from "../context.js";
import type { ClusterCore } from "../core.js";
import { mayPass, pollUntil, type Pace } from "../poll.js";
import type { Instance } from "../ports.js";
import type { ProbeEnd } from "./model.js";

/** Shutting down takes tens of seconds; a hung guest takes minutes. */
const END_LIMIT_MS = 10 * 60_000;
const END_PACE: Pace = { firstMs: 1_000, factor: 1.5, longestMs: 5_000 };

/**
 * Ends an instance, however often it takes, and waits until EC2 says that it is terminated. No signal cuts it short: it
 * has a limit of its own. Never throws: what was not seen is told in the result, with why.
 * @param onDenied hears where the credentials may not end it, or not look
 */
export async function seeEnd(
  core: ClusterCore,
  instance: Pick<Instance, "id" | "state">,
  onDenied: (error: AccessError) => void,
): Promise<ProbeEnd> {
  const { id: instanceId } = instance;
  const { clock, watch } = core;
  let state = instance.state;
  let isKnown = false;
  let problem = "";
  watch.expect(instanceId);
  const look = async (signal: AbortSignal): Promise<true | undefined> => {
    try {
      const seen = (await watch.look(0, signal, instanceId)).byId.get(instanceId)?.instance;
      // An hour after its end EC2 has forgotten it; a new one it may not know yet.
      state = seen?.state ?? (isKnown ? "terminated" : state);
      isKnown ||= seen !== undefined;
      problem = isKnown ? `it is ${state}` : "EC2 does not show it";
      if (state === "terminated") return true;
      if (state !== "shutting-down") await core.ec2.terminateInstances([instanceId], signal);
    } catch (error) {
      signal.throwIfAborted();
      problem = errorText(error);
      if (!mayPass(error)) throw error;
    }
    return undefined;
  };
  const late = (): Error => new TimedOutError(problem);
  try {
    await withDeadline(clock, END_LIMIT_MS, undefined, late, (signal) =>
      pollUntil(clock, END_PACE, signal, () => look(signal)),
    );
    emit(core, { kind: "instance-state", instanceId, state });
    return { instanceId, state, seen: true, problem: "" };
  } catch (error) {
    if (error instanceof AccessError) onDenied(error);
    emit(core, { kind: "cleanup-failed", instanceId, problem });
    return { instanceId, state, seen: false, problem };
  } finally {
    watch.forget(instanceId);
  }
}
