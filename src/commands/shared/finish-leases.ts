import type { NamedLease } from "../../cluster/lease/by-uri.js";
import { PartialError } from "../../errors.js";
import type { Progress } from "../../terminal/progress.js";

/**
 * Ends a command on several allocs, after its results have been printed: warns of each that failed, but for the one that
 * becomes the error.
 * @throws the failure of the only one, or of all when they are alike; PartialError when some failed.
 */
export function finishLeases(results: readonly NamedLease<unknown>[], progress: Progress, done: string): void {
  const failures = results.flatMap((result) => (result.kind === "failed" ? [result.error] : []));
  const [first, ...others] = failures;
  if (first === undefined) return;
  const alike = failures.length === results.length && others.every(({ exitCode }) => exitCode === first.exitCode);
  for (const { message } of alike ? others : failures) progress.warn(message);
  if (alike) throw first;
  throw new PartialError(`not ${done}: ${failures.length} of ${results.length} allocs`, {
    hint: "The warnings say why.",
  });
}
