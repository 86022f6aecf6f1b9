/** A shell pattern (`*`, `?`, `[…]`, backslash) as a regular expression for the whole of a name. */
export function patternToRegExp(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    const set = char === "[" ? /^\[(!?)([^\]]+)\]/.exec(pattern.slice(at)) : null;
    if (char === "*") source += ".*";
    else if (char === "?") source += ".";
    else if (set !== null) {
      source += `[${set[1] === "!" ? "^" : ""}${(set[2] ?? "").replace(/[\\\]^]/g, "\\$&")}]`;
      at += set[0].length - 1;
    } else if (char === "\\") {
      at += 1;
      source += escapeRegExp(pattern.charAt(at));
    } else source += escapeRegExp(char);
  }
  try {
    // Adjacent stars would make the match slow without matching more.
    return new RegExp(`^${source.replace(/(\.\*)+/g, ".*")}$`, "su");
  } catch {
    // A range such as [z-a] matches nothing but itself.
    return new RegExp(`^${escapeRegExp(pattern)}$`, "su");
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
