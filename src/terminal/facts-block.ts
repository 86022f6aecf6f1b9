import { visible } from "./visible.js";

/** A first line, and facts below it with their names aligned; wrapped to a terminal's width. */
export function factsBlock(
  first: string,
  facts: readonly (readonly [name: string, text: string])[],
  { columns }: { readonly columns: number | undefined },
): string {
  const indent = Math.max(...facts.map(([name]) => name.length)) + 2 * GAP;
  const lines = facts.flatMap(([name, text]) =>
    wrap(visible(text), columns === undefined ? undefined : columns - indent).map((line, index) =>
      `${" ".repeat(GAP)}${index === 0 ? name : ""}`.padEnd(indent).concat(line),
    ),
  );
  return [first, ...lines].map((line) => `${line}\n`).join("");
}

const GAP = 2;

/** Narrower columns of words are harder to read than lines that the terminal breaks. */
const LEAST_WIDTH = 30;

/** Lines of at most `width` characters, broken at spaces; a longer word stays whole. */
function wrap(text: string, width: number | undefined): readonly string[] {
  if (width === undefined || width < LEAST_WIDTH) return [text];
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
