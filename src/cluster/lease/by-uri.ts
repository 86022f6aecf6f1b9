import { errorText, InstanceError, LeaseLostError, ReflowEc2Error, UsageError } from "../../errors.js";
import { mapLimit } from "../../lib/map-limit.js";
import { leaseFailure } from "../../pool/leases.js";
import { ReflowletClient } from "../../pool/reflowlet-client.js";
import { formatAddress, formatUri, parseUri, type PoolUri } from "../../pool/uri.js";
import type { ClusterContext } from "../context.js";
import { findMembers } from "../members.js";
import { addressOf } from "../membership.js";
import { CALL_LIMIT_MS } from "./figures.js";

/** What became of one of the allocs that were named. */
export type NamedLease<T> = { readonly uri: string } & (
  | { readonly kind: "done"; readonly value: T }
  /** LeaseLostError when the alloc is unknown, freed or collected; otherwise why the reflowlet could not be asked. */
  | { readonly kind: "failed"; readonly error: ReflowEc2Error }
);

/** A lease as a keepalive left it. */
export interface RenewedLease {
  /** What the reflowlet granted, which may be less than was asked for. */
  readonly grantedMs: number;
  /** Its end by this machine's clock, milliseconds since 1970. */
  readonly expiresMs: number;
}

/** Reflowlets asked at a time. */
const ASKED_AT_ONCE = 64;

/**
 * Takes the URIs of allocs apart; one look at EC2 for all of them.
 * @throws UsageError for what is no URI or is on no member of the cluster.
 */
export async function locateAllocs(
  context: ClusterContext,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<readonly PoolUri[]> {
  const allocs = [...new Set(uris)].map(parseUri);
  const members = await findMembers(context, "alive", signal);
  const known = new Set(
    members.flatMap(({ instance }) => {
      const address = addressOf(instance, context.settings.address);
      return address === undefined ? [] : [formatAddress(address)];
    }),
  );
  const foreign = allocs.filter(({ address }) => !known.has(formatAddress(address))).map(formatUri);
  if (foreign.length === 0) return allocs;
  throw new UsageError(`${foreign.join(", ")} names no member of the cluster`, {
    hint: "`reflow-ec2 list` shows the members",
  });
}

/** Frees allocs, each whatever becomes of the others. @throws as locateAllocs, before any is freed. */
export function freeAllocs(
  context: ClusterContext,
  uris: readonly string[],
  signal: AbortSignal,
): Promise<readonly NamedLease<undefined>[]> {
  return each(context, uris, signal, async (client, id) => {
    await client.free(id, { signal, timeoutMs: CALL_LIMIT_MS });
    return undefined;
  });
}

/** Asks once for leases of `intervalMs`. @throws as locateAllocs, before any is renewed. */
export function renewAllocs(
  context: ClusterContext,
  uris: readonly string[],
  intervalMs: number,
  signal: AbortSignal,
): Promise<readonly NamedLease<RenewedLease>[]> {
  return each(context, uris, signal, async (client, id) => {
    const askedMs = context.clock.nowMs();
    const grantedMs = await client.keepalive(id, intervalMs, { signal, timeoutMs: CALL_LIMIT_MS });
    return { grantedMs, expiresMs: askedMs + grantedMs };
  });
}

async function each<T>(
  context: ClusterContext,
  uris: readonly string[],
  signal: AbortSignal,
  work: (client: ReflowletClient, id: string) => Promise<T>,
): Promise<readonly NamedLease<T>[]> {
  const allocs = await locateAllocs(context, uris, signal);
  return mapLimit(allocs, ASKED_AT_ONCE, async ({ address, id }): Promise<NamedLease<T>> => {
    const uri = formatUri({ address, id });
    try {
      return { uri, kind: "done", value: await work(new ReflowletClient(context.transport, address), id) };
    } catch (error) {
      signal.throwIfAborted();
      // What was asked for is wrong for all of them.
      if (error instanceof UsageError) throw error;
      return { uri, kind: "failed", error: failureOf(error) };
    }
  });
}

function failureOf(error: unknown): ReflowEc2Error {
  if (leaseFailure(error) === "trouble") {
    return error instanceof ReflowEc2Error ? error : new InstanceError(errorText(error), { cause: error });
  }
  return new LeaseLostError(errorText(error), {
    hint: "The alloc was freed, or its lease ran out and others needed the room. `reflow-ec2 allocate` makes another.",
    cause: error,
  });
}
