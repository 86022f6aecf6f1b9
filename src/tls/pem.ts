/** One block of a PEM text. */
export interface PemBlock {
  /** The words between `-----BEGIN ` and `-----`, e.g. `CERTIFICATE`. */
  readonly label: string;
  /** The block with its BEGIN and END lines, ended by a newline. */
  readonly text: string;
}

const MARKER = /^-----(BEGIN|END) ([A-Z0-9 ]{1,64})-----$/;

/**
 * All complete blocks of a PEM text, in order. Text between blocks, blocks without an end and blocks whose end names
 * another label are left out. Takes time linear in the length of the text, whatever it holds.
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { readonly label: string; readonly lines: string[] } | undefined;
  for (const rawLine of text.split(/\r\n|\n|\r/)) {
    const line = rawLine.trim();
    const [, edge, label = ""] = MARKER.exec(line) ?? [];
    if (edge === "BEGIN") {
      open = { label, lines: [line] };
      continue;
    }
    open?.lines.push(line);
    if (edge !== "END") continue;
    if (open?.label === label) blocks.push({ label, text: `${open.lines.join("\n")}\n` });
    open = undefined;
  }
  return blocks;
}
