import { UsageError } from "../errors.js";
import { didYouMean } from "../lib/near-match.js";
import { matchesWildcard, parseWildcard } from "../lib/wildcard.js";

/**
 * Whether a type's name is one of the patterns or matches one: `*` stands for any letters, `?` for one.
 * @param known every type that there is
 * @throws UsageError for a pattern that matches none of these, with a near name
 */
export function typeMatcher(globs: readonly string[], known: readonly string[]): (type: string) => boolean {
  const patterns = globs.map((glob) => ({ glob, wildcard: parseWildcard(glob) }));
  const idle = patterns.filter(({ wildcard }) => !known.some((type) => matchesWildcard(wildcard, type)));
  if (idle.length > 0) {
    const listed = [...new Set(idle.map(({ glob }) => `'${glob}'${didYouMean(glob, known)}`))].join(", ");
    throw new UsageError(`no instance type is called ${listed}`, {
      hint: "`*` stands for any letters and `?` for one, as in 'c6a.*'; `reflow-ec2 instances` shows the types.",
    });
  }
  return (type) => patterns.some(({ wildcard }) => matchesWildcard(wildcard, type));
}
