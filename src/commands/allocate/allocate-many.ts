import type { LeaseOutcome } from "../../cluster/lease/outcome.js";
import type { AllocateResult } from "../../cluster/results.js";
import { PartialError, ReflowEc2Error, errorText } from "../../errors.js";
import { sharedController, sharedSignal } from "../../lib/abort.js";
import type { Clock } from "../../lib/clock.js";
import type { AllocateOptions, ClusterHandle, Requirements } from "../shared/cluster-handle.js";
import { leaseLost } from "./hold.js";

/** How many allocs, and whether fewer are of any use. */
export interface ManyOptions extends AllocateOptions {
  readonly count: number;
  /** Fewer are of no use: the first failure ends the others, and what was got is given back then. */
  readonly wholly: boolean;
}

/** What was got of what was asked for. */
export interface Allocated {
  readonly results: readonly [AllocateResult, ...AllocateResult[]];
  /** Why there are fewer. */
  readonly problem: PartialError | undefined;
}

/**
 * An alloc that waits for others this long is kept alive from then on. Most wait less; a reflowlet of 2020 gives it a
 * minute at first.
 */
const HELD_AFTER_MS = 15_000;

/**
 * Reserves several allocs at once. The leases of those that are there are kept alive until the last one is.
 * @throws what was in the way of the first that failed, when there is none, or when fewer are of no use or the command
 * was given up; what was got is freed then
 */
export async function allocateMany(
  clock: Clock,
  cluster: ClusterHandle,
  requirements: Requirements,
  { count, wholly, ...options }: ManyOptions,
): Promise<Allocated> {
  const failures: unknown[] = [];
  const rest = sharedController();
  const complete = sharedController();
  const signal = sharedSignal(options.signal, rest.signal);
  const waiting = Array.from({ length: count }, async () => {
    try {
      const result = await cluster.allocate(requirements, { ...options, signal });
      return { result, held: holdUntil(clock, cluster, result, complete.signal) };
    } catch (error) {
      failures.push(error);
      if (wholly) rest.abort(error);
      return undefined;
    }
  });
  const got = (await Promise.all(waiting)).flatMap((one) => one ?? []);
  complete.abort();
  const leases = await Promise.all(got.map(({ held }) => held));
  const loss = leaseLost(leases.flatMap((lease) => lease ?? []));
  if (loss !== undefined) failures.push(loss);
  const results = got.flatMap(({ result }, at) => upToDate(result, leases[at]));
  const [first, ...more] = results;
  const [failure] = failures;
  if (failures.length > 0 && (first === undefined || wholly || options.signal.aborted)) {
    await giveBack(cluster, results);
    throw failure;
  }
  if (first === undefined) throw failure;
  return { results: [first, ...more], problem: failures.length === 0 ? undefined : fewer(results, count, failure) };
}

/** Keeps an alloc's lease alive until the others are there; undefined where that took no time. */
async function holdUntil(
  clock: Clock,
  cluster: ClusterHandle,
  { alloc: { uri } }: AllocateResult,
  complete: AbortSignal,
): Promise<LeaseOutcome | undefined> {
  try {
    await clock.sleep(HELD_AFTER_MS, complete);
  } catch {
    return undefined;
  }
  const [outcome] = await cluster.hold([uri], { signal: complete, free: false });
  return outcome;
}

/** The result with what was last granted; nothing where the lease was lost. */
function upToDate(result: AllocateResult, lease: LeaseOutcome | undefined): readonly AllocateResult[] {
  if (lease?.kind === "lost") return [];
  const ends = lease?.history.flatMap((one) => (one.kind === "renewed" ? [one.atMs + one.grantedMs] : [])) ?? [];
  return [{ ...result, alloc: { ...result.alloc, expiresMs: ends.at(-1) ?? result.alloc.expiresMs } }];
}

function fewer(results: readonly AllocateResult[], count: number, failure: unknown): PartialError {
  return new PartialError(`${results.length} of ${count} allocs were reserved: ${errorText(failure)}`, {
    hint: failure instanceof ReflowEc2Error ? failure.hint : undefined,
    cause: failure,
  });
}

/** What cannot be given back runs out by itself, and is told. */
async function giveBack(cluster: ClusterHandle, results: readonly AllocateResult[]): Promise<void> {
  const uris = results.map(({ alloc }) => alloc.uri);
  // Held no longer than it takes to free them: that asks nobody but their reflowlets, of which one may be gone.
  if (uris.length > 0) await cluster.hold(uris, { signal: AbortSignal.abort() });
}
