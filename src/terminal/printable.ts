// C0 and C1 controls, and the marks that change the direction of what follows.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text from outside (a tag, a reply, a file) for one line of a terminal: control characters, which could move the
 * cursor or hide what follows, become visible escapes such as `\x1b`.
 */
export function printable(text: string): string {
  return text.replace(CONTROLS, escape);
}

function escape(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
