import type { AllocateResult } from "../../cluster/results.js";
import { PartialError, ReflowEc2Error, TimedOutError, errorText } from "../../errors.js";
import type { Clock } from "../../lib/clock.js";
import { withDeadline } from "../../lib/deadline.js";
import type { AllocateOptions, ClusterHandle, Requirements } from "../shared/cluster-handle.js";

/** How many allocs, and whether fewer are of any use. */
export interface ManyOptions extends AllocateOptions {
  readonly count: number;
  /** Fewer are of no use: what was got is given back then. */
  readonly wholly: boolean;
}

/** What was got of what was asked for. */
export interface Allocated {
  readonly results: readonly [AllocateResult, ...AllocateResult[]];
  /** Why there are fewer. */
  readonly problem: PartialError | undefined;
}

/** Nobody waits for this: it happens when the command is given up, too. */
const GIVE_BACK_MS = 10_000;

/**
 * Reserves several allocs at once.
 * @throws what was in the way of the first that failed, when there is none, or when fewer are of no use or the command
 * was given up; what was got is freed then
 */
export async function allocateMany(
  clock: Clock,
  cluster: ClusterHandle,
  requirements: Requirements,
  { count, wholly, ...options }: ManyOptions,
): Promise<Allocated> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: count }, () => cluster.allocate(requirements, options)),
  );
  const results = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failures = outcomes.flatMap((outcome): unknown[] => (outcome.status === "rejected" ? [outcome.reason] : []));
  const [first, ...more] = results;
  const [failure] = failures;
  if (failures.length > 0 && (first === undefined || wholly || options.signal.aborted)) {
    await giveBack(clock, cluster, results);
    throw failure;
  }
  if (first === undefined) throw failure;
  return { results: [first, ...more], problem: failures.length === 0 ? undefined : fewer(results, count, failure) };
}

function fewer(results: readonly AllocateResult[], count: number, failure: unknown): PartialError {
  return new PartialError(`${results.length} of ${count} allocs were reserved: ${errorText(failure)}`, {
    hint: failure instanceof ReflowEc2Error ? failure.hint : undefined,
    cause: failure,
  });
}

/** What cannot be given back runs out by itself. */
async function giveBack(clock: Clock, cluster: ClusterHandle, results: readonly AllocateResult[]): Promise<void> {
  if (results.length === 0) return;
  const uris = results.map(({ alloc }) => alloc.uri);
  const late = (): Error => new TimedOutError(`not given back within ${GIVE_BACK_MS / 1_000} s`);
  await withDeadline(clock, GIVE_BACK_MS, undefined, late, (signal) => cluster.free(uris, { signal })).catch(
    () => undefined,
  );
}
