import { CapacityError, Ec2TroubleError, EndpointError, errorText, InstanceError } from "../../errors.js";
import { withDeadline } from "../../lib/deadline.js";
import type { ClusterContext } from "../context.js";
import { EC2_PACE, mayPass, pollUntil, type Pace } from "../poll.js";
import type { Instance, LaunchRequest, SpotRequest } from "../ports.js";
import { refusalOf } from "../refusals/classify.js";
import { decisionOf, refusalOfSpotStatus, spotRefused } from "./request-status.js";
import { withdrawLostRequest, withdrawSpotRequests } from "./withdraw.js";

/** How long a request may be fulfilled, as Reflow's of 2023; EC2 lets it lapse then, whatever has become of us. */
const VALID_MS = 2 * 60_000;
/** The call answers in seconds, before anything is launched. It is not cut short: its answer names what must be undone. */
const ASK_LIMIT_MS = 60_000;
/** A new instance may be unknown to EC2 for so long, and has no tags until then. */
const ADOPT_LIMIT_MS = 30_000;
/** Requests are fulfilled after some seconds. */
const REQUEST_PACE: Pace = { firstMs: 1_000, factor: 1.5, longestMs: 5_000 };

/**
 * Launches by the legacy API, and gives instances or throws refusals as `ec2.runInstances` does; fewer than were asked
 * for are given where only some requests are fulfilled. Whatever happens, no request and no instance stays behind. Until
 * an instance has its tags it is known by its request alone (sweep.ts), which carries them from the first moment.
 * @throws an error with EC2's refusal, InstanceError when an instance cannot be tagged, EndpointError, the signal's reason
 */
export async function launchBySpotRequest(
  context: ClusterContext,
  request: LaunchRequest,
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  signal.throwIfAborted();
  const requests = await ask(context, request);
  const ids = requests.map(({ id }) => id);
  try {
    const outcome = await waitForDecisions(context, request, ids, signal);
    await withdrawSpotRequests(context, outcome.refusedIds, "its request was given up");
    return await adopt(context, request, outcome.instanceIds, signal);
  } catch (error) {
    await withdrawSpotRequests(context, ids, "its launch was given up");
    throw error;
  }
}

async function ask(context: ClusterContext, request: LaunchRequest): Promise<readonly SpotRequest[]> {
  const { clock, ec2 } = context;
  const validUntilMs = clock.nowMs() + VALID_MS;
  const late = (): Error =>
    new EndpointError(`RequestSpotInstances gave no answer for ${ASK_LIMIT_MS / 1_000} s`, {
      hint: "check the network, and try again",
    });
  const requests = await withDeadline(clock, ASK_LIMIT_MS, undefined, late, (within) =>
    ec2.requestSpot({ ...request, validUntilMs }, within),
  ).catch(async (error: unknown) => {
    // Only after EC2's own no it is certain that nothing was asked for.
    const refused = refusalOf(error) !== undefined && !(error instanceof Ec2TroubleError);
    if (!refused) await withdrawLostRequest(context, request.clientToken);
    throw error;
  });
  if (requests.length > 0) return requests;
  await withdrawLostRequest(context, request.clientToken);
  throw new CapacityError(`EC2 accepted the request for ${request.instanceType}, and named no spot request`, {
    hint: "try again",
  });
}

/** What has become of the requests of one call. */
interface Outcome {
  /** At least one. */
  readonly instanceIds: readonly string[];
  readonly refusedIds: readonly string[];
}

/** Looks at the requests until each is decided or has lapsed. @throws the refusal when none was fulfilled */
async function waitForDecisions(
  context: ClusterContext,
  { instanceType }: LaunchRequest,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Outcome> {
  const { clock, ec2 } = context;
  const startMs = clock.monotonicMs();
  await clock.sleep(REQUEST_PACE.firstMs, signal);
  return pollUntil(clock, REQUEST_PACE, signal, async () => {
    const ageMs = clock.monotonicMs() - startMs;
    const lapsed = ageMs >= VALID_MS;
    const found = await passing(signal, () => ec2.describeSpotRequests({ ids }, signal));
    if (found === undefined && !lapsed) return undefined;
    const decided = (found ?? []).map((request) => ({ request, decision: decisionOf(request, ageMs) }));
    const waiting = ids.length - decided.filter(({ decision }) => decision.kind !== "waiting").length;
    if (waiting > 0 && !lapsed) return undefined;
    const instanceIds = decided.flatMap(({ decision }) => (decision.kind === "fulfilled" ? decision.instanceId : []));
    const fulfilled = new Set(
      decided.filter(({ decision }) => decision.kind === "fulfilled").map(({ request }) => request.id),
    );
    if (instanceIds.length > 0) return { instanceIds, refusedIds: ids.filter((id) => !fulfilled.has(id)) };
    const [first] = decided;
    const refusal =
      first?.decision.kind === "refused" ? first.decision.refusal : refusalOfSpotStatus("schedule-expired");
    throw spotRefused(instanceType, refusal, first?.request.statusMessage ?? "");
  });
}

/** Tags the instances at once, which makes them members, and gives them as EC2 shows them. */
async function adopt(
  context: ClusterContext,
  { tags }: LaunchRequest,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Instance[]> {
  const { clock, ec2 } = context;
  let problem = "";
  const late = (): Error =>
    new InstanceError(`${ids.join(", ")} could not be tagged within ${ADOPT_LIMIT_MS / 1_000} s: ${problem}`, {
      hint: "try again; without tags nobody would know whose it is, so it was ended",
    });
  return withDeadline(clock, ADOPT_LIMIT_MS, signal, late, (within) =>
    pollUntil(clock, EC2_PACE, within, async () => {
      const instances = await passing(
        within,
        async () => {
          await ec2.tagInstances(ids, tags, within);
          return ec2.describeInstances({ ids }, within);
        },
        (error) => {
          problem = errorText(error);
        },
      );
      if (instances === undefined || instances.length < ids.length) return undefined;
      // EC2 may show an instance without tags that it has taken already.
      return instances.map((instance) => ({ ...instance, tags: { ...instance.tags, ...tags } }));
    }),
  );
}

/** What `work` gives; undefined where it fails for what may well pass, which `note` hears. */
async function passing<T>(
  signal: AbortSignal,
  work: () => Promise<T>,
  note: (error: unknown) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    if (!mayPass(error) && refusalOf(error)?.kind !== "not-yet-visible") throw error;
    note(error);
    return undefined;
  }
}
