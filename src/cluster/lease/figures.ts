/** Reflow's figures for keeping a lease alive, the same in 2020 and 2023, and ours for what Reflow leaves to chance. */

/** What is asked for. A reflowlet of 2023 grants five minutes at most. */
export const LEASE_MS = 2 * 60_000;

/** Limit of one keepalive. */
export const CALL_LIMIT_MS = 10_000;

/** So long before its end a lease is renewed. */
const MARGIN_MS = 30_000;

/** A lease is renewed at least so often, however long it is. */
const LONGEST_WAIT_MS = 5 * 60_000;

/** Reflow asks again at once where the margin leaves nothing of a short lease; that would be a flood. */
const SHORTEST_WAIT_MS = 1_000;

/** The lease of a new alloc, until its first keepalive. */
export const FIRST_LEASE_MS: Readonly<Record<2020 | 2023, number>> = { 2020: 60_000, 2023: 120_000 };

/** After a failed keepalive: the first wait, how it grows, where it stops growing. Reflow's of 2023, without end. */
const RETRY = { firstMs: 2_000, factor: 1.5, longestMs: 10_000 } as const;

/** Between "no such alloc" and the second look: a reflowlet that starts again has its allocs back by then. */
export const SECOND_LOOK_MS = 2_000;

/**
 * After the process or the machine stood still, so long a keepalive is tried although the lease should have run out: the
 * network takes seconds to come back, and a lease that nobody collected is revived.
 */
export const RECOVERY_MS = 30_000;

/** Limits of giving an alloc back: of the frees together, and of the zero keepalive that stands in for them. */
export const FREE_LIMIT_MS = 10_000;
export const EXPIRE_LIMIT_MS = 5_000;

/** Between two tries to free an alloc. */
export const FREE_RETRY_MS = 1_000;

/** Milliseconds from asking for a lease of `grantedMs` until it is renewed. */
export function renewAfterMs(grantedMs: number): number {
  const afterMs = Math.max(grantedMs - MARGIN_MS, grantedMs / 3, SHORTEST_WAIT_MS);
  return Math.min(afterMs, LONGEST_WAIT_MS);
}

/** Milliseconds to wait after so many failures in a row. */
export function retryWaitMs(failures: number): number {
  return Math.min(RETRY.firstMs * RETRY.factor ** Math.max(0, failures - 1), RETRY.longestMs);
}
