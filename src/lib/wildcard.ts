/** Any run of characters, and any one character; everything else in a pattern is itself. */
const ANY_RUN = Symbol("*");
const ANY_ONE = Symbol("?");

/** A filter value, read once. */
export type Wildcard = readonly (string | typeof ANY_RUN | typeof ANY_ONE)[];

/** Reads `*`, `?` and their escapes with a backslash. */
export function parseWildcard(text: string): Wildcard {
  const steps: (string | typeof ANY_RUN | typeof ANY_ONE)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (character === "\\" && next !== "" && "*?\\".includes(next)) {
      steps.push(next);
      at += 1;
    } else if (character === "*") {
      steps.push(ANY_RUN);
    } else {
      steps.push(character === "?" ? ANY_ONE : character);
    }
  }
  return steps;
}

/** Whether the pattern matches the whole text. Takes time in proportion to both lengths at most, whatever they are. */
export function matchesWildcard(pattern: Wildcard, text: string): boolean {
  let step = 0;
  let at = 0;
  let lastRun = -1;
  let runEnd = 0;
  while (at < text.length) {
    const wanted = pattern[step];
    if (wanted === ANY_RUN) {
      lastRun = step;
      runEnd = at;
      step += 1;
    } else if (wanted === ANY_ONE || wanted === text.charAt(at)) {
      step += 1;
      at += 1;
    } else if (lastRun >= 0) {
      // The last run takes one character more; no earlier run ever needs to.
      step = lastRun + 1;
      runEnd += 1;
      at = runEnd;
    } else {
      return false;
    }
  }
  while (pattern[step] === ANY_RUN) step += 1;
  return step === pattern.length;
}
