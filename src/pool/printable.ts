/**
 * Foreign text made fit for one line of a message: white space collapsed, whatever could move a cursor or reorder
 * text escaped, cut to `limit` characters with an ellipsis.
 */
export function printable(text: string, limit: number): string {
  // Only as much as can be shown is looked at: replies may be megabytes long.
  const characters = [
    ...text
      .slice(0, 4 * limit)
      .replace(/\s+/gu, " ")
      .trim(),
  ];
  const shown = characters.slice(0, limit).join("");
  const cut = characters.length > limit || text.length > 4 * limit;
  return shown.replace(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escaped) + (cut ? "…" : "");
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
