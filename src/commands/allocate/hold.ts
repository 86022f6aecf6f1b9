import type { AllocateResult } from "../../cluster/results.js";
import { LeaseLostError } from "../../errors.js";
import type { LeaseOutcome } from "../../cluster/lease/outcome.js";
import { sharedController, sharedSignal } from "../../lib/abort.js";
import { counted } from "../../lib/counted.js";
import type { World } from "../../world.js";
import type { ClusterSession } from "../shared/with-cluster.js";
import type { RunLog } from "./run-log.js";

/**
 * Keeps the leases of allocs alive until the user ends that, and then frees the allocs; a lease that is lost ends it, too.
 * @param tell prints the allocs; while it does, they are held already
 * @throws the reason why it ended: LeaseLostError, or that of the world's signal; or what `tell` throws
 */
export async function holdAllocs(
  world: World,
  { cluster, console }: ClusterSession,
  results: readonly AllocateResult[],
  log: RunLog,
  tell: () => Promise<void>,
): Promise<never> {
  const { progress } = console;
  const over = sharedController();
  const holding = cluster.hold(
    results.map(({ alloc }) => alloc.uri),
    { signal: sharedSignal(world.signal, over.signal), onLost: () => over.abort() },
  );
  try {
    // Who does not read what is told must not keep the lease, or its end, waiting.
    await Promise.race([tell(), holding]);
    progress.waitFor(`keeping ${counted(results.length, "lease")} alive; Ctrl-C ends it`);
    await holding;
  } finally {
    over.abort();
    log.leases = await holding;
    progress.stop();
  }
  throw leaseLost(log.leases) ?? world.signal.reason;
}

/** The error for leases that were lost; undefined when none was. */
export function leaseLost(leases: readonly LeaseOutcome[]): LeaseLostError | undefined {
  const lost = leases.flatMap((lease) => (lease.kind === "lost" ? [lease] : []));
  const [first] = lost;
  if (first === undefined) return undefined;
  const whose = lost.length === 1 ? `the lease of ${first.uri} was` : `${lost.length} of ${leases.length} leases were`;
  return new LeaseLostError(`${whose} lost: ${first.why}`, {
    hint: "What ran in the alloc is gone. Run the command again for another alloc.",
  });
}
