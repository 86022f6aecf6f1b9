/** What a message shows of a longer text. */
const MAX_LENGTH = 60;

/** So much of a text is looked through for what is not to be shown. */
const MAX_LOOKED_AT = 4_000;

/**
 * A text in quotes, cut to the beginning of its first line: what a file holds further on may be a private key. Users,
 * passwords and signatures in URLs are masked.
 */
export function quote(text: string): string {
  // Of a key that slipped out of its block YAML makes one line.
  const [first = ""] = text.replace(/(-----BEGIN [A-Z ]{1,40}-----)[^]*$/, "$1").split("\n", 1);
  const line = first
    .slice(0, MAX_LOOKED_AT)
    .replace(/(:\/\/)[^\s/?#]*@/g, "$1MASKED@")
    .replace(/(:\/\/[^\s?]*\?)\S+/g, "$1MASKED");
  const shown = line.slice(0, MAX_LENGTH);
  const isCut = shown.length < line.length || first.length < text.trimEnd().length;
  return JSON.stringify(isCut ? `${shown}...` : shown);
}
