import { distance } from "fastest-levenshtein";

/** Longer words are no typing mistakes, and comparing them would be slow. */
const MAX_LENGTH = 40;

/**
 * The candidate that `word` was most likely meant to be; undefined when none is near. Upper case, `-` and `_` do not
 * count: `maxHourlyCostUSD` is `maxhourlycostusd`.
 */
export function nearMatch(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > MAX_LENGTH) return undefined;
  const wanted = plain(word);
  let best: { readonly candidate: string; readonly edits: number } | undefined;
  for (const candidate of candidates) {
    const edits = distance(wanted, plain(candidate));
    // A third of the letters may be wrong, more would match anything with anything.
    if (edits > Math.max(1, Math.floor(wanted.length / 3))) continue;
    if (best === undefined || edits < best.edits) best = { candidate, edits };
  }
  return best?.candidate;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const match = nearMatch(word, candidates);
  return match === undefined ? "" : `; did you mean ${JSON.stringify(match)}?`;
}

function plain(word: string): string {
  return word.toLowerCase().replace(/[-_]/g, "");
}
