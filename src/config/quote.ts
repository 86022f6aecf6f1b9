/** What a message shows of a longer text. */
const MAX_LENGTH = 60;

/** A text in quotes, cut to the beginning of its first line: what a file holds further on may be a private key. */
export function quote(text: string): string {
  const [line = ""] = text.split("\n", 1);
  const shown = line.slice(0, MAX_LENGTH);
  return JSON.stringify(shown.length < text.trimEnd().length ? `${shown}...` : shown);
}
