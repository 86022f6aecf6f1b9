// Control and format characters, the marks that change the direction of what follows among them; line and paragraph
// separators; halves of surrogate pairs.
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from outside (a tag, a reply, a file) for one line of a terminal: characters that could move the cursor or hide
 * what follows become visible escapes such as `\x1b`.
 */
export function visible(text: string): string {
  return text.replace(UNSAFE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
