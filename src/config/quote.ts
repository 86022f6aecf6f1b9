/** What a message shows of a longer text. */
const MAX_LENGTH = 60;

/** A text in quotes, cut to the beginning of its first line: what a file holds further on may be a private key. */
export function quote(text: string): string {
  // Of a key that slipped out of its block YAML makes one line.
  const [line = ""] = text.replace(/(-----BEGIN [A-Z ]{1,40}-----)[^]*$/, "$1").split("\n", 1);
  const shown = line.slice(0, MAX_LENGTH);
  return JSON.stringify(shown.length < text.trimEnd().length ? `${shown}...` : shown);
}
