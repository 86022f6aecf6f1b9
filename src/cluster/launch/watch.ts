import { AccessError, errorText, InstanceError, LimitError, TrustError } from "../../errors.js";
import type { PoolAddress } from "../../pool/transport.js";
import { phaseText } from "../event-text.js";
import { addressOf } from "../membership.js";
import { EC2_PACE, mayPass, pollUntil } from "../poll.js";
import type { Instance } from "../ports.js";
import { refusalOfStateReason } from "../refusals/classify.js";
import type { ClusterWatch, Look } from "../watch.js";
import { addressKnown, notYet, title, type Boot, type Booting } from "./booting.js";

/** A machine that does not answer is looked up in EC2 this often: it may have been ended or moved meanwhile. */
const LOOKED_UP_MS = 5_000;
/** A machine's clock may be set only after it answers first; until then dates seem wrong on either side. */
const CLOCK_SETTLES_MS = 20_000;

/**
 * Looks the instance up in EC2, together with all others that are waited for, until `judge` gives a value; it gets
 * undefined while EC2 does not know the instance.
 * @param firstMs how long the first look may wait
 * @throws InstanceError when the instance has ended, or LimitError or AccessError where EC2 says so; what `judge` throws;
 * the signal's reason.
 */
export async function watchInstance<T>(
  boot: Boot,
  booting: Booting,
  firstMs: number,
  signal: AbortSignal,
  judge: (instance: Instance | undefined) => T | undefined,
): Promise<T> {
  const { firstMs: leastMs, factor, longestMs } = boot.core.instancePace;
  for (let delayMs = firstMs; ; delayMs = Math.min(Math.max(delayMs, leastMs) * factor, longestMs)) {
    const looked = await lookUp(boot, booting, signal, (watch) => watch.look(delayMs, signal, booting.instance.id));
    const value = looked === undefined ? undefined : judge(looked.instance);
    if (value !== undefined) return value;
  }
}

/**
 * Asks a machine until it answers, and gives its answer. What cannot change by waiting ends it at once.
 * @throws InstanceError when the instance has ended, or LimitError or AccessError where EC2 says so; TrustError; the signal's
 * reason.
 */
export async function askMachine<T>(
  boot: Boot,
  booting: Booting,
  signal: AbortSignal,
  ask: (address: PoolAddress) => Promise<T>,
): Promise<{ readonly booting: Booting; readonly answer: T }> {
  const { clock, machinePace, settings } = boot.core;
  const startMs = clock.monotonicMs();
  let lookedMs = startMs;
  let current = booting;
  const attempt = async (): Promise<{ readonly booting: Booting; readonly answer: T } | undefined> => {
    try {
      return { answer: await ask(addressKnown(current)), booting: current };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TrustError && isFinal(error, clock.monotonicMs() - startMs)) throw error;
      boot.note(errorText(error));
    }
    if (clock.monotonicMs() - lookedMs < LOOKED_UP_MS) return undefined;
    lookedMs = clock.monotonicMs();
    const looked = await lookUp(boot, booting, signal, (watch) => watch.recent(LOOKED_UP_MS, signal));
    const instance = looked?.instance;
    // A public name may come a little after the instance runs.
    if (instance !== undefined)
      current = { ...current, instance, address: addressOf(instance, settings.address) ?? current.address };
    return undefined;
  };
  return machinePace.during(() => pollUntil(clock, machinePace, signal, attempt));
}

/** One look at EC2; undefined when EC2 is in trouble for now, an object without instance when it does not know it. */
async function lookUp(
  boot: Boot,
  { instance: { id } }: Booting,
  signal: AbortSignal,
  ask: (watch: ClusterWatch) => Promise<Look>,
): Promise<{ readonly instance: Instance | undefined } | undefined> {
  try {
    const look = await ask(boot.core.watch);
    const instance = look.byId.get(id)?.instance;
    if (instance !== undefined) failIfEnded(boot, instance);
    return { instance };
  } catch (error) {
    signal.throwIfAborted();
    if (!mayPass(error)) throw error;
    await boot.core.clock.sleep(EC2_PACE.firstMs, signal);
    return notYet(boot, errorText(error));
  }
}

function isFinal(error: TrustError, sinceMs: number): boolean {
  const mayBeClock =
    error.problem === "not-yet-valid" || error.problem === "expired" || error.problem === "refused-ours";
  return !mayBeClock || sinceMs >= CLOCK_SETTLES_MS;
}

/** @throws what its state reason means: InstanceError, LimitError where a quota of the account ended it, AccessError */
function failIfEnded({ phase }: Boot, instance: Instance): void {
  const { state, stateReason } = instance;
  if (state === "pending" || state === "running") return;
  const why = stateReason && `: ${stateReason}`;
  const text = `${title({ instance })} is ${state} before it became usable, while ${phaseText(phase)}${why}`;
  const refusal = refusalOfStateReason(stateReason);
  switch (refusal?.kind) {
    case "quota":
      throw new LimitError(text, { refusal, hint: "ask AWS for a higher quota (Service Quotas), or end instances" });
    case "permission":
      throw new AccessError(text, { refusal, hint: "the account, or its credentials, may not run such an instance" });
    default:
      throw new InstanceError(text, {
        refusal,
        hint: "see the end of its console, or try again: another type or zone may do",
      });
  }
}
