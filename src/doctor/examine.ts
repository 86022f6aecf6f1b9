import { TimedOutError } from "../errors.js";
import { orAbort } from "../lib/abort.js";
import { withDeadline } from "../lib/deadline.js";
import { deferred } from "../lib/deferred.js";
import { mapLimit } from "../lib/map-limit.js";
import type { Clock } from "../lib/clock.js";
import type { Check } from "./check.js";
import { type Examined, type Finding, findingOf, skippedFor } from "./finding.js";

/** Few enough that no request rate of a small account is used up, enough that waiting overlaps. */
const AT_ONCE = 8;

/** Each call has limits of its own; this one is for a check whose calls are many. */
const LIMIT_MS = 60_000;

/** What the running of checks itself needs. */
interface Timed {
  readonly clock: Clock;
}

/** How checks are run. */
export interface ExamineOptions {
  readonly signal: AbortSignal;
  /** Hears of each finding in the order of the checks, as soon as it and all before it are known. */
  readonly onFinding?: ((finding: Examined) => void) | undefined;
}

/**
 * Runs checks, several at a time, and gives what they found in their order. A check whose need is not met is skipped,
 * and says because of which check.
 * @param checks each after those that it needs
 * @throws what is none of our errors; the signal's reason
 */
export async function examine<Context extends Timed>(
  context: Context,
  checks: readonly Check<Context>[],
  { signal, onFinding }: ExamineOptions,
): Promise<readonly Examined[]> {
  const results = new Map(checks.map(({ name }) => [name, deferred<Finding>()]));
  const told: Examined[] = [];
  const waiting = new Map<number, Examined>();
  const tell = (index: number, finding: Examined): void => {
    waiting.set(index, finding);
    for (let next = waiting.get(told.length); next !== undefined; next = waiting.get(told.length)) {
      told.push(next);
      onFinding?.(next);
    }
  };
  const indexed = checks.map((check, index) => ({ check, index }));
  // What a check needs stands before it, so that a worker of its own has begun it: nobody waits in vain.
  await mapLimit(indexed, AT_ONCE, async ({ check, index }) => {
    const { name, group, needs } = check;
    const result = results.get(name);
    // Whoever waits for it hears of it; nobody need.
    result?.promise.catch(() => undefined);
    try {
      signal.throwIfAborted();
      const root = await unmet(needs.map((need) => [need, results.get(need)?.promise]));
      const finding = root === undefined ? await carryOut(check, context, signal) : skippedFor(root);
      result?.resolve(finding);
      tell(index, { name, ...(group !== undefined && { group }), ...finding });
    } catch (error) {
      result?.reject(error);
      throw error;
    }
  });
  return told;
}

/** The check because of which one of the needs is not met, if any. */
async function unmet(
  needs: readonly (readonly [name: string, result: Promise<Finding> | undefined])[],
): Promise<string | undefined> {
  for (const [name, result] of needs) {
    const met = await result;
    if (met?.status === "failure") return name;
    if (met?.status === "skipped") return met.because ?? name;
  }
  return undefined;
}

async function carryOut<Context extends Timed>(
  check: Check<Context>,
  context: Context,
  signal: AbortSignal,
): Promise<Finding> {
  const late = (): Error =>
    new TimedOutError(`no answer within ${LIMIT_MS / 1_000} s`, { hint: "try again, and look at the network" });
  try {
    return await withDeadline(context.clock, LIMIT_MS, signal, late, (within) =>
      orAbort(check.run(context, within), within),
    );
  } catch (error) {
    signal.throwIfAborted();
    return findingOf(error, check.consequence);
  }
}

/** The exit code of findings: that of the first failure, else 0. */
export function exitCodeOf(findings: readonly Examined[]): number {
  for (const finding of findings) if (finding.status === "failure") return finding.exitCode;
  return 0;
}
