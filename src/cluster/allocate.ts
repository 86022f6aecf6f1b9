import { withDeadline } from "../lib/deadline.js";
import type { ClusterCore } from "./core.js";
import type { Demand } from "./demand/demand.js";
import type { DemandLoop } from "./demand/loop.js";
import { noProgress, timedOutWhile, type BootProgress } from "./launch/boot.js";
import type { AllocateResult } from "./results.js";
import type { AllocateRequest } from "./settings.js";

/** The default limit of an allocate. */
export const ALLOCATE_LIMIT_MS = 15 * 60_000;

/**
 * Reserves resources: an offer of an existing member if one serves, else of an instance of the cheapest fleet for
 * everything that this process asks for. What was launched and did not become usable is ended before this throws,
 * whatever the reason.
 * @throws NeverFitsError, LimitError, CapacityError, AccessError, InstanceError, TrustError, TimedOutError, or the
 * signal's reason.
 */
export async function allocate(
  core: ClusterCore,
  loop: DemandLoop,
  request: AllocateRequest,
  signal: AbortSignal,
): Promise<AllocateResult> {
  const { clock } = core;
  const startMs = clock.monotonicMs();
  let demand: Demand | undefined;
  return withAllocateLimit(
    core,
    request,
    () => demand?.waiting,
    signal,
    async (within) => {
      // Decided first, although a member may serve: what no type can hold is an error whoever runs.
      const { instanceType } = core.likelyLaunch.of(request.requirements.min, request);
      const { served, timings } = await loop.serve(request, instanceType, within, (begun) => (demand = begun));
      return { ...served, timings: { ...timings, total: (clock.monotonicMs() - startMs) / 1_000 } };
    },
  );
}

/** Runs `work` with the time that the request allows. @param waiting what it waits for, when the time is over */
export function withAllocateLimit<T>(
  core: ClusterCore,
  { timeoutMs: limitMs = ALLOCATE_LIMIT_MS }: Pick<AllocateRequest, "timeoutMs">,
  waiting: () => BootProgress | undefined,
  signal: AbortSignal,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = (): Error => timedOutWhile(waiting() ?? noProgress("members"), limitMs, "allocate");
  return withDeadline(core.clock, limitMs, signal, late, work);
}
